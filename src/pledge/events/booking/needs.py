"""What people need to eat, or to take part in an event: for its organiser and for whoever booked, and nobody else.

It can tell of health or belief. So it is kept apart from the bookings, only with explicit consent, and goes early; it
is in no e-mail, no calendar entry, no file and no log. Every function works in the current unit.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.events.booking import bookings, places
from pledge.events.programme.event import Booking
from pledge.events.programme.told import ended_before
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganiserScope
from pledge.refusals import ChangedMeanwhile, Refusal

KEPT = timedelta(days=7)  # after the event

Kind = Literal["food", "access"]

_GOING = "a.status = 'going' AND r.status = 'confirmed'"


class Need(msgspec.Struct, frozen=True):
    """What somebody needs to eat and to take part; "" is nothing."""

    food: str = ""
    access: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.food or self.access)


class Line(msgspec.Struct, frozen=True):
    """Somebody with a place of a booking (``place`` counts from 1), and what they need."""

    place: int
    name: str
    need: Need


class Asked(msgspec.Struct, frozen=True):
    """One thing that is needed, and by whom."""

    what: str
    names: tuple[str, ...]


# — for whoever booked —


def mark(need: Need) -> str:
    """Return what a page carries of a need that it shows, to tell afterwards whether it is still the same. Pure."""
    return hashlib.sha256(msgspec.json.encode(need)).hexdigest()[:16]


async def put(registration: UUID, wanted: Mapping[int, Need]) -> bool:
    """Keep what is needed, with consent given now, at some places of a booking in place of what was said before.

    An empty need is forgotten. Return whether the booking has people who are going.
    """
    rows = await sql.rows(
        "SELECT a.id, a.place FROM attendee a JOIN registration r ON r.id = a.registration "  # noqa: S608
        f"WHERE r.id = {{}} AND {_GOING}",
        registration,
    )
    now, here = clock.now(), [(row["id"], wanted[row["place"]]) for row in rows if row["place"] in wanted]
    await sql.many("DELETE FROM attendee_need WHERE attendee = {}", [(attendee,) for attendee, _ in here])
    await sql.many(
        "INSERT INTO attendee_need (attendee, food, access, consented) VALUES ({}, {}, {}, {})",
        [(attendee, need.food, need.access, now) for attendee, need in here if need],
    )
    return bool(rows)


async def change(actor: Actor, booking: Booking, wanted: Mapping[int, Need], seen: Mapping[int, str]) -> None:
    """Change what is needed at some places of a booking; the log says that, not what.

    ``seen``: the mark of what ``actor`` was shown, by place; a place that they left as they saw it stays as it is now.
    Raises Refusal if the booking is off, and ChangedMeanwhile when somebody else changed a place that they change too.
    """
    await places.hold(booking.id)
    now = {line.place: line.need for line in await lines(actor, booking)}
    changes = {place: need for place, need in wanted.items() if mark(need) != seen.get(place, mark(Need()))}
    clashes = {
        place: now[place]
        for place, need in changes.items()
        if place in now and mark(now[place]) != seen.get(place, mark(Need())) and need != now[place]
    }
    if clashes:
        raise ChangedMeanwhile(clashes)
    if not await put(booking.id, changes):
        raise Refusal("This booking is cancelled, so there is nothing to arrange.")
    await record("registration.needs_changed", booking.id, person=actor.person)


async def take_back(registration: UUID) -> None:
    """Forget all that is needed at a booking, for whoever booked it without an account."""
    await forget(registration)
    await record("registration.needs_changed", registration)


async def forget(registration: UUID) -> None:
    """Forget all that is needed at a booking."""
    await sql.rows(
        "DELETE FROM attendee_need WHERE attendee IN (SELECT id FROM attendee WHERE registration = {})", registration
    )


async def forget_all(event: UUID) -> None:
    """Forget all that is needed at an event."""
    await sql.rows("DELETE FROM attendee_need WHERE attendee IN (SELECT id FROM attendee WHERE event = {})", event)


async def any_at(registration: UUID) -> bool:
    """Tell whether anything is kept for a booking."""
    return bool(
        await sql.value(
            "SELECT count(*) FROM attendee_need n JOIN attendee a ON a.id = n.attendee WHERE a.registration = {}",
            registration,
        )
    )


async def lines(actor: Actor, booking: Booking) -> list[Line]:
    """Return whose needs at a booking somebody may see and change: of all whom they booked for, else only their own."""
    rows = await sql.rows(
        "SELECT a.place, a.name, a.email, coalesce(n.food, '') AS food, coalesce(n.access, '') AS access "  # noqa: S608
        "FROM attendee a JOIN registration r ON r.id = a.registration LEFT JOIN attendee_need n ON n.attendee = a.id "
        f"WHERE r.id = {{}} AND {_GOING} ORDER BY a.place",
        booking.id,
    )
    return [
        Line(row["place"], row["name"], Need(row["food"], row["access"]))
        for row in rows
        if theirs(actor, booking, row["email"])
    ]


def theirs(actor: Actor, booking: Booking, email: str) -> bool:
    """Tell whether somebody may see and change what is needed at a place that was booked with this address."""
    return bookings.own(actor, booking) or (email != "" and email.casefold() == actor.email.casefold())


# — for the organiser —


async def told(within: OrganiserScope, event: UUID) -> dict[Kind, list[Asked]]:
    """Return what is needed at an event of the organiser body, the same words once with all who need it.

    That somebody looked is noted in the log.
    """
    rows = await sql.rows(
        "SELECT a.name, n.food, n.access FROM attendee_need n JOIN attendee a ON a.id = n.attendee "  # noqa: S608
        "JOIN registration r ON r.id = a.registration JOIN event e ON e.id = a.event "
        f"WHERE e.id = {{}} AND e.organiser = {{}} AND {_GOING} ORDER BY lower(a.name), a.name, a.id",
        event,
        within.organiser,
    )
    await record("needs.looked_at", event, person=within.person)
    return {
        "food": grouped([(row["food"], row["name"]) for row in rows]),
        "access": grouped([(row["access"], row["name"]) for row in rows]),
    }


def grouped(said: Sequence[tuple[str, str]]) -> list[Asked]:
    """Return (need, name) by need, capitals aside, what most people need first; empty needs are left out. Pure."""
    found: dict[str, tuple[str, list[str]]] = {}
    for what, name in said:
        if what:
            found.setdefault(what.casefold().rstrip(". "), (what, []))[1].append(name)
    by_number = sorted(found.values(), key=lambda each: (-len(each[1]), each[0].casefold()))
    return [Asked(what, tuple(names)) for what, names in by_number]


# — forgetting —


async def prune() -> dict[str, int]:
    """Forget what was needed at events that ended a while ago or are cancelled. Return the number of rows by table."""
    ended, values = ended_before(clock.now() - KEPT)
    done = await sql.changed(
        "DELETE FROM attendee_need WHERE attendee IN (SELECT a.id FROM attendee a JOIN event e ON e.id = a.event "  # noqa: S608
        f"WHERE e.state = 'cancelled' OR ({ended}))",
        *values,
    )
    return {"attendee_need": done}
