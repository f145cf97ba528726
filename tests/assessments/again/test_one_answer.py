"""One question answered again: the new report, and everything that follows from it."""

import asyncio
import json
from functools import partial

import pytest
from tests.support.firms import MAILROOM, answer_all, fill_profile, sign_pledge, start, submitted

from pledge.assessments import answer_notes, deeper, submitting
from pledge.assessments.again import one_answer
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.declared import ONCE_SUBMITTED
from pledge.questionnaires.answers import Answer
from pledge.refusals import ChangedMeanwhile, Missing


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "procurement", 1)


def redo(person, report, **answers):
    given = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return write(partial(one_answer.answer, person.scope, report, given, then=ONCE_SUBMITTED))


def load(person, report):
    return read(partial(submitting.load, person.scope, report))


async def rows(query, *values):
    return await read(partial(sql.rows, query, *values))


async def test_a_new_frozen_report_with_one_answer_changed_and_the_one_before_it_as_it_was(alice, bob, report):
    (before,) = await rows("SELECT * FROM assessment")
    made = await redo(bob, report, p_a1=Answer("named"))
    old, new = await load(alice, report), await load(alice, made)
    (kept,) = await rows("SELECT * FROM assessment WHERE id = {}", report)
    assert kept == {**before, "latest": kept["latest"]} and not kept["latest"] and new.latest
    changed = {name for name, given in new.answers.items() if given != old.answers[name]}
    assert changed == {"p-a1"} and new.answers["p-a1"].value == "named"
    assert (new.profile, new.definition, new.result.depth) == (old.profile, old.definition, old.result.depth)
    assert (new.since.report, new.since.on, new.since.changed) == (report, clock.today(), 1)
    assert new.previous == old.result.score and not new.unlike and old.since is None
    (row,) = await rows("SELECT * FROM assessment WHERE id = {}", made)
    assert (row["submitted_by"], row["submitted_on"], row["status"]) == (bob.id, clock.today(), "submitted")
    assert (row["score"], row["headline"]) == (new.result.score, new.result.headline)
    facts = await rows("SELECT question, points FROM answer_fact WHERE assessment = {} ORDER BY question", made)
    was = await rows("SELECT question, points FROM answer_fact WHERE assessment = {} ORDER BY question", report)
    assert len(facts) == len(was) and [f["question"] for f, w in zip(facts, was, strict=True) if f != w] == ["p-a1"]
    assert len(await rows("SELECT * FROM section_fact WHERE assessment = {}", made)) == len(new.result.sections)


async def test_several_times_over_it_counts_what_changed_since_all_was_answered(alice, report):
    one = await redo(alice, report, p_a1=Answer("named"))
    two = await redo(alice, one, p_a3=Answer(dont_know=True))
    back = await redo(alice, two, p_a1=(await load(alice, report)).answers["p-a1"].answer)
    found = [await load(alice, each) for each in (one, two, back)]
    assert [(each.since.report, each.since.changed) for each in found] == [(report, 1), (report, 2), (report, 1)]


async def test_the_same_answer_makes_no_new_report(alice, report):
    given = (await load(alice, report)).answers["p-a1"].answer
    assert await redo(alice, report, p_a1=given) is None
    assert len(await rows("SELECT id FROM assessment")) == 1


async def test_whoever_comes_second_or_comes_from_outside_changes_nothing(alice, bob, charlie, report):
    made = await redo(alice, report, p_a1=Answer("named"))
    with pytest.raises(ChangedMeanwhile) as caught:
        await redo(bob, report, p_a3=Answer(dont_know=True))
    assert caught.value.now.id == made
    with pytest.raises(Missing):
        await redo(charlie, made, p_a1=Answer("no-one"))
    assert len(await rows("SELECT id FROM assessment")) == 2


