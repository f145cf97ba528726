"""What people were told of an event: kept at each of its sequences, and compared with how it stands now."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.events.programme.event import Event, Told
from pledge.words.dates import uk_period

SLIP = timedelta(days=7)  # in which an event that moved into the past by a slip is put right

_FROM_EVENT = "state, title, starts, ends, attendance_mode, venue_name, venue_address, venue_postcode, join_link, price"
# What of it stands on the public page.
_SHOWN = ("title", "starts", "ends", "attendance_mode", "venue_name", "venue_address", "venue_postcode", "price")


class Change(NamedTuple):
    """Something that is not as people were told: what it is, what they were told, and how it is now.

    ``private`` is for those alone who come.
    """

    what: str
    was: str
    now: str
    private: bool = False


async def keep(event: UUID) -> None:
    """Keep what people are told of a published event at its sequence, in the unit that published or changed it."""
    await sql.rows(
        f"INSERT INTO event_told (event, sequence, {_FROM_EVENT}, organiser_name, organiser_email) "  # noqa: S608
        f"SELECT e.id, e.sequence, {', '.join(f'e.{name}' for name in _FROM_EVENT.split(', '))}, o.name, o.email "
        "FROM event e JOIN organiser o ON o.id = e.organiser WHERE e.id = {} ON CONFLICT (event, sequence) DO NOTHING",
        event,
    )


async def by_sequence(event: UUID) -> dict[int, Told]:
    """Return what people were told of an event, by its sequence, in the current unit."""
    rows = await sql.rows(
        f"SELECT sequence, {_FROM_EVENT}, organiser_name, organiser_email FROM event_told WHERE event = {{}}",  # noqa: S608
        event,
    )
    return {row["sequence"]: Told(**row) for row in rows}


async def moved_since_postponed(event: Event) -> bool:
    """Tell whether an event that is postponed has other days by now than people were told last, in the current unit."""
    last = await _while_it_took_place(event.id, await by_sequence(event.id))
    return last is None or (last.starts, last.ends) != (event.starts, event.ends)


async def as_told(event: Event) -> Event:
    """Return an event that is off as people were told of it before, and any other as it is, in the current unit.

    What its organiser prepares for a postponed one is nobody's to see until it is published again. What they save of
    a cancelled one afterwards is shown.
    """
    if event.state not in ("postponed", "cancelled"):
        return event
    known = await by_sequence(event.id)
    last = await _while_it_took_place(event.id, known)
    if last is None:
        return event
    ended = [each for _, each in sorted(known.items()) if each.state == "cancelled"]
    return msgspec.structs.replace(
        event,
        **{
            name: getattr(last, name)
            for name in _SHOWN
            if event.state == "postponed" or not ended or getattr(ended[0], name) == getattr(event, name)
        },
    )


async def _while_it_took_place(event: UUID, told: dict[int, Told]) -> Told | None:
    """Return how people with a place know an event while it took place, the last of it; without any, how it stood."""
    published = {number: each for number, each in told.items() if each.state == "published"}
    rows = await sql.rows(
        "SELECT DISTINCT coalesce(knows, told) AS known FROM registration WHERE event = {} AND status = 'confirmed'",
        event,
    )
    known = [row["known"] for row in rows if row["known"] in published]
    return published[max(known or published)] if published else None


def ended_before(moment: datetime) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL condition that an event ``e`` ended before a moment, and its values: for what is deleted then.

    One that moved into the past within ``SLIP`` did not: its day may be a slip, and then its bookings are needed.
    """
    return (
        "e.ends < {} AND NOT (e.updated > {} AND EXISTS "
        "(SELECT 1 FROM event_told t WHERE t.event = e.id AND t.ends >= {}))",
        (moment, clock.now() - SLIP, moment),
    )


def changes(was: Told, now: Told) -> list[Change]:
    """Return what is not as it was told, in words. Pure."""
    before, after = was.said, now.said
    found = [
        Change("Title", was.title, now.title),
        Change("When", _when(was), _when(now)),
        Change("How people take part", before["mode"], after["mode"]),
        Change("Where", before["place"], after["place"]),
        Change("Link to join online", before["join_link"] or "none", after["join_link"] or "none", private=True),
        Change("Price", before["price"], after["price"]),
        Change("Organiser", _organiser(was), _organiser(now)),
    ]
    return [change for change in found if change.was != change.now]


def _when(told: Told) -> str:
    assert told.starts is not None and told.ends is not None
    return uk_period(told.starts, told.ends)


def _organiser(told: Told) -> str:
    return f"{told.organiser_name}, {told.organiser_email}"
