"""A limit's period begins with the first attempt, so that one row for each subject is enough."""

from pledge.database import migrating

ID = "pledge_2026_11_28_24_limits_from_the_first"

SQLITE = (  # which drops no column of a primary key; what is counted passes within a day anyway
    "DROP TABLE throttle",
    """
    CREATE TABLE throttle (
        name VARCHAR(120) NOT NULL PRIMARY KEY,
        hits INTEGER NOT NULL CHECK (hits > 0),
        expires TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX throttle_expires ON throttle (expires)",
)
POSTGRES = (  # which keeps the rights that were given on the table
    "DELETE FROM throttle",
    "ALTER TABLE throttle DROP COLUMN period",  # and with it the primary key
    "ALTER TABLE throttle ADD PRIMARY KEY (name)",
)


async def forwards() -> None:
    """Change the key, and forget what was counted."""
    await migrating.run_for(sqlite=SQLITE, postgres=POSTGRES)