async def test_two_colleagues_at_once_make_one_new_report(alice, bob, report):
    found = await asyncio.gather(
        redo(alice, report, p_a1=Answer("named")),
        redo(bob, report, p_a3=Answer(dont_know=True)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in found) == ["ChangedMeanwhile", "UUID"]
    assert len(await rows("SELECT id FROM assessment WHERE latest")) == 1


async def test_while_the_open_draft_is_submitted_one_of_them_is_the_latest(db, alice, bob, report):
    """The draft is untouched by the new answer, and simply newer once it is submitted."""
    await start(alice)
    await answer_all(alice, points=2)
    submit = partial(submitting.submit, alice.scope, "procurement", MAILROOM, then=ONCE_SUBMITTED)
    there = asyncio.Event()

    async def linger(organisation, assessment):
        there.set()
        if db.engine_type == "postgres":
            await sql.rows("SELECT pg_sleep(0.3)")  # so that the draft comes while this is not committed

    async def follow():
        await there.wait()
        return await write(submit)

    again = partial(one_answer.answer, bob.scope, report, {"p-a1": Answer("named")}, then=[linger])
    found = await asyncio.gather(follow(), write(again))
    assert (await load(alice, found[1])).since.report == report
    (latest,) = await rows("SELECT id, based_on FROM assessment WHERE latest")
    assert latest["id"] == found[0] and latest["based_on"] is None


async def test_what_fails_on_the_way_leaves_nothing_behind(alice, report):
    async def fail(organisation, assessment):
        raise OSError("the power is gone")

    with pytest.raises(OSError):
        await write(partial(one_answer.answer, alice.scope, report, {"p-a1": Answer("named")}, then=[fail]))
    (row,) = await rows("SELECT id, latest FROM assessment")
    assert row["id"] == report and row["latest"]
    assert await rows("SELECT action FROM audit_entry WHERE action = 'assessment.answered_again'") == []


async def test_the_log_says_so_the_standing_follows_and_no_mail_goes_out(site, alice, report):
    await sign_pledge(alice)
    await submitted(alice, "recruitment", 3)
    mails = len(await site.mails())
    made = await redo(alice, report, p_a1=Answer("named"))
    (entry,) = await rows("SELECT subject, details FROM audit_entry WHERE action = 'assessment.answered_again'")
    assert entry["subject"] == str(made) and set(json.loads(entry["details"])) == {"questionnaire", "version"}
    assert len(await rows("SELECT id FROM job WHERE kind = 'pledges.refresh_standing' AND state = 'waiting'")) == 1
    assert len(await site.mails()) == mails


# — what actions make of it —


async def statuses(person):
    found = await rows("SELECT question, status, closed_by, due, assessment FROM action")
    return {row["question"]: row for row in found}


async def test_only_the_action_of_the_question_that_was_answered_closes_and_what_people_did_stays_done(alice, report):
    best = max((await load(alice, report)).definition.scored_question("p-a1").options, key=lambda option: option.points)
    await write(
        partial(
            sql.rows,
            "UPDATE action SET status = 'done', closed = {}, closed_by = 'people' WHERE question = 'p-a3'",
            clock.now(),
        )
    )
    await write(partial(sql.rows, "UPDATE action SET due = '2020-01-01' WHERE question = 'p-b1'"))
    before = await statuses(alice)
    made = await redo(alice, report, p_a1=Answer(best.value))
    after = await statuses(alice)
    assert (after["p-a1"]["status"], after["p-a1"]["closed_by"]) == ("done", "answer")
    assert (after["p-a3"]["status"], after["p-a3"]["closed_by"]) == ("done", "people")
    others = [name for name in after if name != "p-a1"]
    assert all(after[name]["due"] == before[name]["due"] for name in others)  # what is late stays late
    assert all(after[name]["status"] == before[name]["status"] for name in others)
    assert all(after[name]["assessment"] == made for name in others)


async def test_the_firm_is_erased_with_all_its_reports(alice, report):
    await redo(alice, report, p_a1=Answer("named"))
    await write(partial(sql.rows, "DELETE FROM organisation WHERE id = {}", alice.organisation))
    assert await rows("SELECT id FROM assessment") == []


async def test_going_deeper_takes_the_notes_of_the_report_in_which_all_was_answered_along(alice):
    await fill_profile(alice)
    report = await submitted(alice, "procurement", 1, depth="short")
    note = "INSERT INTO answer_note (organisation, assessment, question, text, updated) VALUES ({}, {}, 'p-a1', {}, {})"
    await write(partial(sql.rows, note, alice.organisation, report, "Ask Jo", clock.now()))
    made = await redo(alice, report, p_a1=Answer("named"))
    assert (await load(alice, made)).result.depth == "short"
    await write(partial(deeper.start, alice.scope, made))
    draft, notes = await read(partial(answer_notes.load_draft, alice.scope, "procurement"))
    assert notes == {"p-a1": "Ask Jo"} and draft.given["p-a1"].value == "named"
