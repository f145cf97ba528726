"""Who published a version of a questionnaire, or a text of one, and how."""

from pledge.database import migrating

ID = "pledge_2026_11_29_32_publishing"

# how: the start of Pledge, a page of partnership staff, or a command of whoever runs it
STATEMENTS = tuple(
    statement
    for table in ("questionnaire_version", "questionnaire_revision")
    for statement in (
        f"ALTER TABLE {table} ADD COLUMN published_by UUID REFERENCES person (id) ON DELETE SET NULL",
        f"ALTER TABLE {table} ADD COLUMN how VARCHAR(10) NOT NULL DEFAULT 'start' "
        "CHECK (how IN ('start', 'page', 'command'))",
        f"CREATE INDEX {table}_published_by ON {table} (published_by) WHERE published_by IS NOT NULL",
    )
)


async def forwards() -> None:
    """Add the columns: what is there was published by the start."""
    await migrating.run(STATEMENTS)
