"""Whether an assessment is of the short form or of all questions."""

from pledge.database import migrating

ID = "pledge_2026_11_29_29_depth"

STATEMENTS = (
    "ALTER TABLE assessment ADD COLUMN depth VARCHAR(5) NOT NULL DEFAULT 'full' CHECK (depth IN ('short', 'full'))",
)


async def forwards() -> None:
    """Add the column: what is there was asked in full."""
    await migrating.run(STATEMENTS)
