"""What people need to eat or to take part: who may know it, with what consent, and when it is gone."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.database.test_schema import actual
from tests.events import making
from tests.events.test_booking import link_in
from tests.organisations.rights.test_exporting import copy_of
from tests.support.cast import colleague, organiser

from pledge import app
from pledge.database import clock, sql
from pledge.database.unit import NO_ORGANISATION, Reach, reaching, read, write
from pledge.declared import HOLDINGS
from pledge.events import need_form
from pledge.events.booking import needs
from pledge.events.booking.needs import Asked, grouped
from pledge.events.running import door, organising
from pledge.organisations.rights import erasing
from pledge.settings import load
from pledge.web.forms import Form

NUTS, RAMP = "No nuts, xyzzy", "A ramp, xyzzy"
ME = {"name": "Vic Visitor", "email": "vic@example.org"}


async def book(person, event, **changes):
    page = await person.get(event.path)
    return await page.submit(event.path, **changes)


def path_of(page) -> str:
    return page.url.partition("?")[0]


async def kept() -> list[tuple[str, str, str]]:
    """(name, food, access) of all that is kept."""
    rows = await read(
        partial(
            sql.rows, "SELECT a.name, n.food, n.access FROM attendee_need n JOIN attendee a ON a.id = n.attendee "
            "ORDER BY a.place",
        )
    )  # fmt: skip
    return [tuple(row.values()) for row in rows]


async def tables_with(db, word: str) -> set[str]:
    found = set()
    for table in await actual(db):
        rows = await read(partial(sql.rows, f"SELECT * FROM {table}"))
        found |= {table for row in rows if word in str(row)}
    return found


@pytest.fixture
async def booked(alice, event):
    """The page of Alice's booking, for herself, who eats no nuts, and for Bob, who needs a ramp."""
    return await book(
        alice, event, food_0=NUTS, guest_name_1="Bob", guest_email_1="bob@example.org", access_1=RAMP,
        needs_agreed="yes",
    )  # fmt: skip


# — said with the booking —


async def test_the_box_is_its_own_and_unticked_and_nothing_is_kept_of_who_says_nothing(alice, event):
    page = await alice.get(event.path)
    (box,) = page.document.xpath("//input[@name='needs_agreed']")
    assert box.get("type") == "checkbox" and box.get("checked") is None
    label = "You may tell the organiser about this so that they can arrange it"
    assert label in page.text and "Wyre Chamber of Commerce sees it, with the person’s name." in page.text
    assert (await page.submit(event.path, needs_agreed="yes")).status == 200
    assert await kept() == [] and await making.taken(event.id) == (1, 1)


async def test_it_is_kept_for_each_person_with_the_moment_of_the_consent(alice, event, booked):
    assert booked.status == 200 and "You are booked." in booked.text
    assert await kept() == [("Alice", NUTS, ""), ("Bob", "", RAMP)]
    recent = partial(
        sql.value, "SELECT count(*) FROM attendee_need WHERE consented > {}", clock.now() - timedelta(0, 60)
    )
    assert await read(recent) == 2


@pytest.mark.parametrize("who", ["member", "visitor"])
async def test_without_consent_nothing_is_booked_or_kept_and_all_that_was_typed_stays(alice, visitor, event, who):
    person, me = (alice, {}) if who == "member" else (visitor, ME)
    page = await book(person, event, **me, food_0=NUTS, guest_name_1="Bob", access_1=RAMP)
    assert page.status == 422 and len(page.errors) == 1 and "Tick the box, so that we may tell" in page.errors[0]
    fields = page.fields(event.path)
    assert (fields["food_0"], fields["access_1"], fields["guest_name_1"]) == ([NUTS], [RAMP], ["Bob"])
    assert "needs_agreed" not in fields and page.document.xpath("//details[@open]//input[@name='needs_agreed']")
    assert await kept() == [] and await making.taken(event.id) == (0, 0)
    assert (await page.submit(event.path, needs_agreed="yes")).status == 200
    assert len(await kept()) == 2


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"me": None, "guest_name_1": "Bob", "food_0": NUTS}, "You are not coming yourself."),
        ({"access_2": RAMP}, "Enter the name of person 2, or take this out."),
        ({"food_0": "x" * 301}, "“You: to eat” is 301 characters long. Use 300 or fewer."),
    ],
)
async def test_a_need_of_nobody_and_one_too_long_are_named(alice, event, typed, error):
    page = await book(alice, event, needs_agreed="yes", **typed)
    assert page.status == 422 and [message for message in page.errors if error in message]
    assert await kept() == []


