"""Whether the search of a file's suppliers for those that may be one was given up, so that its page can say so."""

from pledge.database import migrating

ID = "pledge_2026_11_22_18_search_stopped"

STATEMENTS = ("ALTER TABLE upload ADD COLUMN search_stopped BOOLEAN NOT NULL DEFAULT FALSE",)


async def forwards() -> None:
    """Add the column."""
    await migrating.run(STATEMENTS)
