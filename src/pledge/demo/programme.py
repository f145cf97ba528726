"""The demo's events, past and to come, who booked places at them, what they need, and who came."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from pledge.accounts.people import email_key
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token
from pledge.database.unit import read, write
from pledge.demo import county
from pledge.demo.county import Planned
from pledge.demo.people import door_secret
from pledge.events import need_form
from pledge.events.booking import needs, registering
from pledge.events.booking.letters import letters
from pledge.events.booking.needs import Need
from pledge.events.programme.event import Booking, Details, Event, Guest
from pledge.events.programme.when import instant, parse_time
from pledge.events.running import door, organising
from pledge.mail.words import Mailroom
from pledge.organisations.places import Gazetteer
from pledge.policy.actors import Actor
from pledge.policy.scopes import DoorScope, OrganisationScope, OrganiserScope
from pledge.words.numbers import plural

ANNOUNCED = timedelta(days=60)  # before an event
EARLIEST = timedelta(days=1)


async def hold(
    chance: random.Random,
    places: Gazetteer,
    bodies: Mapping[str, UUID],
    members: Sequence[OrganisationScope],
    today: datetime,
    mailroom: Mailroom,
) -> None:
    """Publish every planned event and let firms book places, each on a day that fits; past ones have their guests."""
    postcodes = places.postcodes()
    events = county.words().events
    soonest = min((planned for planned in events if planned.days > 0), key=lambda planned: planned.days)
    for planned in events:
        scope = OrganiserScope(Actor(), new_id(), bodies[planned.by])
        postcode = chance.choice(postcodes[planned.district]) if planned.place else ""
        details = _details(planned, postcode, places, today)
        assert details.starts is not None
        announced = min(details.starts - ANNOUNCED, today - EARLIEST)
        with clock.at(announced):
            event = await write(partial(organising.create, scope, details))
            await write(partial(organising.publish, scope, event))
        coming = chance.sample(members, chance.randint(4, 14))
        if planned is soonest and members[0] not in coming:
            coming[0] = members[0]  # whose sign-in is printed finds a booking, whatever chance has it
        for member in coming:
            when = announced + (min(details.starts, today) - announced) * chance.random()
            with clock.at(when):
                await _book(scope, event, member, chance, mailroom, past=details.starts < today)
        if details.starts - door.AROUND <= today:
            with clock.at(min(details.starts, today)):
                await write(partial(_check_in, scope, event, chance, past=details.starts < today))


def _details(planned: Planned, postcode: str, places: Gazetteer, today: datetime) -> Details:
    online = not planned.place
    return Details(
        title=planned.title,
        summary=f"{plural(planned.hours, 'hour')} for small firms. Free.",
        description="Plain words, real cases, time for your questions.\n\nYou leave with one thing to do this week.",
        programme="Welcome\nWhat it looks like in a firm like yours\nWhat to do, step by step\nQuestions",
        speakers="A speaker from the partnership",
        starts=(starts := _starts(planned, today)),
        ends=starts + timedelta(hours=planned.hours),
        attendance_mode="online" if online else "offline",
        venue_name=planned.place,
        venue_postcode=postcode,
        district=planned.district,
        area=places.area_of(planned.district) if planned.district else "",
        accessibility="" if online else "Step-free. Parking at the door.",
        join_link="https://meet.example.org/harrowmere" if online else "",
        capacity=planned.capacity,
        topics=planned.topics,
    )


def _starts(planned: Planned, today: datetime) -> datetime:
    if not planned.start:
        return today.replace(minute=0, second=0, microsecond=0) + door.AROUND
    time = parse_time(planned.start)
    assert time is not None
    return instant((today + timedelta(days=planned.days)).date(), time)


async def _check_in(scope: OrganiserScope, event: UUID, chance: random.Random, *, past: bool) -> None:
    """Open the door, and let most people come, or a few have come so far."""
    secret = new_token() if past else door_secret()
    await door.make(scope, event, secret)
    volunteer = await door.enter(secret)
    assert volunteer.door is not None
    within = DoorScope(volunteer, volunteer.door, event)
    for row in await sql.rows("SELECT id FROM attendee WHERE event = {} ORDER BY name, place", event):
        if chance.random() < (0.75 if past else 0.3):
            await door.check_in(within, row["id"])


async def _book(
    scope: OrganiserScope,
    event: UUID,
    member: OrganisationScope,
    chance: random.Random,
    mailroom: Mailroom,
    *,
    past: bool,
) -> None:
    found = await read(partial(organising.load, scope, event))
    actor = member.actor
    guests = [Guest(actor.name, actor.email)]
    if chance.random() < 0.3:
        guests.append(Guest(f"{chance.choice(county.words().first_names)} Demo"))
    booking = Booking(
        id=new_id(),
        name=actor.name,
        email=actor.email,
        email_key=email_key(actor.email),
        organisation_name=actor.organisation_name,
        guests=tuple(guests),
        person=member.person,
        organisation=member.organisation,
        source="report" if chance.random() < 0.6 else "list",
    )
    wanted = {} if past else _needs(found, booking, chance)
    mails = letters(mailroom, found, booking, "confirmed", clock.now())

    async def unit() -> None:
        await registering.register(found, booking, mails)
        await needs.put(booking.id, wanted)

    with suppress(registering.NotOpen):  # it is full
        await write(unit)


def _needs(event: Event, booking: Booking, chance: random.Random) -> dict[int, Need]:
    """Return what those who come need: most of them nothing."""
    kinds, found = need_form.kinds(event), {}
    for place in range(1, booking.seats + 1):
        food = chance.choice(county.words().food) if "food" in kinds and chance.random() < 0.25 else ""
        access = chance.choice(county.words().access) if chance.random() < 0.06 else ""
        found[place] = Need(food, access)
    return found
