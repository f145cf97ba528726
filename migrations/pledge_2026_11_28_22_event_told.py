"""What people were told of an event at each of its sequences, and whom an answer to an e-mail goes to."""

from pledge.database import migrating

ID = "pledge_2026_11_28_22_event_told"

STATEMENTS = (
    """
    CREATE TABLE event_told (
        event UUID NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        sequence INTEGER NOT NULL CHECK (sequence >= 0),
        state VARCHAR(10) NOT NULL CHECK (state IN ('published', 'cancelled', 'postponed')),
        title VARCHAR(150) NOT NULL,
        starts TIMESTAMPTZ NOT NULL,
        ends TIMESTAMPTZ NOT NULL,
        attendance_mode VARCHAR(10) NOT NULL,
        venue_name VARCHAR(150) NOT NULL,
        venue_address VARCHAR(300) NOT NULL,
        venue_postcode VARCHAR(8) NOT NULL,
        join_link VARCHAR(500) NOT NULL,
        price VARCHAR(200) NOT NULL,
        organiser_name VARCHAR(200) NOT NULL,
        organiser_email VARCHAR(254) NOT NULL,
        PRIMARY KEY (event, sequence)
    )
    """,
    """
    INSERT INTO event_told (event, sequence, state, title, starts, ends, attendance_mode, venue_name, venue_address,
        venue_postcode, join_link, price, organiser_name, organiser_email)
    SELECT e.id, e.sequence, e.state, e.title, e.starts, e.ends, e.attendance_mode, e.venue_name, e.venue_address,
        e.venue_postcode, e.join_link, e.price, o.name, o.email
    FROM event e JOIN organiser o ON o.id = e.organiser WHERE e.state <> 'draft'
    """,
    # Whoever learns that it is postponed learns nothing else: they know what they were told before. NULL: as told.
    "ALTER TABLE registration ADD COLUMN knows INTEGER CHECK (knows <= told)",
    "ALTER TABLE outbox ADD COLUMN reply_to VARCHAR(254) NOT NULL DEFAULT ''",
)


async def forwards() -> None:
    """Create the table, with what is said of every event now: before this, only its sequence was kept."""
    await migrating.run(STATEMENTS)
