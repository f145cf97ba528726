import asyncio
import json
import os
import random
import re
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.events import making
from tests.events.making import a_booking
from tests.support.command import IMPORTED
from tests.support.firms import MAILROOM
from tests.support.forking import Forked
from tests.support.site import BASE

import pledge.events
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events.booking import places, registering
from pledge.events.booking.letters import letters
from pledge.events.running import organising


async def claim(event, seats=1):
    return await write(partial(places.claim, event.id, seats, sequence=event.sequence))


async def test_places_are_claimed_until_none_is_left(event):
    assert [await claim(event, 4) for _ in range(3)] == [True, True, False]
    assert await claim(event, 2)
    assert not await claim(event, 1)
    await write(partial(places.release, event.id, 3))
    assert not await claim(event, 4)
    assert await claim(event, 3)


async def test_an_event_without_a_capacity_has_no_limit_and_one_with_0_has_no_place(chamber):
    endless = await making.published(chamber, title="Endless", capacity=None)
    none = await making.published(chamber, title="None", capacity=0)
    assert await claim(endless, 20) and await claim(endless, 20)
    assert not await claim(none)


async def test_nothing_is_claimed_at_an_event_that_takes_no_bookings(chamber):
    elsewhere = await making.published(chamber, title="Elsewhere", booking_url="https://book.example.org/1")
    closed = await making.published(chamber, title="Closed", registration_closes=making.NOW)
    cancelled = await making.published(chamber, title="Cancelled")
    await write(partial(organising.call_off, chamber, cancelled.id, "cancelled", "Rain"))
    draft = await making.draft(chamber)
    for event in (elsewhere, closed, await making.stored(cancelled.id), draft):
        assert not await claim(event), event.title


async def test_nothing_is_claimed_on_a_page_that_is_out_of_date(event):
    assert not await write(partial(places.claim, event.id, 1, sequence=event.sequence + 1))


async def test_places_can_be_claimed_until_booking_closes_and_not_at_that_moment(chamber):
    event = await making.published(chamber, title="Closing")
    closing = event.registration_closes or event.starts
    with clock.at(closing):
        assert not await claim(event)
    with clock.at(closing - timedelta(microseconds=1)):
        assert await claim(event)


async def test_a_firm_that_is_full_is_told_how_many_places_it_may_still_book(chamber, site):
    event = await making.published(chamber, per_firm_cap=3)
    firm = await site.organisation("Acme", await site.person("Dora", "dora@example.org"))

    async def book(seats: int) -> None:
        booking = a_booking(seats, organisation=firm)
        write_to = letters(MAILROOM, event, booking, "confirmed", making.NOW)
        await write(partial(registering.register, event, booking, write_to))

    await book(2)
    with pytest.raises(registering.FirmFull) as full:
        await book(2)
    assert full.value.left == 1
    await book(1)
    with pytest.raises(registering.FirmFull) as full:
        await book(1)
    assert full.value.left == 0
    rows = await read(partial(sql.rows, "SELECT place FROM attendee ORDER BY place"))
    assert [row["place"] for row in rows] == [1, 1, 2]  # of each booking the first is 1


async def test_a_second_booking_with_one_address_takes_no_place_and_a_cancelled_one_says_of_which_event(chamber):
    event = await making.published(chamber)
    first = a_booking(2, email="bea@example.org")

    async def book(booking) -> None:
        write_to = letters(MAILROOM, event, booking, "confirmed", making.NOW)
        await write(partial(registering.register, event, booking, write_to))

    await book(first)
    with pytest.raises(registering.AlreadyBooked):
        await book(a_booking(1, email="bea@example.org"))
    assert await making.taken(event.id) == (2, 2)
    for _ in range(2):
        given_back = await write(partial(registering.cancel, first.id, MAILROOM))
        assert given_back is not None and given_back.id == event.id
        assert await making.taken(event.id) == (0, 0)


async def test_a_capacity_below_the_places_taken_changes_nothing_and_says_how_many_are_taken(event):
    await claim(event, 4)
    assert await write(partial(places.resize, event.id, 3)) == 4
    assert (await making.stored(event.id)).capacity == 10
    assert await write(partial(places.resize, event.id, 4)) is None
    assert not await claim(event)
    assert await write(partial(places.resize, event.id, None)) is None
    assert await claim(event, 15)


async def test_the_database_itself_refuses_more_places_than_there_are(event):
    with pytest.raises(Exception, match=r"(?i)check"):
        await write(partial(sql.rows, "UPDATE event SET seats_taken = 11 WHERE id = {}", event.id))


def test_only_places_writes_the_number_of_places_taken():
    files = [path for path in Path(pledge.events.__file__).parent.parent.rglob("*.py") if path.name != "tables.py"]
    writes = re.compile(r"seats_taken\s*=|Event\.seats_taken|INTO event[^_]*seats_taken")
    assert [path.name for path in files if writes.search(path.read_text(encoding="utf-8"))] == ["places.py"]


# — races —


