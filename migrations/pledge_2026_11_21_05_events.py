"""Events and their topics; registrations and their attendees."""

from pledge.database import migrating

ID = "pledge_2026_11_21_05_events"

STATEMENTS = (
    # seats_taken is written by pledge.events.places alone; the CHECK is the net under it
    """
    CREATE TABLE event (
        id UUID NOT NULL PRIMARY KEY,
        organiser UUID NOT NULL REFERENCES organiser (id),
        slug VARCHAR(80) NOT NULL UNIQUE,
        uid VARCHAR(120) NOT NULL UNIQUE,
        sequence INTEGER NOT NULL CHECK (sequence >= 0),
        state VARCHAR(10) NOT NULL CHECK (state IN ('draft', 'published', 'cancelled', 'postponed')),
        reason VARCHAR(500) NOT NULL,
        title VARCHAR(150) NOT NULL CHECK (title <> ''),
        summary VARCHAR(300) NOT NULL,
        description TEXT NOT NULL,
        speakers TEXT NOT NULL,
        programme TEXT NOT NULL,
        starts TIMESTAMPTZ,
        ends TIMESTAMPTZ,
        attendance_mode VARCHAR(10) NOT NULL CHECK (attendance_mode IN ('offline', 'online', 'mixed')),
        venue_name VARCHAR(150) NOT NULL,
        venue_address VARCHAR(300) NOT NULL,
        venue_postcode VARCHAR(8) NOT NULL,
        district VARCHAR(40) NOT NULL,
        area VARCHAR(40) NOT NULL,
        accessibility TEXT NOT NULL,
        join_link VARCHAR(500) NOT NULL,
        capacity INTEGER CHECK (capacity >= 0),
        seats_taken INTEGER NOT NULL DEFAULT 0 CHECK (seats_taken >= 0),
        price VARCHAR(200) NOT NULL,
        booking_url VARCHAR(500) NOT NULL,
        per_firm_cap INTEGER NOT NULL CHECK (per_firm_cap BETWEEN 1 AND 20),
        registration_closes TIMESTAMPTZ,
        audience VARCHAR(200) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        updated TIMESTAMPTZ NOT NULL,
        published TIMESTAMPTZ,
        revision INTEGER NOT NULL CHECK (revision >= 0),
        UNIQUE (organiser, id),
        CHECK (capacity IS NULL OR seats_taken <= capacity),
        CHECK (ends > starts),
        CHECK (state = 'draft' OR (published IS NOT NULL AND starts IS NOT NULL AND ends IS NOT NULL))
    )
    """,
    "CREATE INDEX event_listed ON event (starts) WHERE state = 'published'",
    """
    CREATE TABLE event_topic (
        event UUID NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        topic VARCHAR(40) NOT NULL,
        role VARCHAR(10) NOT NULL CHECK (role IN ('primary', 'secondary')),
        PRIMARY KEY (event, topic)
    )
    """,
    "CREATE UNIQUE INDEX event_topic_primary ON event_topic (event) WHERE role = 'primary'",
    # told is the SEQUENCE of the last calendar entry sent to the people of a registration
    """
    CREATE TABLE registration (
        id UUID NOT NULL PRIMARY KEY,
        event UUID NOT NULL REFERENCES event (id),
        organisation UUID REFERENCES organisation (id) ON DELETE SET NULL,
        person UUID REFERENCES person (id) ON DELETE SET NULL,
        booker_name VARCHAR(200) NOT NULL,
        booker_email VARCHAR(254) NOT NULL,
        email_key VARCHAR(254) NOT NULL,
        organisation_name VARCHAR(200) NOT NULL,
        seats INTEGER NOT NULL CHECK (seats > 0),
        status VARCHAR(10) NOT NULL CHECK (status IN ('confirmed', 'waiting', 'offered', 'cancelled', 'expired')),
        source VARCHAR(10) NOT NULL CHECK (source IN ('list', 'report', 'organiser', 'door', 'import')),
        told INTEGER NOT NULL CHECK (told >= 0),
        created TIMESTAMPTZ NOT NULL,
        cancelled TIMESTAMPTZ,
        UNIQUE (event, id),
        CHECK ((status = 'cancelled') = (cancelled IS NOT NULL))
    )
    """,
    # one live registration of an address at an event, whatever two tabs do
    "CREATE UNIQUE INDEX registration_live ON registration (event, email_key) "
    "WHERE status IN ('confirmed', 'waiting', 'offered')",
    "CREATE INDEX registration_person ON registration (person)",
    "CREATE INDEX registration_email ON registration (email_key)",
    "CREATE INDEX registration_organisation ON registration (organisation, event)",
    """
    CREATE TABLE attendee (
        id UUID NOT NULL PRIMARY KEY,
        event UUID NOT NULL,
        registration UUID NOT NULL,
        place INTEGER NOT NULL CHECK (place > 0),
        name VARCHAR(200) NOT NULL,
        email VARCHAR(254) NOT NULL,
        status VARCHAR(10) NOT NULL CHECK (status IN ('going', 'cancelled', 'replaced')),
        UNIQUE (registration, place),
        FOREIGN KEY (event, registration) REFERENCES registration (event, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX attendee_event ON attendee (event)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
