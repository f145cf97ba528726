"""The second factor: its secret, its recovery codes, and which session has passed it."""

from pledge.database import migrating

ID = "pledge_2026_11_22_08_second_factor"

STATEMENTS = (
    """
    CREATE TABLE factor (
        person UUID NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
        secret VARCHAR(64) NOT NULL CHECK (secret <> ''),
        last_step BIGINT NOT NULL CHECK (last_step > 0),
        created TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE recovery_code (
        id UUID NOT NULL PRIMARY KEY,
        person UUID NOT NULL REFERENCES factor (person) ON DELETE CASCADE,
        code_hash VARCHAR(64) NOT NULL,
        used TIMESTAMPTZ,
        UNIQUE (person, code_hash)
    )
    """,
    "ALTER TABLE session ADD COLUMN confirmed TIMESTAMPTZ",
    "ALTER TABLE session ADD COLUMN proven TIMESTAMPTZ",
    "ALTER TABLE session ADD COLUMN offered VARCHAR(64) NOT NULL DEFAULT ''",
)


async def forwards() -> None:
    """Create the tables, and the session's new columns."""
    await migrating.run(STATEMENTS)
