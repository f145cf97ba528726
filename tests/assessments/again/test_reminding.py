"""Reminders to answer again: 60, 30 and 7 days before a report is a year old, one e-mail for both questionnaires."""

import asyncio
import runpy
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from tests.support.cast import Person
from tests.support.firms import MAILROOM, fill_profile, sign_pledge, submitted

from pledge.assessments.again import reminding
from pledge.assessments.again.reminding import due, told
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.pledges import reminding as pledges
from pledge.pledges.text import shipped
from pledge.resources import resource

MONDAY = "2026-11-23T10:00:00Z"  # so a report is a year old on 23 November 2027


@pytest.fixture
async def firm(alice, bob) -> Person:
    """Alice's firm answered both on a Monday, Bob is her contributor."""
    with time_machine.travel(MONDAY, tick=False):
        await fill_profile(alice)
        await submitted(alice, "recruitment")
        await submitted(alice, "procurement")
    return alice


async def reminded(site, *days: str) -> list[int]:
    """How many mails there are more after the reminders were sent on each of these days, by two workers."""
    found = []
    for day in days:
        before = len(await site.mails())
        with time_machine.travel(f"{day}T08:00:00Z", tick=False):
            await asyncio.gather(*(reminding.remind(MAILROOM, shipped().text) for _ in range(2)))
        found.append(len(await site.mails()) - before)
    return found


async def test_owners_are_reminded_three_times_of_both_at_once(site, firm):
    days = ("2027-09-23", "2027-09-24", "2027-09-25", "2027-10-24", "2027-11-16", "2027-11-23", "2027-11-24")
    assert await reminded(site, *days) == [0, 1, 0, 1, 1, 0, 0]
    mail = (await site.mails())[-1]
    assert mail.recipient == "alice@example.org" and mail.link == "/reports"
    assert mail.subject == "Is it still so? Your answers of 23 November 2026"
    assert "On 23 November 2027 it is a year since Pendle Joinery answered:" in mail.body
    assert "- Buying and your supply chain" in mail.body and "- Recruitment, training and induction" in mail.body
    assert "%" not in mail.body


async def test_reminders_that_were_missed_become_one_and_none_comes_after_the_year(site, firm):
    assert await reminded(site, "2027-11-20", "2027-11-21") == [1, 0]
    await write(partial(sql.rows, "UPDATE assessment SET reminded = 0"))
    assert await reminded(site, "2027-11-24") == [0]


async def test_two_that_were_answered_within_two_months_share_their_reminders(site, alice):
    await fill_profile(alice)
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
        await submitted(alice, "recruitment")
    with time_machine.travel("2026-12-20T10:00:00Z", tick=False):
        await submitted(alice, "procurement")
    days = [str(date(2027, 9, 1) + timedelta(days=each)) for each in range(130)]
    assert sum(await reminded(site, *days)) == 3


async def test_whoever_has_answered_again_is_reminded_of_the_new_report_alone(site, firm):
    with time_machine.travel("2027-10-01T10:00:00Z", tick=False):
        await submitted(firm, "recruitment")
        await submitted(firm, "procurement")
    assert await reminded(site, "2027-10-24", "2027-11-16", "2028-08-01", "2028-08-02") == [0, 0, 0, 1]


async def test_on_the_day_of_the_pledges_reminder_it_waits_until_the_next(site, firm):
    with time_machine.travel(MONDAY, tick=False):
        await sign_pledge(firm)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    autumn = range(300, 371)  # 20 September to 29 November 2027, when something may happen; else once a week
    for day in (day for day in range(2 * 365) if day in autumn or day % 7 == 0):
        moment = start + timedelta(days=day)
        with time_machine.travel(moment, tick=False):
            await pledges.remind(MAILROOM, shipped().text)
            await reminding.remind(MAILROOM, shipped().text)
    sent: dict[str, list[str]] = {}
    for row in await read(partial(sql.rows, "SELECT subject, created FROM outbox ORDER BY created")):
        sent.setdefault(f"{row['created']:%Y-%m-%d}", []).append(row["subject"])
    found = {day: subjects for day, subjects in sent.items() if day > "2026-12"}
    assert sorted(found) == ["2027-09-24", "2027-09-25", "2027-10-24", "2027-10-25", "2027-11-16", "2027-11-17"]
    assert all(len(subjects) == 1 for subjects in found.values())
    assert sum("Is it still so?" in subjects[0] for subjects in found.values()) == 3


async def test_one_click_on_a_page_with_a_button_stops_them(site, firm, visitor):
    assert await reminded(site, "2027-09-24") == [1]
    path = "/t/" + (await site.mails())[-1].body.rpartition("/t/")[2].split()[0]
    with time_machine.travel("2027-09-24T09:00:00Z", tick=False):
        page = await visitor.get(path)
        assert "Stop the e-mails about answering again?" in page.text
        assert await read(partial(sql.value, "SELECT count(*) FROM renewal_silence")) == 0, "looking changes nothing"
        assert "We no longer remind you by e-mail to answer again." in (await page.submit()).text
    assert await reminded(site, "2027-10-24") == [0]
    page = await firm.get("/reports")
    assert "You get no e-mails about answering again." in page.text
    page = await page.submit()
    assert "We remind you by e-mail again when a report is soon a year old." in page.text
    assert await reminded(site, "2027-11-16") == [1]


async def test_the_migration_leaves_nothing_to_send_at_once(site, firm):
    migration = runpy.run_path(str(resource("migrations") / "pledge_2026_11_29_38_answering_again.py"))
    migration["forwards"].__globals__["STATEMENTS"] = ()  # the column is there
    with time_machine.travel("2027-11-01T10:00:00Z", tick=False):
        await write(migration["forwards"])
    assert await reminded(site, "2027-11-01", "2027-11-16") == [0, 1]


@pytest.mark.parametrize(
    ("on", "year_later"),
    [
        (date(2026, 11, 23), date(2027, 11, 23)), (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2028, 2, 28), date(2029, 2, 28)), (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)  # fmt: skip
def test_a_report_is_a_year_old_on_the_same_day(on, year_later):
    assert due(on) == year_later
    assert [told(on, year_later - timedelta(days=days)) for days in (61, 60, 31, 30, 8, 7, 0)] == [0, 1, 1, 2, 2, 3, 3]
