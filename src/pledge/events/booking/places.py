"""The places of an event: who gets one is decided here, and nothing else writes ``seats_taken``.

One conditional UPDATE of the event's row decides. It takes the row's lock, so that all who book, cancel or change the
capacity at the same moment come one after the other, on either database. Whoever does more in the same unit touches
the event's row first; then no two units wait for each other.
"""

from uuid import UUID

from pledge.database import clock, sql


async def claim(event: UUID, seats: int, *, sequence: int) -> bool:
    """Take places in the current unit and return whether there were enough, at an event that is open for booking.

    ``sequence`` is the event's when its page was read: nobody is promised a time or place that has changed meanwhile.
    """
    taken = await sql.rows(
        "UPDATE event SET seats_taken = seats_taken + {} WHERE id = {} AND sequence = {} AND state = 'published' "
        "AND booking_url = '' AND COALESCE(registration_closes, starts) > {} "
        "AND (capacity IS NULL OR seats_taken + {} <= capacity) RETURNING seats_taken",
        seats,
        event,
        sequence,
        clock.now(),
        seats,
    )
    return bool(taken)


async def hold(registration: UUID) -> None:
    """Lock the event of a registration for the rest of the current unit, before anything of it is changed."""
    await sql.rows(
        "UPDATE event SET seats_taken = seats_taken WHERE id = (SELECT event FROM registration WHERE id = {})",
        registration,
    )


async def release(event: UUID, seats: int) -> None:
    """Give places back, in the current unit."""
    await sql.rows("UPDATE event SET seats_taken = seats_taken - {} WHERE id = {}", seats, event)


async def resize(event: UUID, capacity: int | None) -> int | None:
    """Set the capacity in the current unit (None: unlimited) and return None.

    A capacity below the places that are taken changes nothing; then that number is returned.
    """
    resized = await sql.rows(
        "UPDATE event SET capacity = {} WHERE id = {} AND seats_taken <= COALESCE(CAST({} AS INTEGER), seats_taken) "
        "RETURNING seats_taken",
        capacity,
        event,
        capacity,
    )
    if resized:
        return None
    return int(await sql.value("SELECT seats_taken FROM event WHERE id = {}", event))
