"""Reminders of actions: 7 days before, on the day, once after; one e-mail for all of a day; off by one click."""

import asyncio
from datetime import date
from functools import partial

import pytest
import time_machine
from tests.actions.conftest import actions_of
from tests.actions.test_making import put
from tests.support.cast import Person, colleague
from tests.support.firms import MAILROOM, answer_all, fill_profile, start, submitted

from pledge.actions import making, reminders
from pledge.actions.reminders import count
from pledge.assessments import submitting
from pledge.database import sql
from pledge.database.unit import read, write

MONDAY = "2026-11-23T10:00:00Z"
DUE = date(2026, 12, 10)


@pytest.fixture
async def firm(alice, bob) -> Person:
    """Alice's firm on a Monday: of its actions one is due on 10 December, the others in a year."""
    with time_machine.travel(MONDAY, tick=False):
        await fill_profile(alice)
        await submitted(alice, "recruitment", 2)
        await write(partial(sql.rows, "UPDATE action SET due = {}, told = 0", date(2027, 12, 1)))
        await put(alice, (await actions_of(alice))[0], due=DUE)
    return alice


async def reminded(site, *moments: str) -> list[int]:
    """How many mails there are more after the reminders were sent at each of these moments, twice."""
    found = []
    for moment in moments:
        before = len(await site.mails())
        with time_machine.travel(moment, tick=False):
            await asyncio.gather(*(reminders.remind(MAILROOM) for _ in range(2)))
        found.append(len(await site.mails()) - before)
    return found


async def test_an_action_is_reminded_of_before_on_and_once_after_its_day(site, firm):
    days = (
        "2026-12-02T23:59:59Z", "2026-12-03T00:00:01Z", "2026-12-09T08:00:00Z", "2026-12-10T08:00:00Z",
        "2026-12-10T20:00:00Z", "2026-12-11T00:00:01Z", "2026-12-12T08:00:00Z", "2027-01-12T08:00:00Z",
    )  # fmt: skip
    assert await reminded(site, *days) == [0, 1, 0, 1, 0, 1, 0, 0]
    soon, today, late = (await site.mails())[-3:]
    subjects = [mail.subject for mail in (soon, today, late)]
    what = "1 action at Pendle Joinery"
    assert subjects == [f"{what}: 1 due soon", f"{what}: 1 due today", f"{what}: 1 late"]
    assert soon.recipient == "alice@example.org" and soon.link == "/actions"
    action = (await actions_of(firm))[0]
    assert action.what not in soon.body and str(action.id) not in soon.body


async def test_reminders_that_were_missed_become_one(site, firm):
    assert await reminded(site, "2026-12-20T08:00:00Z", "2026-12-21T08:00:00Z") == [1, 0]
    assert (await site.mails())[-1].subject.endswith("1 late")


async def test_one_mail_says_all_of_a_day_to_each(site, firm, bob):
    first, second, third, fourth, *_ = await actions_of(firm)
    member = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", bob.id))
    with time_machine.travel(MONDAY, tick=False):
        await put(firm, second, due=date(2026, 12, 3))
        await put(firm, third, due=DUE, member=member)
        await put(firm, fourth, due=DUE, member=None)
    assert await reminded(site, "2026-12-03T08:00:00Z") == [2]
    sent = {mail.recipient: mail.subject for mail in (await site.mails())[-2:]}
    assert sent == {
        "alice@example.org": "3 actions at Pendle Joinery: 1 due today, 2 due soon",
        "bob@example.org": "1 action at Pendle Joinery: 1 due soon",
    }
    assert first.due == DUE


async def test_what_nobody_does_is_the_owners_and_a_viewer_does_nothing(site, firm):
    vera = await colleague(site, "Vera", firm, "viewer")
    member = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", vera.id))
    await write(partial(sql.rows, "UPDATE action SET member = {}", member))
    assert await reminded(site, "2026-12-03T08:00:00Z") == [1]
    assert (await site.mails())[-1].recipient == "alice@example.org"


@pytest.mark.parametrize("change", [{"status": "done"}, {"status": "not_now", "reason": "We move first"}])
async def test_nobody_is_reminded_of_what_is_done_or_put_off(site, firm, change):
    with time_machine.travel(MONDAY, tick=False):
        await put(firm, (await actions_of(firm))[0], **change)
    assert await reminded(site, "2026-12-03T08:00:00Z", "2026-12-11T08:00:00Z") == [0, 0]


async def test_another_day_is_reminded_of_again(site, firm):
    assert await reminded(site, "2026-12-10T08:00:00Z") == [1]
    with time_machine.travel("2026-12-10T09:00:00Z", tick=False):
        await put(firm, (await actions_of(firm))[0], due=date(2026, 12, 24))
    assert await reminded(site, "2026-12-16T08:00:00Z", "2026-12-17T08:00:00Z") == [0, 1]


async def test_a_report_from_long_ago_reminds_of_nothing(site, alice):
    with time_machine.travel("2025-01-06T10:00:00Z", tick=False):
        await fill_profile(alice)
        await start(alice, "recruitment")
        await answer_all(alice, "recruitment", 2)
        report = await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    with time_machine.travel(MONDAY, tick=False):
        await write(partial(making.take_up, alice.organisation, report))
        assert all(each.late(date(2026, 11, 23)) for each in await actions_of(alice))
    assert await reminded(site, "2026-12-03T08:00:00Z") == [0]


async def test_one_click_on_a_page_with_a_button_stops_them(site, firm, visitor):
    assert await reminded(site, "2026-12-03T08:00:00Z") == [1]
    body = (await site.mails())[-1].body
    path = "/t/" + body.rpartition("/t/")[2].split()[0]
    with time_machine.travel("2026-12-03T09:00:00Z", tick=False):
        page = await visitor.get(path)
        assert "Stop the e-mails about actions?" in page.text
        assert await read(partial(sql.value, "SELECT count(*) FROM action_silence")) == 0, "looking changes nothing"
        stopped = await page.submit()
        assert "We no longer remind you of actions by e-mail" in stopped.text
    assert await reminded(site, "2026-12-10T08:00:00Z") == [0]
    page = await firm.get("/actions")
    assert "You get no e-mails about actions" in page.text
    page = await page.submit()
    assert "We remind you of your actions by e-mail again" in page.text and "Stop these e-mails" in page.text
    assert await reminded(site, "2026-12-11T08:00:00Z") == [1]


async def test_the_link_of_somebody_who_left_stops_nothing(site, firm, visitor):
    assert await reminded(site, "2026-12-03T08:00:00Z") == [1]
    path = "/t/" + (await site.mails())[-1].body.rpartition("/t/")[2].split()[0]
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", firm.id))
    with time_machine.travel("2026-12-03T09:00:00Z", tick=False):
        page = await (await visitor.get(path)).submit()
    assert "This link no longer works" in page.text


def test_days_are_counted():
    days = [date(2026, 12, 1), date(2026, 12, 9), date(2026, 12, 10), date(2026, 12, 12)]
    counted = count(days, date(2026, 12, 10))
    assert counted == (2, 1, 1, 0) and str(counted) == "2 late, 1 due today, 1 due soon"
    assert str(count([], date(2026, 12, 10), 2)) == "2 with evidence that ends soon"
