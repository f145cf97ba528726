from datetime import timedelta
from functools import partial

import pytest
import time_machine
from icalendar import Calendar
from tests.events import making

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.events.booking import registering
from pledge.events.booking.letters import letters
from pledge.events.running import organising, telling

LATER = {"starts": making.STARTS + timedelta(days=7), "ends": making.ENDS + timedelta(days=7)}


@pytest.fixture
async def booked(site, alice, visitor, event):
    """Alice comes with Bob, and Vic has no account; their confirmations have gone."""
    await (await alice.get(event.path)).submit(event.path, guest_name_1="Bob", guest_email_1="bob@example.org")
    await (await visitor.get(event.path)).submit(event.path, name="Vic", email="vic@example.org")
    assert len(await site.mails()) == 3
    return event


async def new_mails(site, after: int = 3) -> list:
    return (await site.mails())[after:]


async def save(chamber, event, **changes):
    current = await making.stored(event.id)
    await write(partial(organising.save, chamber, event.id, current.revision, making.details(**changes)))


def read_calendar(mail):
    calendar = Calendar.from_ical(mail.calendar)
    (entry,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), entry


async def test_a_new_date_reaches_everybody_and_their_calendars(site, chamber, booked):
    await save(chamber, booked, **LATER)
    mails = await new_mails(site)
    assert {mail.recipient for mail in mails} == {"alice@example.org", "bob@example.org", "vic@example.org"}
    for mail in mails:
        method, entry = read_calendar(mail)
        assert (method, entry["UID"], entry["SEQUENCE"]) == ("REQUEST", booked.uid, 1)
        assert entry["DTSTART"].dt == LATER["starts"] and entry["ATTENDEE"] == f"mailto:{mail.recipient}"
        assert mail.subject == "Changed: Know the signs" and "Tuesday 16 March 2027, 9:30am to 1pm" in mail.body
        assert ("/t/" in mail.body) == (mail.recipient != "bob@example.org")  # who booked can still cancel
    await save(chamber, booked, **LATER, venue_name="Town Hall")
    assert [read_calendar(mail)[1]["SEQUENCE"] for mail in await new_mails(site, 6)] == [2, 2, 2]


async def test_the_link_in_the_mail_about_a_later_date_works_until_then(site, chamber, booked):
    await save(chamber, booked, **LATER)
    (mail,) = [mail for mail in await new_mails(site) if mail.recipient == "vic@example.org"]
    path = next(word for word in mail.body.split() if "/t/" in word).partition("8000")[2]
    with time_machine.travel(LATER["starts"]):
        page = await site.browser().get(path)
    assert page.status == 200
    await page.submit()
    assert (await making.taken(booked.id)) == (2, 2)


MOVES = [
    {"venue_name": "Town Hall"},
    {"venue_name": "Town Hall", "venue_postcode": "PR1 2AD"},
    {"ends": making.ENDS + timedelta(hours=1)},
    {"attendance_mode": "mixed", "join_link": "https://meet.example.org/x"},
]


async def test_whatever_moves_people_is_told(site, chamber, booked):
    for number, changes in enumerate(MOVES, 1):
        await save(chamber, booked, **changes)
        mails = await new_mails(site, 3 * number)
        assert len(mails) == 3, changes
        assert all(("meet.example.org" in mail.body) == ("join_link" in changes) for mail in mails)


