"""How far a signature's promises are kept, for the page of tasks, and on which day that was worked out."""

from pledge.database import migrating

ID = "pledge_2026_11_29_39_keeping"

STATEMENTS = (
    "ALTER TABLE signature ADD COLUMN keeping TEXT NOT NULL DEFAULT ''",  # '' until it has been worked out
    "ALTER TABLE signature ADD COLUMN keeping_on DATE",
    "CREATE INDEX signature_keeping_on ON signature (keeping_on) WHERE ended IS NULL",
)


async def forwards() -> None:
    """Add the columns."""
    await migrating.run(STATEMENTS)
