"""Events for tests: quick to make, and real in every part."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events.programme import queries
from pledge.events.programme.event import Booking, Details, Event, Guest
from pledge.events.running import organising
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganiserScope

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STARTS = datetime(2027, 3, 9, 9, 30, tzinfo=UTC)
ENDS = datetime(2027, 3, 9, 13, tzinfo=UTC)

PLAIN = Details(
    title="Know the signs",
    summary="Half a day for owners of small firms.",
    description="What forced labour looks like.\n\nWhat to do about it.\nAnd what not to do.",
    speakers="Jo Example, trainer",
    programme="9:30 Welcome\n10:00 The signs",
    starts=STARTS,
    ends=ENDS,
    venue_name="Guild Hall",
    venue_address="1 Lancaster Road\nPreston",
    venue_postcode="PR1 2AB",
    district="E07000123",
    area="central-fylde-coast",
    accessibility="Step-free way in.",
    capacity=10,
    topics=("spotting-signs", "reporting"),
)


def details(**changes) -> Details:
    return Details(**{**{name: getattr(PLAIN, name) for name in Details.__struct_fields__}, **changes})


def ahead() -> dict[str, datetime]:
    """The times of PLAIN; when its day is near or over, on the next 9 March: tests elsewhere hold it on any day."""
    year = STARTS.year
    while STARTS.replace(year=year) < clock.now() + timedelta(days=30):
        year += 1
    return {"starts": STARTS.replace(year=year), "ends": ENDS.replace(year=year)}


def an_event(**changes) -> Event:
    """An event without a database."""
    identity = {
        "id": uuid4(), "organiser": uuid4(), "organiser_name": "Wyre Chamber", "organiser_email": "events@example.org",
        "slug": "know-the-signs", "uid": "a-uid", "sequence": 0, "state": "published", "reason": "", "seats_taken": 0,
        "updated": NOW, "revision": 0,
    }  # fmt: skip
    facts = {name: getattr(PLAIN, name) for name in Details.__struct_fields__}
    return Event(**{**identity, **facts, **changes})


def a_booking(seats: int = 1, *, email: str | None = None, **changes) -> Booking:
    made = uuid4()
    email = email or f"{made.hex}@example.org"
    guests = [Guest("Bea Booker", email), *(Guest(f"Guest {number}") for number in range(2, seats + 1))]
    plain = {
        "id": made, "name": "Bea Booker", "email": email, "email_key": email.lower(), "organisation_name": "Acme",
        "guests": tuple(guests[:seats]),
    }  # fmt: skip
    return Booking(**{**plain, **changes})


async def scope_of(person: UUID) -> OrganiserScope:
    """The scope of an organiser, as the policy would give it."""
    body = await read(partial(sql.value, "SELECT organiser FROM organiser_member WHERE person = {}", person))
    return OrganiserScope(Actor(person=person, organiser=body), person, body)


async def draft(scope: OrganiserScope, **changes) -> Event:
    event = await write(partial(organising.create, scope, details(**{**ahead(), **changes})))
    return await stored(event)


async def published(scope: OrganiserScope, **changes) -> Event:
    event = await write(partial(organising.create, scope, details(**{**ahead(), **changes})))
    await write(partial(organising.publish, scope, event))
    return await stored(event)


async def stored(event: UUID) -> Event:
    return await read(partial(queries.with_link, event))


async def taken(event: UUID) -> tuple[int, int]:
    """The places that the event says are taken, and the places of its live registrations."""
    row = await read(
        lambda: sql.row(
            "SELECT e.seats_taken, (SELECT count(*) FROM attendee a JOIN registration r ON r.id = a.registration "
            "WHERE r.event = e.id AND r.status = 'confirmed' AND a.status = 'going') AS going, "
            "(SELECT coalesce(sum(r.seats), 0) FROM registration r WHERE r.event = e.id AND r.status = 'confirmed') "
            "AS seats FROM event e WHERE e.id = {}",
            event,
        )
    )
    assert row is not None and row["going"] == row["seats"]
    return row["seats_taken"], row["seats"]
