from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from icalendar import Calendar
from tests.events import making
from tests.support.cast import colleague

from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.events.booking import bookings
from pledge.events.running import organising
from pledge.policy.actors import Actor


@pytest.fixture
async def booked(alice, event):
    """The page of Alice's booking, for herself and Ann."""
    page = await alice.get(event.path)
    return await page.submit(event.path, guest_name_1="Ann", guest_email_1="ann@example.org")


def path_of(page) -> str:
    return page.url.partition("?")[0]


async def test_a_member_finds_the_booking_and_cancels_it_there(site, alice, event, booked):
    page = await alice.get("/bookings")
    assert "To come" in page.text and path_of(booked) in page.links()
    assert "Who is coming" in booked.text
    page = await (await (await alice.get(path_of(booked))).follow("Cancel this booking")).submit()
    assert "Who would have come" in page.text and "Who is coming" not in page.text
    assert "This booking is cancelled." in page.text and not page.document.xpath("//main//form")
    assert await making.taken(event.id) == (0, 0)
    for address in ("alice@example.org", "ann@example.org"):
        *_, mail = await site.mails(address)
        assert Calendar.from_ical(mail.calendar)["METHOD"] == "CANCEL"
    assert "Cancelled" in (await alice.get("/bookings")).text


async def test_cancelling_twice_does_nothing_more(site, alice, event, booked):
    await (await alice.get(f"{path_of(booked)}/cancel")).submit()
    assert (await alice.get(f"{path_of(booked)}/cancel")).status == 409
    again = await alice.post(f"{path_of(booked)}/cancel", {"_key": "another"})
    assert again.status == 200 and await making.taken(event.id) == (0, 0)
    assert len(await site.mails("alice@example.org")) == 2


async def test_colleagues_see_the_booking_and_those_who_may_change_things_may_cancel_it(
    site, alice, bob, event, booked
):
    viewer = await colleague(site, "Vera", alice, "viewer")
    page = await viewer.get(path_of(booked))
    assert page.status == 200 and "A booking of your organisation" in page.text
    assert not page.document.xpath("//main//form")
    refused = await viewer.post(f"{path_of(booked)}/cancel", {"_key": "k"})
    assert refused.status == 403 and "Only Alice, or an owner or contributor, can cancel" in refused.text
    assert await making.taken(event.id) == (2, 2)
    page = await (await (await bob.get(path_of(booked))).follow("Cancel this booking")).submit()
    assert page.status == 200 and await making.taken(event.id) == (0, 0)


async def test_a_viewer_books_a_place_as_their_role_says(site, alice, event):
    viewer = await colleague(site, "Vera", alice, "viewer")
    page = await (await viewer.get(event.path)).submit(event.path)
    assert page.status == 200 and path_of(page) in (await viewer.get("/bookings")).links()
    assert await making.taken(event.id) == (1, 1)


async def test_nobody_else_sees_or_cancels_it(site, charlie, olive, stella, visitor, event, booked):
    for person in (charlie, olive, stella):
        assert (await person.get(path_of(booked))).status == 404
        assert (await person.post(f"{path_of(booked)}/cancel", {"_key": "k"})).status == 404
        page = await person.get("/bookings")
        assert page.status == 200 and "You have no places booked" in page.text
    assert "/sign-in" in (await visitor.get(path_of(booked))).url
    assert "/sign-in" in (await visitor.get("/bookings")).url
    assert (await visitor.post(f"{path_of(booked)}/cancel", {"_key": "k"})).status == 403
    assert await making.taken(event.id) == (2, 2)


async def test_a_booking_that_is_not_there_is_404(alice, event):
    for path in (f"/bookings/{uuid4()}", "/bookings/x"):
        assert (await alice.get(path)).status == 404
    assert (await alice.post(f"/bookings/{uuid4()}/cancel", {"_key": "k"})).status == 404


async def test_an_event_that_is_over_keeps_its_bookings(alice, event, booked):
    form = (await alice.get(f"{path_of(booked)}/cancel")).fields()
    with time_machine.travel(event.ends.replace(hour=23), tick=True):
        fresh = await alice.browser.site.signed_in(alice.id, alice.organisation)
        refused = await fresh.post(f"{path_of(booked)}/cancel", form)
        assert refused.status == 409 and "This event is over" in refused.text
        assert "Past" in (await fresh.get("/bookings")).text
        assert "/cancel" not in (await fresh.get(path_of(booked))).html
        assert (await fresh.get(f"{path_of(booked)}/cancel")).status == 409


