"""Bookings as the people who made them see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from pledge.accounts.people import email_key
from pledge.database import clock, sql
from pledge.database.together import Select
from pledge.events.programme import listing, queries, told
from pledge.events.programme.event import Booking, Event, Guest
from pledge.events.programme.ranking import Candidate
from pledge.policy.actors import MEMBER_ROLES, Actor
from pledge.words.numbers import plural

_REGISTRATION = (
    "r.id AS registration, r.event AS event_id, r.organisation, r.person, r.booker_name, r.booker_email, r.email_key, "
    "r.organisation_name, r.seats, r.status, r.source, r.told, r.knows"
)
WITH_GUESTS = (
    f"SELECT {_REGISTRATION}, a.name AS guest_name, a.email AS guest_email FROM registration r "  # noqa: S608
    "JOIN attendee a ON a.registration = r.id"
)
_MAY_SEE = "(r.person = {} OR r.email_key = {} OR r.organisation = {})"


class Loaded(msgspec.Struct, frozen=True):
    """A booking, at which event, its status, and the event's ``sequence`` that its people were last told.

    ``knows`` is the one of which they know time and place: they may have been told since that it is off.
    """

    event: UUID
    status: str
    told: int
    knows: int
    booking: Booking


class Line(msgspec.Struct, frozen=True):
    """One line of somebody's list of bookings. ``own``: they made it, or it was made with their address."""

    id: UUID
    event: Event
    seats: int
    status: str
    booker: str
    own: bool

    @property
    def words(self) -> str:
        """Who has booked how many places, as whoever sees it reads it."""
        return f"{'You have' if self.own else f'{self.booker} has'} booked {plural(self.seats, 'place')}"


class Visit(msgspec.Struct, frozen=True):
    """Somebody of an organisation was checked in at an event on these topics, on a London day."""

    topics: frozenset[str]
    on: date


async def gist(registration: UUID) -> tuple[UUID, int, str] | None:
    """Return (event, seats, status) of a booking, without names, in the current unit; None when there is none."""
    row = await sql.row("SELECT event, seats, status FROM registration WHERE id = {}", registration)
    return None if row is None else (row["event"], row["seats"], row["status"])


async def load(registration: UUID) -> Loaded | None:
    """Return a booking with its guests, in the current unit; None when there is none."""
    return _loaded(await sql.rows(f"{WITH_GUESTS} WHERE r.id = {{}} ORDER BY a.place", registration))


async def visible(registration: UUID, actor: Actor) -> Loaded | None:
    """Return a booking that a signed-in person may see, in the current unit; None for any other.

    They see the ones they made, the ones made with their address, and those of the organisation they act for.
    """
    statement = f"{WITH_GUESTS} WHERE r.id = {{}} AND {_MAY_SEE} ORDER BY a.place"
    return _loaded(await sql.rows(statement, registration, *_who(actor)))


async def all_of(actor: Actor) -> list[Line]:
    """Return every booking that a signed-in person may see, by the start of its event, in the current unit."""
    rows = await sql.rows(
        f"SELECT {queries.COLUMNS}, {_REGISTRATION} FROM registration r JOIN event e ON e.id = r.event "  # noqa: S608
        f"JOIN organiser o ON o.id = e.organiser WHERE {_MAY_SEE} ORDER BY e.starts, r.created",
        *_who(actor),
    )
    return [_line(row, await told.as_told(queries.event_of(row)), actor) for row in rows]


def coming(actor: Actor, at_most: int) -> Select:
    """Return what asks for the next places that a signed-in person may see: its rows are for ``coming_in``.

    Those at an event that takes place and is not over, which are theirs for sure.
    """
    return Select(
        f"{queries.COLUMNS}, {_REGISTRATION}, r.created",
        "FROM registration r JOIN event e ON e.id = r.event JOIN organiser o ON o.id = e.organiser "
        f"WHERE {_MAY_SEE} AND r.status = 'confirmed' AND e.state = 'published' AND e.ends > {{}} "
        "ORDER BY e.starts, r.created LIMIT {}",
        (*_who(actor), clock.now(), at_most),
    )


