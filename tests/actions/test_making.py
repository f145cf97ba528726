"""A report makes actions in the transaction that submits it, and the next one takes them up."""

import asyncio
from functools import partial
from uuid import UUID

import pytest
from tests.actions.conftest import HARM, action_on, actions_of
from tests.support import depths
from tests.support.firms import MAILROOM, answer_all, fill_profile, start, submitted

from pledge.actions import listing, making
from pledge.actions.changing import Wanted, change
from pledge.assessments import definitions, submitting
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.declared import ONCE_SUBMITTED
from pledge.questionnaires.answers import Answer
from pledge.refusals import ChangedMeanwhile
from pledge.worker.queue import enqueue


async def gaps(person, report) -> list:
    submitted = await read(partial(submitting.load, person.scope, report))
    return list(submitted.result.gaps)


async def put(person, action, **changes) -> None:
    wanted = Wanted(action.status, action.reason, action.member, action.due, action.note)._replace(**changes)
    await write(partial(change, person.scope, action.id, wanted, action.revision, MAILROOM))


async def kinds(person, action) -> list[str]:
    return [each.kind for each in await read(partial(listing.history, person.scope, action.id))]


async def test_every_gap_is_an_action_of_whoever_submitted_it_in_the_order_of_the_report(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 2, **HARM)
    found, wanted = await actions_of(alice), await gaps(alice, report)
    assert [each.question for each in found] == [gap.question for gap in wanted] and len(found) > 10
    first = found[0]
    assert (first.question, first.flag, first.status, first.assessment) == ("r-b2", "act_first", "todo", report)
    assert first.what == wanted[0].action and first.why
    assert (first.due - clock.today()).days == wanted[0].due_days
    assert {each.name for each in found} == {"Alice"}
    assert await kinds(alice, first) == ["made"]


async def test_both_questionnaires_make_one_list(firm):
    before = len(await actions_of(firm))
    report = await submitted(firm, "procurement", 1)
    found = await actions_of(firm)
    assert len(found) == before + len(await gaps(firm, report))
    flags = [each.flag for each in found]
    assert flags == sorted(flags, key=["act_first", "check_first", "foundation", None].index)
    assert {each.questionnaire for each in found} == {"recruitment", "procurement"}


async def test_a_second_report_keeps_what_people_made_of_an_action(firm):
    action = await action_on(firm, "r-b2")
    await put(firm, action, status="doing", note="Ask the yard")
    report = await submitted(firm, "recruitment", 2, **HARM)
    again = await action_on(firm, "r-b2")
    assert (again.id, again.status, again.note, again.due) == (action.id, "doing", "Ask the yard", action.due)
    assert again.assessment == report and await kinds(firm, action) == ["made", "changed"]


async def test_a_better_answer_closes_its_action_and_a_worse_one_opens_it_again(firm):
    action = await action_on(firm, "r-b2")
    await put(firm, action, status="not_now", reason="We move first", note="Ask the yard")
    await submitted(firm, "recruitment", 4)
    closed = await action_on(firm, "r-b2")
    assert (closed.status, closed.closed_by, closed.state) == ("done", "answer", "Done: your new answer shows it")
    await submitted(firm, "recruitment", 2, **HARM)
    again = await action_on(firm, "r-b2")
    assert (again.id, again.status, again.closed, again.note) == (action.id, "todo", None, "Ask the yard")
    assert await kinds(firm, action) == ["made", "changed", "answered", "opened"]


async def test_the_short_form_closes_nothing_that_it_leaves_out(alice):
    await depths.publish()
    await fill_profile(alice)
    await submitted(alice, "recruitment", 0)
    assert {each.question for each in await actions_of(alice)} >= {"first", "training"}
    await submitted(alice, "recruitment", 4, depth="short")
    after = {each.question: each.state for each in await actions_of(alice)}
    definitions.forget()
    assert after["first"] == "Done: your new answer shows it" and after["training"] == "To do"


async def test_a_first_step_follows_the_answer_and_a_more_urgent_one_comes_sooner(alice):
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2, r_b2=Answer(dont_know=True))
    before = await action_on(alice, "r-b2")
    assert before.flag == "check_first"
    await put(alice, before, status="not_now", reason="Later")
    await submitted(alice, "recruitment", 2, **HARM)
    after = await action_on(alice, "r-b2")
    assert (after.flag, after.status) == ("act_first", "todo") and after.what != before.what
    assert after.due <= before.due