async def test_at_an_event_online_nobody_is_asked_what_they_eat(alice, chamber):
    event = await making.published(chamber, attendance_mode="online", venue_name="", venue_postcode="")
    page = await alice.get(event.path)
    assert "To take part" in page.text and "To eat" not in page.text
    await page.submit(event.path, food_0=NUTS, access_0="Captions", needs_agreed="yes")
    assert await kept() == [("Alice", "", "Captions")]


async def test_rows_of_a_form_find_the_places_of_who_comes():
    form = Form({"food_0": ["Vegan"], "access_3": [" A  loop "], "needs_agreed": ["yes"]})
    wanted = need_form.read_needs(form, making.an_event(), {0: 1, 3: 2}, range(21))
    assert wanted == {1: needs.Need("Vegan", ""), 2: needs.Need("", "A loop")} and not form.errors


# — who sees it —


async def test_the_organiser_sees_each_need_with_its_number_and_names_on_one_page(site, olive, alice, charlie, event):
    await book(alice, event, food_0="Vegetarian", guest_name_1="Bob", food_1="vegetarian.", needs_agreed="yes")
    await book(charlie, event, access_0="A hearing loop", needs_agreed="yes")
    address = f"/organise/events/{event.id}"
    page = await olive.get(address)
    assert "Vegetarian" not in page.html and f"{address}/needs" in page.links()
    page = await olive.get(f"{address}/needs")
    rows = [[cell.text_content() for cell in row.xpath("th|td")] for row in page.document.xpath("//tbody/tr")]
    assert rows == [["Vegetarian", "2", "Alice, Bob"], ["A hearing loop", "1", "Charlie"]]
    assert "To eat (2 people)" in page.text and "16 March 2027, 7 days after the event" in page.text
    found = await read(partial(sql.rows, "SELECT subject FROM audit_entry WHERE action = 'needs.looked_at'"))
    assert [row["subject"] for row in found] == [str(event.id)]


async def test_nobody_else_sees_it_anywhere(site, db, olive, alice, bob, charlie, stella, rosa, event, booked):
    oscar = await organiser(site, "Oscar", "Lune Chamber")
    address = f"/organise/events/{event.id}"
    for person, status in ((oscar, 404), (alice, 403), (stella, 403), (rosa, 403)):
        assert (await person.get(f"{address}/needs")).status == status
    for person in (charlie, olive, stella, rosa, oscar):
        page = await person.get(f"{path_of(booked)}/needs")
        assert page.status == 404
        assert (await person.post(f"{path_of(booked)}/needs", {"_key": "k", "food_1": "x"})).status == 404
    vera = await colleague(site, "Vera", alice, "viewer")
    for path in (path_of(booked), f"{path_of(booked)}/needs", "/bookings", "/account/data", "/account/data.json"):
        assert "xyzzy" not in (await vera.get(path)).html
    for path in (address, "/account/data.json"):
        assert "xyzzy" not in (await olive.get(path)).html
    assert "xyzzy" not in booked.html  # it has a page of its own
    assert b"xyzzy" not in (await olive.browser.http.get(f"{address}/attendees.xlsx")).content
    assert await tables_with(db, "xyzzy") == {"attendee_need"}  # no mail, no calendar entry, no job, no log
    assert all("xyzzy" not in mail.body + mail.calendar for mail in await site.mails())


async def test_the_people_at_the_door_do_not_see_it(chamber, visitor, event, booked):
    with time_machine.travel(making.STARTS, tick=True):
        await write(partial(door.make, chamber, event.id, "a-secret-for-the-door"))
        page = await visitor.get("/door/a-secret-for-the-door?name=alice")
        assert "Alice" in page.text and "xyzzy" not in page.html


async def test_postgresql_shows_it_to_no_unit_of_members_or_staff(db, alice, event, booked):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    for reach in (Reach(alice.organisation), NO_ORGANISATION):
        with reaching(reach):
            assert await kept() == []
    assert len(await kept()) == 2


async def test_a_copy_of_ones_data_has_ones_own_and_no_other_s(alice, bob, event, booked):
    for person, need in ((alice, (NUTS, "")), (bob, ("", RAMP))):
        (found,) = (await copy_of(person))["What you need at events"]
        assert (found["food"], found["access"]) == need


# — changing it —