def coming_in(rows: Sequence[Mapping[str, Any]], actor: Actor) -> list[Line]:
    """Return the places in rows of ``coming``, by the start of the event."""
    by_start = sorted(rows, key=lambda row: (row["starts"], row["created"]))
    return [_line(row, queries.event_of(row), actor) for row in by_start]


async def candidates(actor: Actor) -> tuple[list[Candidate], dict[UUID, Line]]:
    """Return every event that is to come or postponed as ranking wants it, and which of them are booked.

    A signed-in person's own live booking comes before another's that they may see. In the current unit, in one round
    trip.
    """
    rows = await sql.rows(
        f"SELECT {queries.COLUMNS}, {_REGISTRATION} FROM event e JOIN organiser o ON o.id = e.organiser "  # noqa: S608
        f"LEFT JOIN registration r ON r.event = e.id AND r.status = 'confirmed' AND {_MAY_SEE} "
        "WHERE e.state = 'published' AND e.ends > {} OR e.state = 'postponed' ORDER BY e.starts, e.id, r.created",
        *_who(actor),
        clock.now(),
    )
    found: dict[UUID, Candidate] = {}
    booked: dict[UUID, Line] = {}
    for row in rows:
        event = queries.event_of(row)
        if event.id not in found:
            found[event.id] = listing.candidate(event)
        if row["registration"] is not None:
            line = _line(row, event, actor)
            if event.id not in booked or line.own:
                booked[event.id] = line
    return list(found.values()), booked


def _line(row: Mapping[str, Any], event: Event, actor: Actor) -> Line:
    own_one = row["person"] == actor.person or row["email_key"] == email_key(actor.email)
    return Line(row["registration"], event, row["seats"], row["status"], row["booker_name"], own_one)


async def visits(organisation: UUID) -> frozenset[Visit]:
    """Return at which events somebody with a place of an organisation was checked in, in the current unit."""
    rows = await sql.rows(
        "SELECT a.checked_in, (SELECT string_agg(t.topic, ',') FROM event_topic t WHERE t.event = r.event) AS topics "
        "FROM registration r JOIN attendee a ON a.registration = r.id "
        "WHERE r.organisation = {} AND r.status = 'confirmed' AND a.status = 'going' AND a.checked_in IS NOT NULL",
        organisation,
    )
    return frozenset(
        Visit(frozenset((row["topics"] or "").split(",")) - {""}, row["checked_in"].astimezone(clock.LONDON).date())
        for row in rows
    )


def own(actor: Actor, booking: Booking) -> bool:
    """Tell whether a booking is a person's own: made by them, or with their address."""
    return booking.person == actor.person or booking.email_key == email_key(actor.email)


def may_cancel(actor: Actor, booking: Booking) -> bool:
    """Tell whether a person may cancel a booking: their own, or as a contributor or owner their organisation's."""
    if own(actor, booking):
        return True
    of_theirs = booking.organisation is not None and booking.organisation == actor.organisation
    return of_theirs and MEMBER_ROLES.index(actor.member_role) >= MEMBER_ROLES.index("contributor")


def _who(actor: Actor) -> tuple[Any, ...]:
    return (actor.person, email_key(actor.email), actor.organisation)


def _loaded(rows: Sequence[Mapping[str, Any]]) -> Loaded | None:
    return group(rows)[0] if rows else None


def group(rows: Sequence[Mapping[str, Any]]) -> list[Loaded]:
    """Return the bookings in rows of registrations with their guests."""
    guests: dict[UUID, list[Guest]] = {}
    first: dict[UUID, Mapping[str, Any]] = {}
    for row in rows:
        guests.setdefault(row["registration"], []).append(Guest(row["guest_name"], row["guest_email"]))
        first.setdefault(row["registration"], row)
    return [
        Loaded(
            row["event_id"],
            row["status"],
            row["told"],
            row["told"] if row["knows"] is None else row["knows"],
            Booking(
                id=registration,
                name=row["booker_name"],
                email=row["booker_email"],
                email_key=row["email_key"],
                organisation_name=row["organisation_name"],
                guests=tuple(guests[registration]),
                person=row["person"],
                organisation=row["organisation"],
                source=row["source"],
            ),
        )
        for registration, row in first.items()
    ]
