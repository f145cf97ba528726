"""Organisers invite colleagues, anybody suggests an event or a calendar, volunteers check people in at a door."""

from pledge.database import migrating

ID = "pledge_2026_11_22_12_suggestions"

STATEMENTS = (
    # a row is an invitation that can still be accepted: it goes when it is accepted, withdrawn or over
    """
    CREATE TABLE organiser_invitation (
        id UUID NOT NULL PRIMARY KEY,
        organiser UUID NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
        email VARCHAR(254) NOT NULL,
        email_key VARCHAR(254) NOT NULL,
        link_hash VARCHAR(64) NOT NULL UNIQUE,
        created TIMESTAMPTZ NOT NULL,
        expires TIMESTAMPTZ NOT NULL,
        UNIQUE (organiser, id),
        UNIQUE (organiser, email_key)
    )
    """,
    "CREATE INDEX organiser_invitation_expires ON organiser_invitation (expires)",
    """
    CREATE TABLE suggestion (
        id UUID NOT NULL PRIMARY KEY,
        kind VARCHAR(10) NOT NULL CHECK (kind IN ('event', 'calendar')),
        title VARCHAR(150) NOT NULL,
        starts TIMESTAMPTZ,
        online BOOLEAN NOT NULL,
        place VARCHAR(150) NOT NULL,
        url VARCHAR(500) NOT NULL,
        organiser_name VARCHAR(200) NOT NULL,
        why VARCHAR(1000) NOT NULL,
        email VARCHAR(254) NOT NULL,
        state VARCHAR(10) NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused')),
        reason VARCHAR(500) NOT NULL,
        organiser UUID REFERENCES organiser (id) ON DELETE SET NULL,
        event UUID REFERENCES event (id) ON DELETE SET NULL,
        created TIMESTAMPTZ NOT NULL,
        decided TIMESTAMPTZ,
        CHECK ((kind = 'event') = (starts IS NOT NULL)),
        CHECK ((state = 'waiting') = (decided IS NULL)),
        CHECK (state = 'accepted' OR (event IS NULL AND organiser IS NULL))
    )
    """,
    "CREATE INDEX suggestion_state ON suggestion (state, created)",
    "CREATE INDEX suggestion_organiser ON suggestion (organiser)",
    "CREATE INDEX suggestion_event ON suggestion (event)",
    """
    CREATE TABLE door (
        id UUID NOT NULL PRIMARY KEY,
        event UUID NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        token_hash VARCHAR(64) NOT NULL UNIQUE,
        created TIMESTAMPTZ NOT NULL,
        withdrawn TIMESTAMPTZ,
        UNIQUE (event, id)
    )
    """,
    # an event has one door link that works
    "CREATE UNIQUE INDEX door_live ON door (event) WHERE withdrawn IS NULL",
    "ALTER TABLE attendee ADD COLUMN checked_in TIMESTAMPTZ",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
