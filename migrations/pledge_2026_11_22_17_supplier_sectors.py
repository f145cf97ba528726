"""In which risk sectors a supplier works, so that a list is summed up by them; ``pledge suppliers rerate`` fills it."""

from pledge.database import migrating

ID = "pledge_2026_11_22_17_supplier_sectors"

STATEMENTS = ("ALTER TABLE supplier ADD COLUMN sectors TEXT NOT NULL DEFAULT '[]'",)


async def forwards() -> None:
    """Add the column."""
    await migrating.run(STATEMENTS)