async def test_200_visitors_on_10_places_make_10_bookings_and_190_are_told_that_it_is_full(site, event):
    async def book(number: int) -> httpx.Response:
        transport = httpx.ASGITransport(app=site.application, client=(f"10.0.0.{number}", 1234))
        headers = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as browser:
            form = {"_key": f"key-{number}", "name": f"Person {number}", "email": f"p{number}@example.org", "me": "yes"}
            return await browser.post(event.path, data=form)

    answers = await asyncio.gather(*[book(number) for number in range(200)])
    assert [answer.status_code for answer in answers].count(303) == 10
    refused = [answer for answer in answers if answer.status_code != 303]
    assert {answer.status_code for answer in refused} == {409} and len(refused) == 190
    assert all("Sorry, this event is full" in answer.text for answer in refused)
    assert await making.taken(event.id) == (10, 10)
    assert len(await site.mails()) == 10


async def race(db, events: dict[str, str], tries: int = 30) -> dict[str, int]:
    """Let three processes book one place ``tries`` times each at every event (id → way of claiming)."""
    url = f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]
    environment = {**os.environ, "PLEDGE_DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.events.booking.contender", json.dumps(events), str(tries)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    contenders = [Forked(command, imported=IMPORTED, env=environment, **pipes) for _ in range(3)]
    for contender in contenders:
        assert await asyncio.to_thread(contender.stdout.readline) == b"ready\n"
    outputs = await asyncio.gather(*[asyncio.to_thread(contender.communicate, b"go\n") for contender in contenders])
    results = [json.loads(output) for output, _ in outputs]
    return {event: sum(result[event] for result in results) for event in events}


async def test_several_processes_never_oversell_and_the_same_race_sees_a_naive_claim_oversell(db, site, chamber):
    ours = await making.published(chamber, title="Ours", capacity=10)
    naive = await making.published(chamber, title="Naive", capacity=10)
    booked = await race(db, {str(ours.id): "ours", str(naive.id): "naive"})
    assert booked[str(ours.id)] == 10
    assert await making.taken(ours.id) == (10, 10)
    assert booked[str(naive.id)] > 10, "the control must oversell, or this race would see nothing"


# — one booking, one cancellation and one capacity among many —

STEP = st.one_of(
    st.tuples(st.just("register"), st.integers(1, 4)),
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(st.just("resize"), st.one_of(st.none(), st.integers(0, 12))),
)


async def test_whatever_happens_at_once_the_places_taken_are_those_of_the_confirmed_bookings(site, chamber):
    mailroom = site.application.litestar.state.mailroom
    loop = asyncio.get_running_loop()

    async def run(steps: list[tuple[str, int | None]], seed: int) -> None:
        event = await making.published(chamber, title=f"Event {uuid4()}", capacity=6, per_firm_cap=4)
        bookings = [a_booking(seats) for action, seats in steps if action == "register"]
        waiting = iter(bookings)

        async def step(action: str, value: int | None) -> None:
            if action == "register":
                booking = next(waiting)
                words = letters(mailroom, event, booking, "confirmed", making.NOW)
                try:
                    await write(partial(registering.register, event, booking, words))
                except registering.NotOpen:
                    return
            elif action == "cancel" and bookings:
                await write(partial(registering.cancel, bookings[value % len(bookings)].id, mailroom))
            elif action == "resize":
                await write(partial(places.resize, event.id, value))

        shuffled = random.Random(seed).sample(steps, len(steps))
        await asyncio.gather(*[step(action, value) for action, value in shuffled])
        taken, seats = await making.taken(event.id)
        capacity = (await making.stored(event.id)).capacity
        assert taken == seats and (capacity is None or taken <= capacity)

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(STEP, max_size=14), st.integers(0, 2**32))
    def every(steps, seed):
        asyncio.run_coroutine_threadsafe(run(steps, seed), loop).result()

    await asyncio.to_thread(every)


async def test_one_organisation_or_visitor_never_gets_more_than_its_share(site, alice, event):
    words = partial(letters, site.application.litestar.state.mailroom, event)
    for organisation in (alice.organisation, None):
        too_many, enough, one_more = (a_booking(seats, organisation=organisation) for seats in (4, 3, 1))
        with pytest.raises(registering.FirmFull):
            await write(partial(registering.register, event, too_many, words(too_many, "confirmed", making.NOW)))
        await write(partial(registering.register, event, enough, words(enough, "confirmed", making.NOW)))
        if organisation is not None:
            with pytest.raises(registering.FirmFull):
                await write(partial(registering.register, event, one_more, words(one_more, "confirmed", making.NOW)))
    assert await making.taken(event.id) == (6, 6)


async def test_cancelling_one_booking_many_times_at_once_gives_its_places_back_once(site, event):
    mailroom = site.application.litestar.state.mailroom
    booking = a_booking(3)
    words = letters(mailroom, event, booking, "confirmed", making.NOW)
    await write(partial(registering.register, event, booking, words))
    await asyncio.gather(*[write(partial(registering.cancel, booking.id, mailroom)) for _ in range(10)])
    assert await making.taken(event.id) == (0, 0)
    assert await read(partial(sql.value, "SELECT count(*) FROM attendee WHERE status = 'cancelled'")) == 3
    cancelled = "SELECT count(*) FROM audit_entry WHERE action = 'registration.cancelled'"
    assert await read(partial(sql.value, cancelled)) == 1
