"""The door: a link for one event, around its time, with which people without an account check others in."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.events import making
from tests.support.cast import organiser

from pledge.database import sql
from pledge.database.ids import token_hash
from pledge.database.unit import read, write
from pledge.events.booking import places, registering
from pledge.events.programme.event import Guest
from pledge.events.running import door
from pledge.mail.outbox import Message

HOUR = timedelta(hours=1)
GUESTS = ("Bea Booker", "Zoë Ångström", "Sean O’Brien", "Bea Smith", "Ng Bo")


@pytest.fixture(autouse=True)
def clock(on_the_day):
    with time_machine.travel(making.NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
async def otto(site):
    """Otto organises for another body."""
    return await organiser(site, "Otto", "Ribble Chamber of Commerce")


async def soon(scope, **changes):
    """An event that starts in an hour, with five people."""
    changes = {"starts": making.NOW + HOUR, "ends": making.NOW + 3 * HOUR, "per_firm_cap": 10} | changes
    event = await making.published(scope, **changes)
    booking = making.a_booking(email="bea@example.org", guests=tuple(Guest(name) for name in GUESTS))
    await write(partial(registering.register, event, booking, lambda _path: [Message("a@example.org", "x", "x")]))
    return event


@pytest.fixture
async def event(chamber):
    return await soon(chamber)


async def link(olive, event, button=None) -> str:
    """Have Olive make the door link; return its path."""
    address = f"/organise/events/{event.id}"
    page = await olive.get(address)
    made = f"{address}/door" in page.links()  # one is there already: then it is asked
    page = await (await olive.get(f"{address}/door") if made else page).submit(f"{address}/door")
    (shown,) = page.document.xpath("//*[@id='door-link']")
    assert page.status == 200 and page.document.xpath("//main//*[name()='svg']")
    return shown.text_content().removeprefix("http://127.0.0.1:8000")


@pytest.fixture
async def path(olive, event):
    return await link(olive, event)


async def attendee(name: str, event):
    statement = "SELECT id FROM attendee WHERE name = {} AND event = {}"
    return await read(partial(sql.value, statement, name, event.id))


async def here(event) -> set[str]:
    statement = "SELECT name FROM attendee WHERE event = {} AND checked_in IS NOT NULL"
    return {row["name"] for row in await read(partial(sql.rows, statement, event.id))}


async def entries(action: str) -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM audit_entry WHERE action = {}", action))


def names(page) -> list[str]:
    return [" ".join(node.text_content().split()) for node in page.document.xpath("//main//h3")]


# — finding and checking in —


async def test_three_letters_and_one_tap_and_back_again(visitor, path, event):
    page = await visitor.get(path)
    assert "0 of 5 are here" in page.text and not any(name in page.html for name in GUESTS)
    page = await visitor.get(f"{path}?name=zoe")
    assert names(page) == ["Zoë Ångström"] and "Acme" in page.text
    page = await page.submit()
    assert "1 of 5 is here" in page.text and names(page) == ["Zoë Ångström Here"]
    assert "checked in at midday" in page.text
    assert await here(event) == {"Zoë Ångström"}
    page = await page.submit()
    assert "0 of 5" in page.text and "Not checked in" in page.text and await here(event) == set()
    assert [row["person"] for name in ("attendee.checked_in", "attendee.check_in_undone") for row in await entries(name)
            ] == [None, None]  # fmt: skip
    (entry,) = await entries("attendee.checked_in")
    assert "door volunteer" in entry["details"] and "Zoë" not in entry["details"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bea", ["Bea Booker", "Bea Smith"]), ("BEA SMI", ["Bea Smith"]), ("smith", ["Bea Smith"]),
        ("ang", ["Zoë Ångström"]), ("obr", ["Sean O’Brien"]), ("o'br", ["Sean O’Brien"]), ("ng bo", ["Ng Bo"]),
        ("mit", []), ("zzz", []), ("acme", []), ("%%%", None), ("be", None), ("   ", None), ("_ea", None),
        ("b*a", None),
    ],
)  # fmt: skip
def test_words_are_found_by_how_they_begin(typed, expected):
    if expected is None:
        assert not door.enough(typed)
    else:
        assert door.enough(typed) and sorted(name for name in GUESTS if door.fits(typed, name)) == expected


async def test_fewer_than_three_letters_find_nobody(visitor, path, event):
    for typed in ("be", "b", "%%%", "___", "b%", "x" * 101):
        page = await visitor.get(path, params={"name": typed})
        assert page.status == 422 and page.errors and names(page) == []
    page = await visitor.get(f"{path}?name=zzz")
    assert page.status == 200 and "Nobody found" in page.text


async def test_never_more_than_ten_are_shown(visitor, chamber, olive):
    event = await soon(chamber, title="Many", capacity=40, per_firm_cap=20)
    booking = making.a_booking(email="c@example.org", guests=tuple(Guest(f"Ann Other{number}") for number in range(15)))
    await write(partial(registering.register, event, booking, lambda _path: []))
    page = await visitor.get(f"{await link(olive, event)}?name=ann")
    assert len(names(page)) == 10 and "Type more letters" in page.text


async def test_two_volunteers_at_once_check_somebody_in_once(site, path, event):
    pages = [await site.browser().get(f"{path}?name=smi") for _ in range(4)]
    answers = await asyncio.gather(*[page.submit() for page in pages])
    assert [names(answer) for answer in answers] == [["Bea Smith Here"]] * 4
    assert len(await entries("attendee.checked_in")) == 1 and await here(event) == {"Bea Smith"}


async def test_the_same_tap_sent_twice_counts_once(visitor, path, event):
    page = await visitor.get(f"{path}?name=smi")
    done = await page.submit()
    await done.submit()  # undone
    assert names(await page.submit()) == ["Bea Smith"]  # the first form again: nothing is done again
    assert await here(event) == set()


async def test_whoever_gave_the_place_back_is_not_there(visitor, path, event):
    page = await visitor.get(f"{path}?name=smi")
    await write(partial(sql.rows, "UPDATE attendee SET status = 'replaced' WHERE name = 'Bea Smith'"))
    assert (await page.submit()).status == 404 and await here(event) == set()
    assert names(await visitor.get(f"{path}?name=smi")) == []
    assert "of 4" in (await visitor.get(path)).text
    await write(partial(sql.rows, "UPDATE registration SET status = 'cancelled', cancelled = {} ", making.NOW))
    assert names(await visitor.get(f"{path}?name=boo")) == [] and "0 of 0" in (await visitor.get(path)).text


async def test_another_events_people_cannot_be_found_or_checked_in(visitor, path, event, chamber):
    other = await soon(chamber, title="Another one")
    stranger = await attendee("Bea Smith", other)
    assert (await visitor.get(f"{path}?person={stranger}")).status == 404
    for action in ("in", "undo"):
        assert (await visitor.post(f"{path}/people/{stranger}/{action}", {"": ""})).status == 404
    assert await here(other) == set() and await here(event) == set()
    own = await attendee("Bea Smith", event)
    assert (await visitor.post(f"{path}/people/{own}/in", {"": ""})).status == 200
    absent = "00000000-0000-4000-8000-000000000000"
    assert (await visitor.post(f"{path}/people/{absent}/in", {"": ""})).status == 404


async def test_whoever_searches_for_the_whole_list_is_slowed_down(visitor, path, monkeypatch, event):
    statuses = set()
    monkeypatch.setattr(door, "Limit", lambda name, hits, seconds: real(name, hits // 50, seconds))
    for _ in range(5):
        statuses.add((await visitor.get(f"{path}?name=bea")).status)
    assert statuses == {200, 429} and (await visitor.get(path)).status == 200


real = door.Limit


# — the link —


async def test_it_works_from_two_hours_before_to_two_hours_after(olive, visitor, chamber, clock):
    event = await soon(chamber, starts=making.NOW + 4 * HOUR, ends=making.NOW + 5 * HOUR)
    path = await link(olive, event)
    guest = await attendee("Bea Smith", event)
    for hours, open_now in ((0, False), (1.9, False), (2.1, True), (6.9, True), (7.1, False)):
        clock.move_to(making.NOW + hours * HOUR)
        page = await visitor.get(path)
        assert page.status == (200 if open_now else 403)
        if not open_now:
            assert "It works from" in page.text and "2pm" in page.text and "7pm" in page.text
            answer = await visitor.post(f"{path}/people/{guest}/in", {"": ""})
            assert answer.status == 403 and await here(event) == set()
            assert (await visitor.get(f"{path}?name=bea")).status == 403


async def test_a_moved_event_moves_its_door_and_a_cancelled_one_shuts_it(visitor, path, event):
    later = making.NOW + 48 * HOUR
    await write(
        partial(sql.rows, "UPDATE event SET ends = {}, starts = {} WHERE id = {}", later + HOUR, later, event.id)
    )
    assert (await visitor.get(path)).status == 403
    await write(
        partial(
            sql.rows, "UPDATE event SET starts = {}, ends = {}, state = 'cancelled' WHERE id = {}",
            making.NOW, making.NOW + HOUR, event.id,
        )
    )  # fmt: skip
    page = await visitor.get(path)
    assert page.status == 404 and "does not work" in page.text


async def test_forged_and_withdrawn_links_do_nothing(olive, visitor, path, event):
    guest = await attendee("Bea Smith", event)
    waiting = await visitor.get(f"{path}?name=smi")
    forged = (path[:-1], f"{path}x", "/door/x", f"/door/{token_hash(path.rpartition('/')[2])}", f"/door/{event.id}")
    for each in forged:
        assert (await visitor.get(each)).status == 404 and (await visitor.get(f"{each}?name=bea")).status == 404
        assert (await visitor.post(f"{each}/people/{guest}/in", {"": ""})).status == 404
    page = await olive.get(f"/organise/events/{event.id}")
    another = await page.follow("Make a new door link")
    assert "The link that you made before then stops working, for everybody who has it." in another.text
    page = await (await page.follow("Withdraw the door link")).submit()
    assert "withdrawn" in page.text and "Make a door link" in page.text
    assert (await visitor.get(path)).status == 404 and (await waiting.submit()).status == 404
    assert await here(event) == set() and len(await entries("door.withdrawn")) == 1


async def test_a_link_withdrawn_between_looking_and_tapping_checks_nobody_in(path, event, chamber):
    holder = await read(partial(door.enter, path.rpartition("/")[2]))
    scope = door.DoorScope(holder, holder.door, holder.door_event)
    await write(partial(door.withdraw, chamber, event.id))
    await write(partial(door.check_in, scope, await attendee("Bea Smith", event)))
    assert await here(event) == set() and await entries("attendee.checked_in") == []


async def test_a_new_link_ends_the_one_before(olive, visitor, path, event):
    second = await link(olive, event)
    assert (await visitor.get(path)).status == 404 and (await visitor.get(second)).status == 200
    assert len(await entries("door.made")) == 2


async def test_a_colleagues_link_is_not_ended_unseen(olive, path, event, visitor):
    opened = (await olive.get(f"/organise/events/{event.id}")).fields(f"/organise/events/{event.id}/copy")
    late = await olive.post(f"/organise/events/{event.id}/door", opened)  # the page from before there was one
    assert late.status == 409 and "A colleague has made a door link meanwhile." in late.text
    assert (await visitor.get(path)).status == 200


async def test_two_volunteers_who_check_in_the_same_guest_learn_of_it(site, visitor, path, event):
    first, second = await visitor.get(f"{path}?name=smi"), await site.browser().get(f"{path}?name=smi")
    page = await first.submit()
    assert "Checked in already" not in page.text
    late = await second.submit()
    assert "Checked in already" in late.text and "Is this another person with the same name?" in late.text
    assert len(await here(event)) == 1
    await page.submit()  # undone
    await (await visitor.get(f"{path}?name=smi")).submit()  # and checked in again
    await late.submit()  # the undo of a page that shows the first one
    assert len(await here(event)) == 1


async def test_two_colleagues_who_make_one_at_once_leave_one(chamber, event):
    await asyncio.gather(*[write(partial(door.make, chamber, event.id, f"secret {number}")) for number in range(4)])
    assert await read(partial(sql.value, "SELECT count(*) FROM door WHERE withdrawn IS NULL")) == 1


async def test_it_is_shown_once_and_stored_nowhere(olive, visitor, event):
    page = await olive.get(f"/organise/events/{event.id}")
    first = await page.submit(f"/organise/events/{event.id}/door")
    again = await page.submit(f"/organise/events/{event.id}/door")
    assert "door-shown" in again.url and "/door/" not in again.text
    (shown,) = first.document.xpath("//*[@id='door-link']")
    secret = shown.text_content().rpartition("/")[2]
    assert secret not in (await olive.get(f"/organise/events/{event.id}")).html
    page = await visitor.get(f"/door/{secret}?name=smi")
    await page.submit()
    for table in ("door", "submission", "audit_entry", "outbox", "link", "throttle", "job"):
        rows = await read(partial(sql.rows, f"SELECT * FROM {table}"))
        assert secret not in str(rows), table
    assert token_hash(secret) in str(await read(partial(sql.rows, "SELECT * FROM door")))


async def test_its_address_goes_nowhere_and_nothing_is_kept(visitor, path, event):
    for each in (path, f"{path}?name=bea", f"{path}?name=b", "/door/forged"):
        headers = (await visitor.get(each)).response.headers
        assert headers.get_list("referrer-policy") == ["no-referrer"] and headers["cache-control"] == "no-store"
    guest = await attendee("Bea Smith", event)
    visitor.http.follow_redirects = False
    headers = (await visitor.post(f"{path}/people/{guest}/in", {"": ""})).response.headers
    assert headers.get_list("referrer-policy") == ["no-referrer"] and headers["cache-control"] == "no-store"
    assert (await visitor.get("/events")).response.headers["referrer-policy"] == "same-origin"


async def test_it_opens_nothing_else_and_ignores_who_is_signed_in(visitor, alice, path, event):
    assert "Your account" not in (await alice.get(path)).html
    await visitor.get(path)
    for other in (
        "/organise",
        f"/organise/events/{event.id}",
        f"/organise/events/{event.id}/attendees.xlsx",
        "/account",
    ):
        assert (await visitor.get(other)).url.startswith("/sign-in")
    assert visitor.session is None


async def test_a_form_from_another_site_checks_nobody_in(visitor, path, event):
    guest = await attendee("Bea Smith", event)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await visitor.post(f"{path}/people/{guest}/in", {"": ""}, headers=headers)).status == 403
    assert await here(event) == set()


# — the organiser —


async def test_only_the_bodys_own_organisers_make_and_withdraw_it(
    site, event, path, otto, alice, stella, rosa, visitor
):
    for action in ("door", "door/withdraw"):
        assert (await otto.post(f"/organise/events/{event.id}/{action}", {"": ""})).status == 404
        for person in (alice, stella, rosa, visitor):
            assert (await person.post(f"/organise/events/{event.id}/{action}", {"": ""})).status == 403
    assert (await visitor.get(path)).status == 200
    assert len(await entries("door.made")) == 1 and await entries("door.withdrawn") == []


async def test_a_draft_an_event_elsewhere_and_a_past_one_have_no_door(site, olive, chamber, event, clock):
    plain = {"starts": making.NOW + HOUR, "ends": making.NOW + 3 * HOUR}
    for each in (
        await making.draft(chamber, **plain),
        await making.published(chamber, booking_url="https://x.org", **plain),
    ):
        assert "door link" not in (await olive.get(f"/organise/events/{each.id}")).text
        assert (await olive.post(f"/organise/events/{each.id}/door", {"": ""})).status == 409
    clock.shift(6 * HOUR)
    browser = await site.signed_in(olive.id)
    assert (await browser.post(f"/organise/events/{event.id}/door", {"": ""})).status == 409
    assert "door link" not in (await browser.get(f"/organise/events/{event.id}")).text


async def test_the_organiser_sees_who_is_here_and_afterwards_who_came(site, olive, visitor, path, event, clock):
    assert "Here since" not in (await olive.get(f"/organise/events/{event.id}")).text
    await (await visitor.get(f"{path}?name=smi")).submit()
    page = await olive.get(f"/organise/events/{event.id}")
    assert "Here since" in page.text and "1 of 5 is here so far" in page.text and "Who is coming (5)" in page.text
    clock.shift(6 * HOUR)
    page = await (await site.signed_in(olive.id)).get(f"/organise/events/{event.id}")
    assert "1 of 5 came" in page.text and "Who had a place (5)" in page.text


async def test_a_check_in_leaves_the_places_as_they_are(visitor, path, event):
    await (await visitor.get(f"{path}?name=smi")).submit()
    assert await making.taken(event.id) == (5, 5)
    assert await write(partial(places.claim, event.id, 1, sequence=event.sequence))
