"""Asking suppliers: invitations, the answers of whoever has one, and what was shared with consent."""

from pledge.database import migrating, walls

ID = "pledge_2026_11_22_19_asking"

STATEMENTS = (
    # No foreign key to the supplier: it leaves its table when it is made one with another, and may come back.
    """
    CREATE TABLE supplier_invitation (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        supplier UUID NOT NULL,
        supplier_name VARCHAR(200) NOT NULL,
        contact VARCHAR(200) NOT NULL,
        email VARCHAR(254) NOT NULL,
        asked_by UUID REFERENCES person (id) ON DELETE SET NULL,
        token_hash VARCHAR(64) NOT NULL UNIQUE,
        state VARCHAR(10) NOT NULL CHECK (state IN ('open', 'withdrawn', 'declined')),
        asked TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL,
        closed TIMESTAMPTZ,
        mailed TIMESTAMPTZ,
        UNIQUE (organisation, id),
        UNIQUE (organisation, supplier),
        CHECK ((state = 'open') = (closed IS NULL))
    )
    """,
    "CREATE INDEX supplier_invitation_expires ON supplier_invitation (expires)",
    "CREATE INDEX supplier_invitation_asked_by ON supplier_invitation (asked_by)",
    # A supplier's own until it shares them: no unit of the firm that asks reaches this table (walls.close).
    """
    CREATE TABLE supplier_answer (
        invitation UUID NOT NULL PRIMARY KEY REFERENCES supplier_invitation (id) ON DELETE CASCADE,
        version VARCHAR(20) NOT NULL,
        answers TEXT NOT NULL,
        revision INTEGER NOT NULL CHECK (revision >= 0),
        updated TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE supplier_share (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        invitation UUID NOT NULL,
        kind VARCHAR(10) NOT NULL CHECK (kind IN ('answers', 'report')),
        asker VARCHAR(200) NOT NULL,
        giver UUID REFERENCES organisation (id) ON DELETE SET NULL,
        shared_by UUID REFERENCES person (id) ON DELETE SET NULL,
        content TEXT NOT NULL,
        shared TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL,
        ended TIMESTAMPTZ,
        looks TEXT NOT NULL,
        UNIQUE (organisation, id),
        UNIQUE (organisation, invitation),
        CHECK ((ended IS NULL) = (content <> '')),
        CHECK (kind = 'report' OR (giver IS NULL AND shared_by IS NULL)),
        FOREIGN KEY (organisation, invitation) REFERENCES supplier_invitation (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX supplier_share_giver ON supplier_share (giver, shared)",
    "CREATE INDEX supplier_share_shared_by ON supplier_share (shared_by)",
    "CREATE INDEX supplier_share_expires ON supplier_share (expires)",
    # Who does not want to be asked: a hash, and nothing else.
    """
    CREATE TABLE ask_refusal (
        email_hash VARCHAR(64) NOT NULL PRIMARY KEY,
        refused TIMESTAMPTZ NOT NULL
    )
    """,
)


async def forwards() -> None:
    """Create the tables. A share is behind the wall of two organisations: the one that asked and the one that gave."""
    await migrating.run(STATEMENTS)
    await walls.close("supplier_answer")
    await walls.between("supplier_share", "organisation", "giver")
