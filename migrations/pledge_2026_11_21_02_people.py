"""People, their sessions and e-mailed links; organisations, members, organiser bodies and partnership roles."""

from pledge.database import migrating

ID = "pledge_2026_11_21_02_people"

STATEMENTS = (
    """
    CREATE TABLE person (
        id UUID NOT NULL PRIMARY KEY,
        email VARCHAR(254) NOT NULL,
        email_key VARCHAR(254) NOT NULL UNIQUE,
        name VARCHAR(200) NOT NULL,
        password_hash VARCHAR(200) NOT NULL,
        created TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE organisation (
        id UUID NOT NULL PRIMARY KEY,
        name VARCHAR(200) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        kind VARCHAR(20) NOT NULL,
        postcode VARCHAR(8) NOT NULL,
        district VARCHAR(40) NOT NULL,
        area VARCHAR(40) NOT NULL,
        sector VARCHAR(1) NOT NULL,
        risk_sectors TEXT NOT NULL,
        headcount_band VARCHAR(10) NOT NULL,
        turnover_36m BOOLEAN,
        labour TEXT NOT NULL,
        outside_work TEXT NOT NULL,
        goods_abroad BOOLEAN,
        listed_goods BOOLEAN NOT NULL,
        profiled TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE membership (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        role VARCHAR(20) NOT NULL CHECK (role IN ('owner', 'contributor', 'viewer')),
        created TIMESTAMPTZ NOT NULL,
        UNIQUE (organisation, id),
        UNIQUE (organisation, person)
    )
    """,
    "CREATE INDEX membership_person ON membership (person)",
    """
    CREATE TABLE organiser (
        id UUID NOT NULL PRIMARY KEY,
        name VARCHAR(200) NOT NULL,
        kind VARCHAR(20) NOT NULL CHECK (kind IN ('chamber', 'partnership', 'other')),
        email VARCHAR(254) NOT NULL,
        url VARCHAR(500) NOT NULL,
        created TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE organiser_member (
        id UUID NOT NULL PRIMARY KEY,
        organiser UUID NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
        person UUID NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
        created TIMESTAMPTZ NOT NULL,
        UNIQUE (organiser, id)
    )
    """,
    """
    CREATE TABLE person_role (
        id UUID NOT NULL PRIMARY KEY,
        person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        role VARCHAR(20) NOT NULL CHECK (role IN ('staff', 'operator')),
        created TIMESTAMPTZ NOT NULL,
        UNIQUE (person, role)
    )
    """,
    """
    CREATE TABLE session (
        id UUID NOT NULL PRIMARY KEY,
        token_hash VARCHAR(64) NOT NULL UNIQUE,
        person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        organisation UUID REFERENCES organisation (id) ON DELETE SET NULL,
        device VARCHAR(200) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        seen TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX session_organisation ON session (organisation)",
    "CREATE INDEX session_expires ON session (expires)",
    """
    CREATE TABLE link (
        id UUID NOT NULL PRIMARY KEY,
        token_hash VARCHAR(64) NOT NULL UNIQUE,
        purpose VARCHAR(40) NOT NULL,
        person UUID REFERENCES person (id) ON DELETE CASCADE,
        payload TEXT NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL,
        used TIMESTAMPTZ
    )
    """,
    "CREATE INDEX link_person ON link (person)",
    "CREATE INDEX link_expires ON link (expires)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
