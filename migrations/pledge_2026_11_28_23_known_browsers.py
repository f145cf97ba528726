"""Browsers in which somebody has signed in before, and whether a session began with an e-mailed link.

Tries are counted for each of them apart, so that whoever guesses elsewhere keeps nobody out.
"""

from pledge.database import migrating, walls

ID = "pledge_2026_11_28_23_known_browsers"

STATEMENTS = (
    """
    CREATE TABLE known_browser (
        id UUID NOT NULL PRIMARY KEY,
        person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        token_hash VARCHAR(64) NOT NULL,
        seen TIMESTAMPTZ NOT NULL,
        UNIQUE (token_hash, person)
    )
    """,
    "CREATE INDEX known_browser_person ON known_browser (person)",
    "CREATE INDEX known_browser_seen ON known_browser (seen)",
    "ALTER TABLE session ADD COLUMN mailed BOOLEAN NOT NULL DEFAULT FALSE",
)


async def forwards() -> None:
    """Create the table, which no unit of an organisation reaches, and the session's new column."""
    await migrating.run(STATEMENTS)
    await walls.close("known_browser")
