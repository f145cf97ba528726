"""Quick check: the answers that a firm took along into its account, until it begins the questionnaires."""

from pledge.database import migrating

ID = "pledge_2026_11_29_40_quick_check"

STATEMENTS = (
    """
    CREATE TABLE quick_check (
        organisation UUID NOT NULL PRIMARY KEY REFERENCES organisation (id) ON DELETE CASCADE,
        version VARCHAR(20) NOT NULL CHECK (version <> ''),
        answers TEXT NOT NULL CHECK (answers <> ''),
        kept TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX quick_check_kept ON quick_check (kept)",
)


async def forwards() -> None:
    """Create the table."""
    await migrating.run(STATEMENTS)
