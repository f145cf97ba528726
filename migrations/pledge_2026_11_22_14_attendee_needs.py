"""What people need to eat or to take part at an event, apart from their bookings."""

from pledge.database import migrating, walls

ID = "pledge_2026_11_22_14_attendee_needs"

STATEMENTS = (
    """
    CREATE TABLE attendee_need (
        attendee UUID NOT NULL PRIMARY KEY REFERENCES attendee (id) ON DELETE CASCADE,
        food VARCHAR(300) NOT NULL,
        access VARCHAR(300) NOT NULL,
        consented TIMESTAMPTZ NOT NULL,
        CHECK (food <> '' OR access <> '')
    )
    """,
)


async def forwards() -> None:
    """Create the table, behind a wall of its own: it is no organisation's, and no organisation's unit reaches it."""
    await migrating.run(STATEMENTS)
    await walls.close("attendee_need")
