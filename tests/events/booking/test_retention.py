"""What becomes of bookings: months after an event, and when somebody's account is erased."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from tests.events import making
from tests.support.firms import MAILROOM

from pledge.accounts.people import email_key
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events import retention
from pledge.events.booking import needs, registering
from pledge.events.booking.letters import letters
from pledge.events.booking.needs import Need
from pledge.events.programme.event import Event, Guest
from pledge.personal import Subject

SECOND = timedelta(seconds=1)
GWEN = Guest("Gwen Guest", "gwen@example.org")


async def booked(event: Event, *guests: Guest, **booker) -> UUID:
    booking = making.a_booking(len(guests), guests=guests, **booker)
    confirmed = letters(MAILROOM, event, booking, "confirmed", clock.now())
    await write(partial(registering.register, event, booking, confirmed))
    return booking.id


async def column(statement: str, *values) -> list:
    return [next(iter(row.values())) for row in await read(partial(sql.rows, statement, *values))]


# — months after an event —


async def test_names_go_six_months_after_the_event(event):
    await booked(event, Guest("Bea", "bea@example.org"), GWEN)
    last = event.ends.replace(month=9)  # it ends on 9 March
    names = "SELECT name FROM attendee UNION ALL SELECT booker_name FROM registration"
    for moment, gone in ((last, 0), (last + SECOND, 1), (last + 2 * SECOND, 0)):
        with clock.at(moment):
            assert await write(retention.prune) == {"attendee_need": 0, "attendee": 2 * gone, "registration": gone}
        assert (await column(names) == ["Name erased"] * 3) is (moment > last)


async def test_names_at_other_events_stay(chamber, event):
    later = await making.published(chamber, starts=event.starts + 30 * SECOND, ends=event.ends + 30 * SECOND)
    for each in (event, later):
        await booked(each, GWEN)
    with clock.at(event.ends.replace(month=9) + SECOND):
        assert await write(retention.prune) == {"attendee_need": 0, "attendee": 1, "registration": 1}
    assert await column("SELECT name FROM attendee WHERE event = {}", later.id) == ["Gwen Guest"]
    assert await column("SELECT booker_name FROM registration WHERE event = {}", later.id) == ["Bea Booker"]


# — when somebody's account is erased —


@pytest.fixture
async def dora(alice) -> Subject:
    """Somebody with an account, of whom e-mails to another address reach her too."""
    return Subject(alice.id, "Dora Dee", "Dora@Example.org", email_key("Dora@Example.org"))


async def gives_back(person: Subject, moment: datetime = making.NOW) -> None:
    with clock.at(moment):
        await write(partial(retention.give_back, person))


async def seats(registration: UUID) -> tuple[int, str, datetime | None]:
    row = await read(partial(sql.row, "SELECT seats, status, cancelled FROM registration WHERE id = {}", registration))
    return row["seats"], row["status"], row["cancelled"]


async def going(registration: UUID) -> list[str]:
    return await column(
        "SELECT name FROM attendee WHERE registration = {} AND status = 'going' ORDER BY place", registration
    )


@pytest.mark.parametrize(
    ("hers", "booker"),
    [
        (Guest("D", "DORA@example.org"), {}),
        (Guest("Dora Dee", ""), {"person": "hers"}),
        (Guest("Dora Dee", "at.work@example.org"), {"email": "Dora@example.org"}),
    ],
    ids=["her address", "her name where she booked", "her name where her address booked"],
)
async def test_her_place_goes_to_others_and_those_of_her_guests_stay(event, dora, hers, booker):
    booker = {"person": dora.id} if booker == {"person": "hers"} else booker
    booking = await booked(event, hers, GWEN, Guest("Hal", ""), **booker)
    await gives_back(dora)
    assert await seats(booking) == (2, "confirmed", None) and await going(booking) == ["Gwen Guest", "Hal"]
    assert await making.taken(event.id) == (2, 2)


@pytest.mark.parametrize(
    ("guest", "booker"),
    [
        (Guest("Dora Dee", ""), {}),  # a namesake, whom somebody else booked for
        (Guest("Hal", "hal@example.org"), {"person": "hers"}),
    ],
)
async def test_the_place_of_somebody_else_stays(event, dora, guest, booker):
    booking = await booked(event, guest, **({"person": dora.id} if booker else {}))
    await gives_back(dora)
    assert await seats(booking) == (1, "confirmed", None) and await going(booking) == [guest.name]
    assert await making.taken(event.id) == (1, 1)


async def test_a_booking_of_nobody_else_is_cancelled(event, dora):
    booking = await booked(event, Guest("Dora Dee", ""), Guest("D", "dora@example.org"), person=dora.id)
    await gives_back(dora)
    assert await seats(booking) == (2, "cancelled", making.NOW) and await going(booking) == []
    assert await making.taken(event.id) == (0, 0)
    entries = await column("SELECT details FROM audit_entry WHERE action = 'registration.given_back'")
    assert entries == [f'{{"event":"{event.id}","seats":2}}']


async def test_her_places_in_several_bookings_go_and_all_others_stay_as_they_are(chamber, event, dora):
    other = await making.published(chamber)
    hers = Guest("Dora Dee", "dora@example.org")
    alone = await booked(event, hers, person=dora.id)
    with_gwen = await booked(other, GWEN, hers)
    of_others = await booked(other, GWEN)
    await gives_back(dora)
    assert await seats(alone) == (1, "cancelled", making.NOW)
    assert await seats(with_gwen) == await seats(of_others) == (1, "confirmed", None)
    assert await going(with_gwen) == await going(of_others) == ["Gwen Guest"]
    assert await making.taken(event.id) == (0, 0) and await making.taken(other.id) == (2, 2)


@pytest.mark.parametrize(("before", "left"), [(SECOND, 0), (0 * SECOND, 1)])
async def test_a_place_at_an_event_that_is_over_is_not_given_back(chamber, event, dora, before, left):
    await making.published(chamber, starts=event.starts + timedelta(days=9), ends=event.ends + timedelta(days=9))
    booking = await booked(event, Guest("Dora Dee", "dora@example.org"), person=dora.id)
    await gives_back(dora, event.ends - before)
    assert await making.taken(event.id) == (left, left) and len(await going(booking)) == left


async def test_a_place_that_was_given_up_before_is_not_given_back_again(event, dora):
    cancelled = await booked(event, Guest("Dora Dee", "dora@example.org"), person=dora.id)
    await write(partial(registering.cancel, cancelled, MAILROOM))
    booking = await booked(event, Guest("Dora Dee", "dora@example.org"), GWEN)
    await gives_back(dora)
    before = await seats(cancelled), await seats(booking), await making.taken(event.id)
    await gives_back(dora)
    assert (await seats(cancelled), await seats(booking), await making.taken(event.id)) == before
    assert before[1:] == ((1, "confirmed", None), (1, 1))


@pytest.mark.parametrize("booker", [{"person": "hers"}, {"email": "dora@example.org"}, {}])
async def test_what_her_guests_need_is_forgotten_and_what_others_need_is_not(event, dora, booker):
    hers = bool(booker)
    booking = await booked(event, GWEN, **({"person": dora.id} if "person" in booker else booker))
    other = await booked(event, GWEN)
    for each in (booking, other):
        assert await write(partial(needs.put, each, {1: Need("No nuts", "")}))
    await gives_back(dora)
    kept = await column("SELECT a.registration FROM attendee_need n JOIN attendee a ON a.id = n.attendee")
    assert set(kept) == ({other} if hers else {booking, other})


async def test_a_firm_s_name_goes_off_its_bookings_and_stays_on_others(event, alice, charlie):
    for firm, name in ((alice.organisation, "Pendle Joinery"), (charlie.organisation, "Ribble Catering"), (None, "A")):
        await booked(event, GWEN, organisation=firm, organisation_name=name)
    await write(partial(retention.forget_firm, alice.organisation))
    assert await column("SELECT organisation_name FROM registration ORDER BY organisation_name") == [
        "", "A", "Ribble Catering",
    ]  # fmt: skip
    assert await making.taken(event.id) == (3, 3)