async def test_what_was_submitted_before_there_were_actions_gets_them_from_the_worker(site, alice):
    await fill_profile(alice)
    await start(alice, "recruitment")
    await answer_all(alice, "recruitment", 2)
    report = await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    assert await actions_of(alice) == []
    job = {"organisation": str(alice.organisation), "assessment": str(report)}
    for _ in range(2):
        await write(partial(enqueue, making.MAKE, job))
        await site.mails()
        assert len(await actions_of(alice)) == len(await gaps(alice, report))
    assert await read(lambda: sql.value("SELECT count(*) FROM action_change WHERE kind <> 'made'")) == 0


async def test_an_older_report_changes_nothing(firm):
    old = (await actions_of(firm))[0].assessment
    await submitted(firm, "recruitment", 4)
    await write(partial(making.take_up, firm.organisation, old))
    assert all(each.status == "done" for each in await actions_of(firm))


async def test_when_actions_cannot_be_made_nothing_is_submitted(alice):
    async def fails(organisation: UUID, assessment: UUID) -> None:
        await making.take_up(organisation, assessment)
        raise RuntimeError("the power went")

    await fill_profile(alice)
    await start(alice, "recruitment")
    await answer_all(alice, "recruitment", 2)
    with pytest.raises(RuntimeError):
        await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM, then=(fails,)))
    assert await read(partial(submitting.latest_id, alice.scope, "recruitment")) is None
    assert await actions_of(alice) == []


async def test_an_action_whose_question_is_gone_is_closed_and_stays_readable(firm):
    action = await action_on(firm, "r-b2")
    await write(partial(sql.rows, "UPDATE action SET question = 'r-gone' WHERE id = {}", action.id))
    page = await firm.get(f"/actions/{action.id}")
    assert page.status == 200 and action.what in page.text
    await submitted(firm, "recruitment", 2, **HARM)
    closed = await action_on(firm, "r-gone")
    assert (closed.status, closed.closed_by) == ("done", "not_asked")
    page = await firm.get(f"/actions/{action.id}")
    assert page.status == 200 and "closed: your questions no longer ask for it" in page.text


async def test_the_page_that_submits_makes_actions(alice):
    await fill_profile(alice)
    await start(alice, "recruitment")
    await answer_all(alice, "recruitment", 2)
    page = await (await alice.get("/assessments/recruitment/check")).submit()
    assert page.url.startswith("/reports/")
    assert len(await actions_of(alice)) == len(await gaps(alice, UUID(page.url.removeprefix("/reports/"))))


async def test_of_two_changes_at_once_one_is_kept_and_the_other_is_told(firm):
    action = await action_on(firm, "r-b2")

    async def note(words: str) -> str:
        try:
            await put(firm, action, note=words)
        except ChangedMeanwhile:
            return "told"
        return words

    said = await asyncio.gather(*(note(f"note {number}") for number in range(8)))
    assert said.count("told") == 7
    assert (await action_on(firm, "r-b2")).note in said and (await kinds(firm, action)).count("changed") == 1


async def test_a_report_and_a_change_at_once_lose_nothing(firm):
    action = await action_on(firm, "r-b2")
    await start(firm, "recruitment")
    await answer_all(firm, "recruitment", 4)
    submit = partial(submitting.submit, firm.scope, "recruitment", MAILROOM, then=ONCE_SUBMITTED)
    await asyncio.gather(write(submit), put(firm, action, note="Ask the yard"), return_exceptions=True)
    after = await action_on(firm, "r-b2")
    assert (after.status, after.closed_by) == ("done", "answer")
    assert ("changed" in await kinds(firm, action)) == (after.note == "Ask the yard")


async def test_what_to_do_follows_the_answer_that_was_given(firm):
    """Its words, its reason and its links; and they follow the next report’s answer."""
    paid = await action_on(firm, "r-b2")
    assert paid.what.startswith("Find out what is safe for the person who paid")
    assert paid.why.endswith("and a wrong step can make it worse.")
    assert "https://www.modernslaveryhelpline.org" in (await firm.get(f"/actions/{paid.id}")).links()
    await submitted(firm, "recruitment", 2, r_b2=Answer(value="never-asked"))
    asks = await action_on(firm, "r-b2")
    assert asks.id == paid.id and asks.what.startswith("Tell all who start that no one may charge them")
    assert asks.why.endswith("and one kind question can bring it to light.")
    links = (await firm.get(f"/actions/{paid.id}")).document.xpath("//main//ul/li/a[starts-with(@href, 'https')]/@href")
    assert links == ["https://responsiblerecruitmenttoolkit.org"]
