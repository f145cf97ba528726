"""Evidence of actions: links and small files that show what was done, each with a day on which it ends, if it does."""

from pledge.database import migrating

ID = "pledge_2026_11_29_34_evidence"

STATEMENTS = (
    """
    CREATE TABLE evidence (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        action UUID NOT NULL,
        title VARCHAR(200) NOT NULL CHECK (title <> ''),
        url VARCHAR(500) NOT NULL,
        format VARCHAR(10) NOT NULL CHECK (format IN ('', 'pdf', 'png', 'jpeg', 'xlsx')),
        name VARCHAR(200) NOT NULL,
        size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 5242880),
        ends DATE,
        added TIMESTAMPTZ NOT NULL,
        added_by UUID REFERENCES person (id) ON DELETE SET NULL,
        told INTEGER NOT NULL CHECK (told BETWEEN 0 AND 3),
        ended BOOLEAN NOT NULL,
        UNIQUE (organisation, id),
        CHECK ((url = '') = (format <> '')),
        CHECK ((format = '') = (name = '')),
        CHECK ((format = '') = (size = 0)),
        CHECK (ends IS NOT NULL OR NOT ended),
        FOREIGN KEY (organisation, action) REFERENCES action (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX evidence_action ON evidence (organisation, action)",
    "CREATE INDEX evidence_added_by ON evidence (added_by)",
    "CREATE INDEX evidence_ends ON evidence (ends) WHERE NOT ended",
    """
    CREATE TABLE evidence_chunk (
        organisation UUID NOT NULL,
        evidence UUID NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 0),
        data BYTEA NOT NULL,
        PRIMARY KEY (evidence, place),
        FOREIGN KEY (organisation, evidence) REFERENCES evidence (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX evidence_chunk_of ON evidence_chunk (organisation, evidence)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
