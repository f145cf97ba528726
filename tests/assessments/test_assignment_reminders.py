"""Reminders of what colleagues were asked for: one each, near the day or after it, and none without need."""

import asyncio
from datetime import date
from functools import partial
from uuid import UUID

import pytest
import time_machine
from tests.support.cast import Person
from tests.support.firms import MAILROOM, answer_all, fill_profile, start
from tests.support.kinds import start_on_kinds

from pledge.assessments import submitting
from pledge.assessments.colleagues import assigning, assignment_reminders
from pledge.assessments.colleagues.assignments import Part
from pledge.database import sql
from pledge.database.unit import read, write

MONDAY = "2026-11-23T10:00:00Z"


@pytest.fixture
async def firm(alice, bob) -> Person:
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        await fill_profile(alice)
        await start(alice)
    return alice


async def asked(person: Person, whom: Person, due: date, at: str = MONDAY, section: str = "leadership") -> UUID:
    member = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", whom.id))
    wish = assigning.Wish(member, due, "Ask Zyxwyn")
    with time_machine.travel(at, tick=False):
        return await write(partial(assigning.ask, person.scope, "procurement", Part(section), wish, MAILROOM))


async def reminded(site, *moments: str) -> list[int]:
    """How many mails there are more after the reminders were sent at each of these moments, twice."""
    found = []
    for moment in moments:
        before = len(await site.mails())
        with time_machine.travel(moment, tick=False):
            await asyncio.gather(*(assignment_reminders.remind(MAILROOM) for _ in range(2)))
        found.append(len(await site.mails()) - before)
    return found


async def test_a_colleague_is_reminded_once_from_two_days_before(site, firm, bob):
    await asked(firm, bob, date(2026, 12, 4))
    days = ("2026-12-01T23:59:59Z", "2026-12-02T00:00:01Z", "2026-12-03T08:00:00Z", "2026-12-08T08:00:00Z")
    assert await reminded(site, *days) == [0, 1, 0, 0]
    mail = (await site.mails())[-1]
    assert mail.recipient == "bob@example.org" and mail.subject == "You are asked for an answer by 4 December 2026"
    assert "need your answer by 4 December 2026. So far, 0 of 3 answered" in mail.body
    assert mail.link.startswith("/assignments/") and "Zyxwyn" not in mail.body


async def test_a_reminder_that_was_missed_comes_late_and_says_so(site, firm, bob):
    await asked(firm, bob, date(2026, 12, 4))
    assert await reminded(site, "2026-12-05T08:00:00Z", "2026-12-06T08:00:00Z") == [1, 0]
    mail = (await site.mails())[-1]
    assert mail.subject == "You were asked for an answer by 4 December 2026"
    assert "waited for your answer until 4 December 2026" in mail.body


async def test_nobody_is_reminded_within_a_day_of_the_asking(site, firm, bob):
    await asked(firm, bob, date(2026, 11, 24))
    assert await reminded(site, "2026-11-24T09:59:59Z", "2026-11-24T10:00:00Z") == [0, 1]


async def test_nobody_is_reminded_of_what_is_answered_done_withdrawn_or_submitted(site, firm, bob):
    late = "2026-12-05T08:00:00Z"
    path = await asked(firm, bob, date(2026, 12, 4))
    await write(partial(assigning.finish, bob.scope, path, 1, MAILROOM, done=True))
    assert await reminded(site, late) == [0]
    await write(partial(assigning.withdraw, firm.scope, path, 1, MAILROOM))
    assert await reminded(site, late) == [0]
    await asked(firm, bob, date(2026, 12, 4))
    await answer_all(firm)
    assert await reminded(site, late) == [0]
    await write(partial(sql.rows, "UPDATE assignment SET reminded = NULL"))
    await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM))
    assert await reminded(site, late) == [0]


async def test_nobody_is_reminded_of_what_needs_no_answer(site, alice, bob):
    await fill_profile(alice)
    await start_on_kinds(alice)
    await asked(alice, bob, date(2026, 12, 4), section="figures")
    assert await reminded(site, "2026-12-05T08:00:00Z") == [0]


@pytest.mark.parametrize(
    "change", ["UPDATE membership SET role = 'viewer' WHERE person = {}", "DELETE FROM membership WHERE person = {}"]
)
async def test_whoever_left_or_may_only_read_is_not_reminded(site, firm, bob, change):
    await asked(firm, bob, date(2026, 12, 4))
    await write(partial(sql.rows, change, bob.id))
    assert await reminded(site, "2026-12-05T08:00:00Z") == [0]


async def test_whoever_is_asked_again_is_reminded_again(site, firm, bob):
    made = await asked(firm, bob, date(2026, 12, 4))
    assert await reminded(site, "2026-12-04T23:59:59Z") == [1]
    assert (await site.mails())[-1].subject == "You are asked for an answer by 4 December 2026", "the day is not over"
    member = await read(partial(sql.value, "SELECT member FROM assignment"))
    wish = assigning.Wish(member, date(2026, 12, 20), "")
    with time_machine.travel("2026-12-05T09:00:00Z", tick=False):
        await write(partial(assigning.change, firm.scope, made, wish, 1, MAILROOM))
    assert await reminded(site, "2026-12-17T23:59:59Z", "2026-12-18T00:00:01Z", "2026-12-21T00:00:00Z") == [0, 1, 0]


async def test_the_worker_reminds_by_itself(site, firm, bob):
    await asked(firm, bob, date(2026, 12, 4))
    with time_machine.travel("2026-12-03T10:00:00Z", tick=False):
        await site.worker.run_all()
    assert (await site.mails())[-1].subject == "You are asked for an answer by 4 December 2026"
