"""Published pledge texts, and the signatures of organisations."""

from pledge.database import migrating

ID = "pledge_2026_11_21_04_pledges"

STATEMENTS = (
    """
    CREATE TABLE pledge_text (
        version VARCHAR(20) NOT NULL PRIMARY KEY,
        sha256 CHAR(64) NOT NULL,
        text TEXT NOT NULL,
        published TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE signature (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        version VARCHAR(20) NOT NULL REFERENCES pledge_text (version),
        person UUID REFERENCES person (id) ON DELETE SET NULL,
        name VARCHAR(200) NOT NULL CHECK (name <> ''),
        role VARCHAR(60) NOT NULL CHECK (role <> ''),
        name_public BOOLEAN NOT NULL,
        consents TEXT NOT NULL,
        signed TIMESTAMPTZ NOT NULL,
        signed_on DATE NOT NULL,
        expires_on DATE NOT NULL,
        status VARCHAR(20) NOT NULL CHECK (status IN ('signed', 'assessed', 'improving')),
        status_since DATE NOT NULL,
        reminders INTEGER NOT NULL CHECK (reminders >= 0),
        ended TIMESTAMPTZ,
        ended_on DATE,
        ended_by UUID,
        ending VARCHAR(20) NOT NULL CHECK (ending IN ('', 'withdrawn', 'renewed', 'removed')),
        UNIQUE (organisation, id),
        CHECK (expires_on > signed_on),
        CHECK (ended_on >= signed_on),
        CHECK ((ended IS NULL) = (ended_on IS NULL) AND (ended IS NULL) = (ending = ''))
    )
    """,
    # at most one live signature of an organisation, whatever two tabs do
    "CREATE UNIQUE INDEX signature_live ON signature (organisation) WHERE ended IS NULL",
    "CREATE INDEX signature_expires ON signature (expires_on) WHERE ended IS NULL",
    "CREATE INDEX signature_person ON signature (person)",
    "CREATE INDEX signature_version ON signature (version)",
    # the register is in the order of names
    "CREATE INDEX organisation_name ON organisation (lower(name), id)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
