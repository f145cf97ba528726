"""A form sent twice, at once or after a lost answer, does its work once; a changed one is another form."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.database.test_unit import add, hits

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.web import once
from pledge.web.forms import Form
from pledge.web.once import write_once


def sent(sender: str, key: str) -> Form:
    form = Form({"_key": [key]} if key else {"name": ["x"]})
    form.sender = sender
    return form


async def work_once(number: int, name: str = "job") -> str:
    await add(f"{name}-{number}")
    return f"/done/{number}"


async def rows() -> int:
    return await read(partial(sql.value, "SELECT count(*) FROM throttle"))


async def test_the_second_sending_is_answered_as_the_first_was(db):
    assert await write_once(sent("alice", "key"), partial(work_once, 1)) == "/done/1"
    assert await write_once(sent("alice", "key"), partial(work_once, 2)) == "/done/1"
    assert await rows() == 1


async def test_ten_at_the_same_moment_do_it_once_and_all_get_the_same_answer(db):
    answers = await asyncio.gather(*[write_once(sent("alice", "key"), partial(work_once, n)) for n in range(10)])
    assert len(set(answers)) == 1 and await rows() == 1


async def test_the_second_of_two_at_once_never_sees_what_the_first_did_as_a_problem(db):
    """Both would insert the same row: the second must wait for the first and be given its answer, not an error."""

    async def unique() -> str:
        await add("only one")
        return "/done"

    for number in range(5):
        answers = await asyncio.gather(*[write_once(sent("alice", f"key{number}"), unique) for _ in range(4)])
        assert answers == ["/done"] * 4
        await write(partial(sql.rows, "DELETE FROM throttle"))


async def test_another_person_or_another_form_is_another_thing(db):
    await write_once(sent("alice", "key"), partial(work_once, 1))
    assert await write_once(sent("bob", "key"), partial(work_once, 2)) == "/done/2"
    assert await write_once(sent("alice", "other"), partial(work_once, 3)) == "/done/3"


async def test_a_form_without_a_key_is_done_each_time(db):
    await write_once(sent("alice", ""), partial(work_once, 1))
    assert await write_once(sent("alice", ""), partial(work_once, 2)) == "/done/2"


async def test_work_that_failed_can_be_sent_again(db):
    async def failing() -> str:
        await add("half")
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            await write_once(sent("alice", "key"), failing)
    assert await write_once(sent("alice", "key"), partial(work_once, 1)) == "/done/1"
    assert await read(partial(hits, "half")) is None


async def test_while_the_first_fails_the_second_takes_its_place(db):
    turn = 0

    async def first_fails() -> str:
        nonlocal turn
        turn += 1
        await add(f"turn-{turn}")
        if turn == 1:
            raise ValueError
        return "/done"

    results = await asyncio.gather(*[write_once(sent("a", "k"), first_fails) for _ in range(3)], return_exceptions=True)
    assert sorted(map(str, results)) == ["", "/done", "/done"] and await rows() == 1


async def test_keys_are_forgotten_after_a_day(db):
    await write_once(sent("alice", "key"), partial(work_once, 1))
    await write(once.prune)
    assert await write_once(sent("alice", "key"), partial(work_once, 2)) == "/done/1"
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        await write(once.prune)
    assert await read(partial(sql.value, "SELECT count(*) FROM submission")) == 0


async def test_it_costs_two_round_trips_besides_the_work(db):
    before = db.statements
    await write_once(sent("alice", "key"), partial(work_once, 1))
    assert db.statements - before == 3


async def test_every_form_of_the_site_sent_twice_at_once_counts_once(site, visitor):
    from tests.accounts.test_register import DETAILS

    page = await visitor.get("/register")
    answers = await asyncio.gather(*[page.submit(**DETAILS) for _ in range(4)])
    assert {answer.url for answer in answers} == {"/register/check-your-email"}
    assert len(await site.mails()) == 1


async def test_a_form_that_was_changed_with_the_back_button_is_saved_again(site, alice):
    """The page that the browser shows again has the same random key; what was changed on it must not be lost."""
    page = await alice.get("/organisation/new")
    await page.submit(name="First Name")
    await page.submit(name="Second Name")
    names = await read(partial(sql.rows, "SELECT name FROM organisation ORDER BY created"))
    assert [row["name"] for row in names][-2:] == ["First Name", "Second Name"]
