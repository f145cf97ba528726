"""What everybody may see of events: the list, one event, the calendar of all, and the candidates for a report."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import parse_id
from pledge.events.programme import queries, told
from pledge.events.programme.event import Event
from pledge.events.programme.ranking import Candidate
from pledge.events.programme.when import midnight

PAGE = 20


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list. ``since`` and ``until`` are London days, both included; no topics means any topic."""

    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    online: bool = False
    past: bool = False


class Found(msgspec.Struct, frozen=True):
    """One page of the list, and how many events there are on all pages."""

    events: list[Event]
    total: int


class Seen(msgspec.Struct, frozen=True):
    """An event as one person sees it: their own booking, and how many places their organisation has."""

    event: Event
    booking: UUID | None
    firm_seats: int


async def find(which: Filter, *, page: int = 1, size: int = PAGE) -> Found:
    """Return published events, the next first (of past ones, the latest first), in the current unit."""
    now = clock.now()
    conditions = ["e.state = 'published'", f"e.ends {'<=' if which.past else '>'} {{}}"]
    values: list[Any] = [now]
    if which.topics:
        named = f"f.topic IN ({sql.marks(len(which.topics))})"
        conditions.append(f"EXISTS (SELECT 1 FROM event_topic f WHERE f.event = e.id AND {named})")  # noqa: S608
        values += which.topics
    if which.since:
        conditions.append("e.starts >= {}")
        values.append(midnight(which.since))
    if which.until:
        conditions.append("e.starts < {}")
        values.append(midnight(which.until + timedelta(days=1)))
    if which.online:
        conditions.append("e.attendance_mode <> 'offline'")
    rows = await sql.rows(
        f"{queries.COUNTED} WHERE {' AND '.join(conditions)} "
        f"ORDER BY e.starts {'DESC' if which.past else 'ASC'}, e.id LIMIT {{}} OFFSET {{}}",
        *values,
        size,
        (page - 1) * size,
    )
    return Found([queries.event_of(row) for row in rows], rows[0]["total"] if rows else 0)


async def see(
    slug: str, *, person: UUID | None = None, email_key: str = "", organisation: UUID | None = None
) -> Seen | None:
    """Return an event that is or was public, as somebody sees it, in the current unit; None for any other address."""
    row = await sql.row(
        f"{queries.SEEN} WHERE e.slug = {{}} AND e.state <> 'draft'", person, email_key, organisation, slug
    )
    if row is None:
        return None
    booking = parse_id(str(row["booking"])) if row["booking"] else None
    return Seen(await told.as_told(queries.event_of(row)), booking, row["firm_seats"] or 0)


async def others(event: Event, *, most: int = 3) -> list[Event]:
    """Return coming events that share a topic with this one and can still be booked, in the current unit."""
    if not event.topics:
        return []
    now = clock.now()
    found = await find(Filter(topics=event.topics), size=PAGE)
    open_ones = [other for other in found.events if other.id != event.id and other.obstacle(now) in (None, "external")]
    open_ones.sort(key=lambda other: event.topics[0] not in other.topics)  # the main topic first, else by date
    return open_ones[:most]


async def candidates() -> list[Candidate]:
    """Return every event that is to come or postponed as ranking wants it, in the current unit and one round trip."""
    rows = await sql.rows(
        f"{queries.BRIEF} WHERE e.state = 'published' AND e.ends > {{}} OR e.state = 'postponed' "
        "ORDER BY e.starts, e.id",
        clock.now(),
    )
    return [candidate(queries.event_of(row)) for row in rows]


def candidate(event: Event) -> Candidate:
    """Return what ranking needs to know of an event that was published."""
    assert event.starts is not None and event.ends is not None and event.closes is not None
    return Candidate(
        id=event.id,
        slug=event.slug,
        title=event.title,
        organiser=event.organiser_name,
        starts=event.starts,
        ends=event.ends,
        closes=event.closes,
        online=event.online,
        in_person=event.in_person,
        venue=event.venue_name,
        district=event.district,
        area=event.area,
        primary=event.topics[0] if event.topics else "",
        secondary=event.topics[1:],
        places_left=event.places_left,
        external=bool(event.booking_url),
        audience=event.audience,
        postponed=event.state == "postponed",
    )
