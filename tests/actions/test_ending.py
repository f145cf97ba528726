"""Evidence that ends: mails at 30, 7 and 0 days; then its action opens again, and the pledge's promise falls back."""

import asyncio
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from tests.actions.conftest import action_on
from tests.actions.test_making import kinds, put
from tests.support.cast import Person
from tests.support.firms import MAILROOM, fill_profile, sign_pledge, submitted

from pledge.actions import ending, evidence, reminders
from pledge.actions.bearing import bearings
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.reports import standing

MONDAY = "2026-11-23T10:00:00Z"
ENDS = date(2027, 1, 31)
AFTER = "2027-02-01T08:00:00Z"
QUESTION = "p-a1"


@pytest.fixture
async def firm(alice) -> Person:
    """Alice's firm, which has done something about a policy, and has evidence of it until the end of January."""
    with time_machine.travel(MONDAY, tick=False):
        await fill_profile(alice)
        await sign_pledge(alice)
        await submitted(alice, "procurement", 1)
        await put(alice, await action_on(alice, QUESTION), status="done")
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
        await submitted(alice, "procurement", 4)
        await licence(alice)
    return alice


async def licence(person: Person, ends: date | None = ENDS) -> None:
    action = await action_on(person, QUESTION)
    await write(partial(evidence.add, person.scope, action.id, "Policy", ends, "https://files.example.org"))


async def at(moment: str) -> None:
    """What the worker does at a moment, twice at once."""
    with time_machine.travel(moment, tick=False):
        await asyncio.gather(*(ending.note() for _ in range(2)))
        await asyncio.gather(*(reminders.remind(MAILROOM) for _ in range(2)))


async def test_mails_go_out_30_7_and_0_days_before_and_say_so(site, firm):
    found = []
    for moment in (
        "2026-12-31T23:59:00Z", "2027-01-01T00:01:00Z", "2027-01-02T08:00:00Z", "2027-01-24T08:00:00Z",
        "2027-01-31T08:00:00Z", "2027-01-31T20:00:00Z",
    ):  # fmt: skip
        before = len(await site.mails())
        await at(moment)
        found.append(len(await site.mails()) - before)
    assert found == [0, 1, 0, 1, 1, 0]
    mail = (await site.mails())[-1]
    assert mail.recipient == "alice@example.org"
    assert mail.subject == "1 action at Pendle Joinery: 1 with evidence that ends soon" and "Policy" not in mail.body


async def test_when_it_has_ended_the_action_opens_again_once(firm):
    await at("2027-01-31T20:00:00Z")
    assert (await action_on(firm, QUESTION)).status == "done", "its last day counts"
    await at(AFTER)
    action = await action_on(firm, QUESTION)
    assert (action.status, action.closed, action.due) == ("todo", None, date(2027, 2, 15))
    with time_machine.travel(AFTER, tick=False):
        await put(firm, action, status="done")
    await at("2027-02-02T08:00:00Z")
    assert (await action_on(firm, QUESTION)).status == "done", "somebody said so, knowing it"
    assert (await kinds(firm, action)).count("evidence-ended") == 1


async def test_a_new_licence_stands_in_for_the_old_one(site, firm):
    with time_machine.travel("2026-12-20T08:00:00Z", tick=False):
        await licence(firm, date(2028, 1, 31))
        await licence(firm, None)
    before = len(await site.mails())
    for moment in ("2027-01-02T08:00:00Z", "2027-01-31T08:00:00Z", AFTER):
        await at(moment)
    assert len(await site.mails()) == before and (await action_on(firm, QUESTION)).status == "done"
    await at("2028-02-01T08:00:00Z")
    assert (await action_on(firm, QUESTION)).status == "todo"


async def test_an_action_that_is_open_stays_as_it_is(firm):
    with time_machine.travel("2026-12-20T08:00:00Z", tick=False):
        await put(firm, await action_on(firm, QUESTION), status="doing")
    await at(AFTER)
    action = await action_on(firm, QUESTION)
    assert action.status == "doing" and "evidence-ended" in await kinds(firm, action)


async def missing(person: Person) -> list[str]:
    found = await read(partial(standing.keeping, person.scope))
    assert found is not None
    return [lack.href for kept in found[1] for lack in kept.missing if "evidence that has ended" in lack.reason]


async def test_the_promise_falls_back_and_is_kept_again_with_new_evidence(firm):
    action = await action_on(firm, QUESTION)
    with time_machine.travel("2027-01-31T20:00:00Z", tick=False):
        assert await missing(firm) == []
    await at(AFTER)
    with time_machine.travel(AFTER, tick=False):
        assert set(await missing(firm)) == {f"/actions/{action.id}"}
        await licence(firm, date(2028, 1, 31))
        assert await missing(firm) == []


async def test_two_years_of_a_licence_that_is_kept_in_words_and_renewed_before_its_end(site, firm):
    """Day by day: mails 30, 7 and 0 days before, none for what was renewed; then it ends, and is asked for again."""
    action = await action_on(firm, QUESTION)
    with time_machine.travel("2026-11-25T08:00:00Z", tick=False):
        old = await read(partial(evidence.of, firm.scope, action.id))
        await write(partial(evidence.remove, firm.scope, old[0].id))
        page = await firm.get(f"/actions/{action.id}/evidence")
        page = await page.submit(title="Licence AB12", **{"ends-day": "31", "ends-month": "1", "ends-year": "2027"})
        assert "Licence AB12, until 31 January 2027" in page.text
    told: dict[date, str] = {}
    opened: list[date] = []
    day, seen = date(2026, 11, 26), len(await site.mails())
    while day < date(2028, 11, 26):
        moment = f"{day}T09:00:00Z"
        await at(moment)
        if day == date(2027, 1, 20):
            with time_machine.travel(moment, tick=False):
                await write(partial(evidence.add, firm.scope, action.id, "Licence AB13", date(2028, 1, 31), ""))
        if len(mails := await read(partial(sql.rows, "SELECT subject FROM outbox ORDER BY created, id"))) > seen:
            told[day], seen = mails[-1]["subject"], len(mails)
        if (await action_on(firm, QUESTION)).status == "todo" and not opened:
            opened.append(day)
            with time_machine.travel(moment, tick=False):
                assert set(await missing(firm)) == {f"/actions/{action.id}"}
        day += timedelta(days=1)
    assert opened == [date(2028, 2, 1)]
    ends = [day for day, subject in told.items() if "evidence that ends soon" in subject]
    assert ends == [date(2027, 1, 1), date(2028, 1, 1), date(2028, 1, 24), date(2028, 1, 31)]
    again = [day for day in told if date(2028, 2, 1) < day]
    assert again == [date(2028, 2, 8), date(2028, 2, 15), date(2028, 2, 16)]


async def test_only_what_people_did_or_have_to_do_bears_on_the_pledge(firm):
    action = await action_on(firm, QUESTION)

    async def of_question() -> list[tuple]:
        found = await read(partial(bearings, firm.organisation, date(2027, 1, 31)))
        return [(each.href, each.done, each.ended) for each in found if each.question == QUESTION]

    assert await of_question() == [(f"/actions/{action.id}", True, False)]
    for closed_by, left in (("answer", 0), ("not_asked", 0), ("people", 1)):
        await write(partial(sql.rows, "UPDATE action SET closed_by = {} WHERE id = {}", closed_by, action.id))
        assert len(await of_question()) == left