async def test_the_link_to_join_is_shown_to_the_booker_and_not_to_colleagues(site, chamber, alice, bob):
    event = await making.published(chamber, attendance_mode="mixed", join_link="https://meet.example.org/x")
    page = await (await alice.get(event.path)).submit(event.path)
    assert "https://meet.example.org/x" in page.html
    assert "meet.example.org" not in (await bob.get(path_of(page))).html


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
async def test_a_booking_of_an_event_that_is_off_says_so(chamber, alice, event, booked, state):
    await write(partial(organising.call_off, chamber, event.id, state, "The hall is flooded."))
    page = await alice.get(path_of(booked))
    assert f"This event is {state}. The hall is flooded." in page.text
    assert (f"{path_of(booked)}/cancel" in page.links()) == (state == "postponed")
    assert state.capitalize() in (await alice.get("/bookings")).text


async def test_organisers_and_staff_book_without_an_organisation_of_their_own(site, olive, stella, event):
    page = await (await stella.get(event.path)).submit(event.path, organisation_name="The partnership")
    assert page.status == 200 and "Stella for The partnership" in page.text
    page = await (await olive.get(event.path)).submit(event.path)
    assert page.status == 200 and "Olive for Wyre Chamber of Commerce" in page.text


async def test_a_booking_that_is_off_is_not_called_booked_by_an_address_that_was_kept(site, alice, event):
    page = await (await alice.get(event.path)).submit(event.path)
    assert page.url.endswith("?notice=booked") and "You are booked." in page.text
    cancel = await alice.get(f"{page.url.partition('?')[0]}/cancel")
    done = await cancel.submit(f"{page.url.partition('?')[0]}/cancel")
    assert "The booking is cancelled, and its places are free" in done.text
    again = (await alice.get(page.url)).text
    assert "This booking is cancelled." in again and "You are booked." not in again


def test_whose_a_booking_is_and_who_may_cancel_it():
    person, firm = uuid4(), uuid4()
    made = making.a_booking(email="bea@example.org", person=person, organisation=firm)
    by_person = Actor(person=person, email="other@example.org")
    by_address = Actor(person=uuid4(), email="Bea@example.org")
    stranger = Actor(person=uuid4(), email="other@example.org")
    assert [bookings.own(who, made) for who in (by_person, by_address, stranger)] == [True, True, False]
    assert [bookings.may_cancel(who, made) for who in (by_person, by_address, stranger)] == [True, True, False]
    for role, may in (("viewer", False), ("contributor", True), ("owner", True)):
        theirs = Actor(person=uuid4(), email="other@example.org", organisation=firm, member_role=role)
        assert bookings.may_cancel(theirs, made) is may
        elsewhere = Actor(person=uuid4(), email="other@example.org", organisation=uuid4(), member_role=role)
        assert not bookings.may_cancel(elsewhere, made)
    assert not bookings.may_cancel(stranger, making.a_booking(email="bea@example.org"))  # neither has a firm


async def test_events_for_ranking_come_with_their_bookings_in_one_round_trip_however_many_there_are(
    site, alice, bob, charlie, chamber, event
):
    other = await making.published(chamber, title="Agencies", topics=("recruitment", "legal"), capacity=None)
    began, ended = (clock.now() - timedelta(hours=hours) for hours in (3, 1))
    gone = await making.published(chamber, title="Over")
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {} WHERE id = {}", began, ended, gone.id))
    await (await bob.get(event.path)).submit(event.path)
    await (await charlie.get(other.path)).submit(other.path)
    before = database().statements
    found, lines = await read(partial(bookings.candidates, alice.scope.actor))
    assert database().statements - before == 1
    assert {each.title: (each.primary, each.secondary, each.places_left) for each in found} == {
        event.title: (event.topics[0], event.topics[1:], event.capacity - 1),
        "Agencies": ("recruitment", ("legal",), None),
    }
    assert {title: line.words for title, line in lines.items()} == {event.id: "Bob has booked 1 place"}
    await (await alice.get(event.path)).submit(event.path)
    _, lines = await read(partial(bookings.candidates, alice.scope.actor))
    assert lines[event.id].words == "You have booked 1 place" and lines[event.id].own
    booking = await (await alice.get(f"/bookings/{lines[event.id].id}")).follow("Cancel this booking")
    await booking.submit()
    _, lines = await read(partial(bookings.candidates, alice.scope.actor))
    assert lines[event.id].words == "Bob has booked 1 place"
