"""Shares of a report by a link that anybody can open, how often it was opened, and what was kept by whom."""

from pledge.database import migrating

ID = "pledge_2026_11_29_41_sharing"

STATEMENTS = (
    """
    CREATE TABLE report_share (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        recipient VARCHAR(200) NOT NULL CHECK (recipient <> ''),
        kind VARCHAR(10) NOT NULL CHECK (kind IN ('summary', 'full')),
        token_hash VARCHAR(64) NOT NULL UNIQUE,
        content TEXT NOT NULL,
        shared TIMESTAMPTZ NOT NULL,
        shared_by UUID REFERENCES person (id) ON DELETE SET NULL,
        until DATE NOT NULL,
        to_partnership BOOLEAN NOT NULL,
        withdrawn TIMESTAMPTZ,
        UNIQUE (organisation, id),
        CHECK (withdrawn IS NULL OR content = ''),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX report_share_assessment ON report_share (organisation, assessment)",
    "CREATE INDEX report_share_shared_by ON report_share (shared_by)",
    "CREATE INDEX report_share_until ON report_share (until)",
    # How often it was opened on a day (Europe/London), and by nobody in particular.
    """
    CREATE TABLE report_share_look (
        organisation UUID NOT NULL,
        share UUID NOT NULL,
        day DATE NOT NULL,
        looks INTEGER NOT NULL CHECK (looks > 0),
        PRIMARY KEY (share, day),
        FOREIGN KEY (organisation, share) REFERENCES report_share (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX report_share_look_of ON report_share_look (organisation, share)",
    # A buyer keeps what somebody showed it: the share itself stays with whoever gave it, so that it can be taken back.
    """
    CREATE TABLE kept_share (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        share UUID NOT NULL REFERENCES report_share (id) ON DELETE CASCADE,
        firm VARCHAR(200) NOT NULL,
        note VARCHAR(2000) NOT NULL,
        kept TIMESTAMPTZ NOT NULL,
        kept_by UUID REFERENCES person (id) ON DELETE SET NULL,
        UNIQUE (organisation, id),
        UNIQUE (organisation, share)
    )
    """,
    "CREATE INDEX kept_share_share ON kept_share (share)",
    "CREATE INDEX kept_share_kept_by ON kept_share (kept_by)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
