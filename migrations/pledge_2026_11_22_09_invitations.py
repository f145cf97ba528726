"""Invitations of colleagues into an organisation that nobody has accepted yet."""

from pledge.database import migrating

ID = "pledge_2026_11_22_09_invitations"

STATEMENTS = (
    # ``sendings`` counts how often it was sent: only the newest e-mail works. It goes with whoever made it.
    """
    CREATE TABLE invitation (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        email VARCHAR(254) NOT NULL,
        email_key VARCHAR(254) NOT NULL,
        role VARCHAR(20) NOT NULL CHECK (role IN ('owner', 'contributor', 'viewer')),
        invited_by UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        sendings INTEGER NOT NULL CHECK (sendings > 0),
        sent TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL CHECK (expires > sent),
        UNIQUE (organisation, id),
        UNIQUE (organisation, email_key)
    )
    """,
    "CREATE INDEX invitation_invited_by ON invitation (invited_by)",
    "CREATE INDEX invitation_expires ON invitation (expires)",
)


async def forwards() -> None:
    """Create the table."""
    await migrating.run(STATEMENTS)