async def test_other_changes_are_not_worth_a_mail(site, chamber, booked):
    await save(chamber, booked, description="Better.", speakers="Jo", capacity=50, registration_closes=making.NOW)
    assert not await new_mails(site) and (await making.stored(booked.id)).sequence == 0
    await save(chamber, booked, summary="A morning.")  # calendars show it, so it is another entry; nobody must know
    assert not await new_mails(site) and (await making.stored(booked.id)).sequence == 1


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
async def test_an_event_that_is_off_leaves_every_calendar_with_its_reason(site, chamber, booked, state):
    await write(partial(organising.call_off, chamber, booked.id, state, "The hall is flooded."))
    mails = await new_mails(site)
    assert len(mails) == 3
    for mail in mails:
        method, entry = read_calendar(mail)
        assert (method, entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == ("CANCEL", booked.uid, 1, "CANCELLED")
        assert mail.subject == f"{state.capitalize()}: Know the signs" and "The hall is flooded." in mail.body
        assert "/t/" not in mail.body
    assert await making.taken(booked.id) == (3, 3)  # nobody has lost a place


async def test_a_postponed_event_comes_back_with_its_new_date(site, chamber, booked, visitor):
    await write(partial(organising.call_off, chamber, booked.id, "postponed", "The hall is flooded."))
    await save(chamber, booked, **LATER)
    assert len(await new_mails(site)) == 3  # people hear of the new date when it is published
    await write(partial(organising.publish, chamber, booked.id))
    mails = await new_mails(site, 6)
    assert len(mails) == 3
    for mail in mails:
        method, entry = read_calendar(mail)
        assert (method, entry["SEQUENCE"]) == ("REQUEST", 3) and entry["DTSTART"].dt == LATER["starts"]
        assert mail.subject == "New date: Know the signs"
        assert "- When\n  was: Tuesday 9 March 2027, 9:30am to 1pm\n  now: Tuesday 16 March 2027" in mail.body
    page = await visitor.get(booked.path)
    assert page.status == 200 and "postponed" not in page.text and (await making.stored(booked.id)).slug == booked.slug


async def test_whoever_books_after_the_change_is_told_once(site, chamber, charlie, booked):
    await save(chamber, booked, **LATER)
    await (await charlie.get(booked.path)).submit(booked.path)
    assert [mail.subject for mail in await site.mails("charlie@example.org")] == ["You have a place: Know the signs"]
    assert len(await new_mails(site)) == 4


async def test_whoever_has_cancelled_is_not_told(site, chamber, alice, booked):
    page = await alice.get("/bookings")
    (path,) = [link for link in page.links() if link.startswith("/bookings/")]
    await (await alice.get(f"{path}/cancel")).submit()
    await save(chamber, booked, **LATER)
    subjects = [mail.subject for mail in await site.mails("alice@example.org")]
    assert subjects == ["You have 2 places: Know the signs", "Booking cancelled: Know the signs"]


async def test_the_work_done_twice_or_begun_again_tells_nobody_twice(site, chamber, booked):
    await write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain"))
    await site.work()
    await write(partial(telling.tell_later, booked.id, 99))
    assert len(await new_mails(site)) == 3


async def test_two_changes_before_the_worker_comes_are_one_mail_with_the_last_word(site, chamber, booked):
    await save(chamber, booked, **LATER)
    await write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain"))
    mails = await new_mails(site)
    assert [mail.subject for mail in mails] == ["Cancelled: Know the signs"] * 3
    assert {read_calendar(mail)[1]["SEQUENCE"] for mail in mails} == {2}


async def test_many_bookings_are_told_in_batches(site, chamber):
    event = await making.published(chamber, capacity=None)
    seats = telling.BATCH * 2 + 3

    async def fill() -> None:
        for number in range(seats):
            booking = making.a_booking(email=f"p{number}@example.org")
            await sql.rows(
                "INSERT INTO registration (id, event, booker_name, booker_email, email_key, organisation_name, seats, "
                "status, source, told, created) VALUES ({}, {}, 'P', {}, {}, '', 1, 'confirmed', 'list', 0, {})",
                booking.id, event.id, booking.email, booking.email_key, making.NOW,
            )  # fmt: skip
            await sql.rows(
                "INSERT INTO attendee (id, event, registration, place, name, email, status) "
                "VALUES ({}, {}, {}, 1, 'P', {}, 'going')",
                booking.id, event.id, booking.id, booking.email,
            )  # fmt: skip

    await write(fill)
    await save(chamber, event, capacity=None, **LATER)
    assert len({mail.recipient for mail in await site.mails()}) == seats
    assert len(await site.mails()) == seats


async def test_nothing_is_told_about_an_event_that_is_over(site, chamber, booked):
    with time_machine.travel(making.ENDS + timedelta(days=1)):
        await save(chamber, booked, venue_name="Town Hall")
        assert not await new_mails(site)


async def test_a_worker_that_comes_after_the_event_tells_nobody(site, chamber, booked):
    await write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain"))
    with time_machine.travel(making.ENDS + timedelta(days=1)):
        assert not await new_mails(site)


async def test_a_booking_cancelled_while_the_mails_are_being_written_is_left_out(site, chamber, booked):
    mailroom = site.application.litestar.state.mailroom
    await save(chamber, booked, **LATER)
    event = await making.stored(booked.id)
    prepared = [
        (found, letters(mailroom, event, found.booking, "changed", making.NOW))
        for found in await read(partial(telling._untold, event))
    ]
    for found, _ in prepared:
        await write(partial(registering.cancel, found.booking.id, mailroom))
    await write(partial(telling._tell, event, prepared))
    assert "Changed: Know the signs" not in [mail.subject for mail in await site.mails()]


async def test_the_change_and_the_telling_are_one_transaction(chamber, booked):
    async def change_and_fail():
        await organising.save(chamber, booked.id, booked.revision, making.details(**LATER))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await write(change_and_fail)
    assert await read(partial(sql.value, "SELECT count(*) FROM job WHERE kind = 'events.tell'")) == 0
