"""Which report a report was made from, where only some of its questions were answered again."""

from pledge.database import migrating

ID = "pledge_2026_11_29_37_one_answer"

STATEMENTS = (
    # ``based_on`` alone refers to the report: SQLite adds no key of two columns to a table that is there
    "ALTER TABLE assessment ADD COLUMN based_on UUID REFERENCES assessment (id) CHECK (based_on <> id)",
    "CREATE INDEX assessment_based_on ON assessment (based_on)",
)


async def forwards() -> None:
    """Add the column: what is there was answered as a whole."""
    await migrating.run(STATEMENTS)