async def test_whoever_booked_changes_it_and_takes_all_of_it_back(alice, event, booked):
    page = await alice.get(path_of(booked))
    assert f"{path_of(booked)}/needs" in page.links()
    page = await alice.get(f"{path_of(booked)}/needs")
    fields = page.fields()
    assert (fields["food_1"], fields["access_2"], fields["needs_agreed"]) == ([NUTS], [RAMP], ["yes"])
    refused = await page.submit(food_1="Vegan", needs_agreed=None)
    assert refused.status == 422 and "Tick the box" in refused.errors[0] and refused.fields()["food_1"] == ["Vegan"]
    assert len(await kept()) == 2
    page = await page.submit(food_1="Vegan", access_2="")
    assert page.status == 200 and "Saved." in page.text and await kept() == [("Alice", "Vegan", "")]
    page = await (await (await alice.get(f"{path_of(booked)}/needs")).follow("Delete all of it")).submit()
    assert "It is deleted." in page.text and await kept() == []
    found = await read(partial(sql.rows, "SELECT * FROM audit_entry WHERE action = 'registration.needs_changed'"))
    assert len(found) == 2 and "Vegan" not in str(found)


async def test_a_colleague_changes_only_what_is_about_them(alice, bob, event, booked):
    assert f"{path_of(booked)}/needs" in (await bob.get(path_of(booked))).links()
    page = await bob.get(f"{path_of(booked)}/needs")
    assert page.fields()["access_2"] == [RAMP] and "xyzzy" in page.html and NUTS not in page.html
    assert (await page.submit(food_1="Mine now", access_2="")).status == 422
    assert (await (await page.follow("Delete all of it")).submit()).status == 200
    assert await kept() == [("Alice", NUTS, "")]


async def test_two_who_change_the_same_need_do_not_overwrite_each_other(alice, bob, event, booked):
    needs_of = f"{path_of(booked)}/needs"
    mine, his = await alice.get(needs_of), await bob.get(needs_of)
    await his.submit(access_2="A lift, and a <b>loop</b>")
    mistaken = await mine.submit(access_2="Two ramps", needs_agreed=None)  # which does not make it newer
    assert mistaken.status == 422
    stale = await mistaken.submit(needs_agreed="yes")
    assert stale.status == 409 and len(stale.errors) == 1
    assert "“Bob: to take part” now says “A lift, and a <b>loop</b>”: somebody else changed it." in stale.errors[0]
    assert stale.fields()["access_2"] == ["Two ramps"] and stale.fields()["food_1"] == [NUTS]
    assert await kept() == [("Alice", NUTS, ""), ("Bob", "", "A lift, and a <b>loop</b>")]
    assert (await stale.submit()).status == 200  # seen, and meant
    assert await kept() == [("Alice", NUTS, ""), ("Bob", "", "Two ramps")]


async def test_what_one_left_as_it_was_stays_as_the_other_changed_it(alice, bob, event, booked):
    needs_of = f"{path_of(booked)}/needs"
    mine, his = await alice.get(needs_of), await bob.get(needs_of)
    await his.submit(access_2="A lift")
    assert (await mine.submit(food_1="Vegan")).status == 200
    assert await kept() == [("Alice", "Vegan", ""), ("Bob", "", "A lift")]


async def test_what_somebody_has_just_said_is_not_deleted_unseen(alice, bob, event, booked):
    needs_of = f"{path_of(booked)}/needs"
    deleting = await alice.get(f"{needs_of}/delete")
    await (await bob.get(needs_of)).submit(access_2="A lift")
    page = await deleting.submit()
    assert page.status == 409 and "so nothing was deleted" in page.errors[0] and page.fields()["access_2"] == ["A lift"]
    assert await kept() == [("Alice", NUTS, ""), ("Bob", "", "A lift")]
    blind = await alice.post(needs_of, {"_key": "k", "food_1": "x", "needs_agreed": "yes"})  # no page shown at all
    assert blind.status == 409 and len(await kept()) == 2


async def test_a_colleague_who_has_no_place_there_changes_nothing(site, alice, event, booked):
    carol = await colleague(site, "Carol", alice, "owner")
    assert f"{path_of(booked)}/needs" not in (await carol.get(path_of(booked))).links()
    page = await carol.get(f"{path_of(booked)}/needs")
    assert page.status == 200 and not page.document.xpath("//main//form")
    refused = await carol.post(f"{path_of(booked)}/needs", {"_key": "k", "do": "delete"})
    assert refused.status == 403 and "Only Alice, who booked" in refused.text and len(await kept()) == 2


async def test_after_the_event_nothing_can_be_said(alice, event, booked):
    with time_machine.travel(event.ends + timedelta(hours=1), tick=True):
        fresh = await alice.browser.site.signed_in(alice.id, alice.organisation)
        page = await fresh.get(f"{path_of(booked)}/needs")
        assert "There is nothing to arrange any more" in page.text and not page.document.xpath("//main//form")
        assert (await fresh.post(f"{path_of(booked)}/needs", {"_key": "k", "food_1": "x"})).status == 409
    assert len(await kept()) == 2


