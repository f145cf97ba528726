"""Later texts of a published version of a questionnaire, and the one that a submitted assessment was written with."""

from pledge.database import migrating

ID = "pledge_2026_11_29_26_text_revisions"

STATEMENTS = (
    "ALTER TABLE questionnaire_version ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0)",
    """
    CREATE TABLE questionnaire_revision (
        questionnaire VARCHAR(60) NOT NULL,
        version VARCHAR(20) NOT NULL,
        revision INTEGER NOT NULL CHECK (revision > 1),
        sha256 CHAR(64) NOT NULL,
        text TEXT NOT NULL,
        published TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (questionnaire, version, revision),
        FOREIGN KEY (questionnaire, version) REFERENCES questionnaire_version (questionnaire, version)
    )
    """,
    "ALTER TABLE assessment ADD COLUMN text_revision INTEGER NOT NULL DEFAULT 1 CHECK (text_revision > 0)",
)


async def forwards() -> None:
    """Create the table, and the columns: what is there has the first text of its version."""
    await migrating.run(STATEMENTS)
