"""In which language a person reads the questions, where there is a translation."""

from pledge.database import migrating

ID = "pledge_2026_11_29_31_reading_language"

STATEMENTS = ("ALTER TABLE person ADD COLUMN language VARCHAR(35) NOT NULL DEFAULT ''",)


async def forwards() -> None:
    """Add the column: everybody reads them in English until they choose."""
    await migrating.run(STATEMENTS)