async def test_a_visitor_takes_it_back_behind_the_link_and_keeps_the_booking(site, visitor, event):
    await book(visitor, event, **ME, food_0=NUTS, needs_agreed="yes")
    (mail,) = await site.mails("vic@example.org")
    link = link_in(mail)
    page = await visitor.get(link)
    assert "xyzzy" not in page.html and "Delete the needs only" in page.text
    forms = page.document.xpath("//main//form")
    assert len(forms) == 1  # it asks before it deletes
    page = await page.follow("Delete the needs only")
    assert "The booking stays." in page.text and len(await kept()) == 1 and "Cancel this booking" not in page.html
    page = await page.submit()
    assert page.status == 200 and "It is deleted." in page.text
    assert await kept() == [] and await making.taken(event.id) == (1, 1)
    page = await visitor.get(link)
    assert page.status == 200 and "Delete the needs only" not in page.text
    await page.submit()
    assert await making.taken(event.id) == (0, 0)


# — gone —


async def test_it_goes_with_the_booking(alice, event, booked):
    await (await alice.get(f"{path_of(booked)}/cancel")).submit()
    assert await kept() == []
    late = await alice.post(f"{path_of(booked)}/needs", {"_key": "k", "food_1": "x", "needs_agreed": "yes"})
    assert late.status == 403 and await kept() == []


async def pruned(moment) -> int:
    with clock.at(moment):
        return (await app.prune(load()))["attendee_need"]


async def test_it_goes_seven_days_after_the_event(site, alice, event, booked):
    assert await pruned(event.ends + timedelta(days=7, minutes=-1)) == 0 and len(await kept()) == 2
    assert await pruned(event.ends + timedelta(days=7, minutes=1)) == 2 and await kept() == []
    assert await making.taken(event.id) == (2, 2)


async def test_the_worker_deletes_it_too(site, alice, event, booked):
    with clock.at(event.ends + timedelta(days=8)):
        await site.work_by_the_clock()
    assert await kept() == []


async def test_it_goes_at_once_when_the_event_is_cancelled(olive, chamber, event, booked):
    await write(partial(organising.call_off, chamber, event.id, "postponed", "Snow"))
    assert len(await kept()) == 2  # they keep their places
    page = await olive.get(f"/organise/events/{event.id}/needs")
    assert "16 March 2027, 7 days after the event, or when it is cancelled." in page.text
    await write(partial(organising.call_off, chamber, event.id, "cancelled", "Snow"))
    assert await kept() == []
    page = await olive.get(f"/organise/events/{event.id}/needs")
    assert "nothing is kept for this one" in page.text and "7 days after the event" not in page.text


async def test_what_is_needed_elsewhere_stays_when_an_event_is_cancelled(alice, chamber, event, booked):
    other = await making.published(chamber, title="Another")
    await write(partial(organising.call_off, chamber, other.id, "cancelled", "Snow"))
    assert len(await kept()) == 2


async def test_what_was_left_of_a_cancelled_event_is_pruned(event, booked):
    await write(partial(sql.rows, "UPDATE event SET state = 'cancelled' WHERE id = {}", event.id))
    assert await pruned(clock.now()) == 2


async def test_whoever_says_what_they_need_learns_when_it_goes(alice, event, booked):
    page = await alice.get(f"{path_of(booked)}/needs")
    assert "7 days after the event, when you take it back, or when the event is cancelled." in page.text


async def test_it_goes_with_the_account_of_whoever_booked_or_comes(alice, bob, charlie, event, booked):
    await book(charlie, event, food_0="Halal", needs_agreed="yes")
    await write(partial(erasing.erase_person, HOLDINGS, bob.id))
    assert await kept() == [("Alice", NUTS, ""), ("Charlie", "Halal", "")]
    page = await alice.get(f"{path_of(booked)}/needs")
    await page.submit(access_2="A lift")
    receipt = await write(partial(erasing.erase_person, HOLDINGS, alice.id))
    assert receipt is not None and await kept() == [("Charlie", "Halal", "")]


# — the list (pure) —


def test_the_same_need_is_counted_once_with_all_who_have_it():
    said = [("Vegan", "A"), ("", "B"), ("no nuts", "C"), ("vegan.", "D"), ("No nuts ", "E"), ("Halal", "F")]
    assert grouped(said) == [
        Asked("no nuts", ("C", "E")), Asked("Vegan", ("A", "D")), Asked("Halal", ("F",)),
    ]  # fmt: skip
