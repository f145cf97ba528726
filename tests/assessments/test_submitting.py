"""What submitting freezes: the answers that count, the result as it was scored, and the facts for figures."""

from functools import partial

import msgspec
import pytest
from tests.support.firms import JOINERY, MAILROOM, answer_all, fill_profile, start, submitted

from pledge.assessments import drafts, saving, submitting
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.result import from_json
from pledge.questionnaires.scoring import score

CREWS = msgspec.structs.replace(JOINERY, outside_work=("crews_on_site", "subcontracting"))
UNUSUAL = {"p-a1": Answer(value="no-one"), "p-b1": Answer(dont_know=True), "p-b4": Answer(not_applicable="All our own")}


@pytest.fixture
async def frozen(alice):
    """What Alice submitted once the question about crews was hidden again: its row, and what it should say."""
    await fill_profile(alice, CREWS)
    await start(alice)
    await answer_all(alice, points=3, **UNUSUAL)
    await fill_profile(alice)
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    assert draft is not None and set(draft.given) - set(draft.shown) == {"p-b3"}
    expected = score(draft.definition, draft.profile, {name: draft.given[name].answer for name in draft.shown})
    report = await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    row = await read(partial(sql.row, "SELECT * FROM assessment WHERE id = {}", report))
    return row, draft, expected


async def facts(table: str, assessment):
    return await read(partial(sql.rows, f"SELECT * FROM {table} WHERE assessment = {{}}", assessment))


async def test_the_row_is_what_was_scored_and_what_figures_are_grouped_by(alice, frozen):
    row, draft, expected = frozen
    assert from_json(row["result"]) == expected
    assert (row["score"], row["headline"]) == (expected.score, expected.headline) == (6607, "developing")  # 111 of 168
    assert msgspec.json.decode(row["profile"], type=Profile) == draft.profile
    assert (row["sector"], row["headcount_band"], row["district"], row["area"]) == ("F", "1-9", "E07000122", "pennine")
    assert (row["status"], bool(row["latest"]), row["version"]) == ("submitted", True, draft.definition.version)
    assert (row["submitted_by"], row["submitted_on"]) == (alice.id, clock.today())


async def test_an_answer_to_a_question_that_is_hidden_is_not_frozen(frozen):
    row, draft, _ = frozen
    kept = msgspec.json.decode(row["answers"], type=dict[str, drafts.Given])
    assert kept == {name: draft.given[name] for name in draft.shown} and "p-b3" not in kept
    assert kept["p-a1"].value == "no-one" and len(kept) == 19


async def test_the_facts_of_the_parts_are_those_of_the_result(frozen):
    row, _, expected = frozen
    stored = {
        fact["section"]: (fact["weighted_points"], fact["weighted_max"], fact["score"])
        for fact in await facts("section_fact", row["id"])
    }
    assert stored == {part.id: (part.weighted_points, part.weighted_max, part.score) for part in expected.sections}
    assert stored == {
        "leadership": (15, 28, 5357),
        "supply-chain": (6, 20, 3000),
        "risk": (18, 24, 7500),
        "buying": (33, 44, 7500),
        "checking": (21, 28, 7500),
        "response": (18, 24, 7500),
    }


async def test_the_facts_of_the_questions_are_those_of_the_result_and_leave_out_what_was_not_shown(alice, frozen):
    row, draft, expected = frozen
    found = await facts("answer_fact", row["id"])
    assert {fact["organisation"] for fact in found} == {alice.organisation}
    stored = {
        fact["question"]: tuple(fact[name] for name in ("section", "state", "points", "weight", "target", "flag"))
        for fact in found
    }
    assert stored == {
        each.id: (each.section, each.state, each.points, each.weight, each.target or 0, each.flag or "")
        for each in expected.questions
        if each.id in draft.shown
    }
    assert {name: stored[name] for name in UNUSUAL} == {
        "p-a1": ("leadership", "answered", 0, 2, 3, "foundation"),
        "p-b1": ("supply-chain", "dont_know", 0, 3, 3, ""),
        "p-b4": ("supply-chain", "not_applicable", None, 2, 0, ""),
    }


async def test_last_time_is_the_submission_before_and_only_of_the_same_questionnaire(alice):
    await fill_profile(alice)
    reports = [await submitted(alice, "procurement", points) for points in (4, 2, 3)]
    other = await submitted(alice, "recruitment", 1)
    loaded = [await read(partial(submitting.load, alice.scope, report)) for report in (*reports, other)]
    assert [each.result.score for each in loaded] == [10_000, 5000, 7500, 2321]
    assert [each.previous for each in loaded] == [None, 10_000, 5000, None]
    assert [each.latest for each in loaded] == [False, False, True, True]


async def test_an_answer_saved_between_reading_the_draft_and_freezing_it_is_not_lost(alice, monkeypatch):
    await fill_profile(alice)
    await start(alice)
    await answer_all(alice)
    load = drafts.load

    async def overtaken(within, questionnaire):
        monkeypatch.undo()
        read_before = await load(within, questionnaire)
        await saving.save(within, read_before.definition, read_before.revision, {"p-a1": Answer(value="no-one")})
        return read_before

    monkeypatch.setattr(drafts, "load", overtaken)
    with pytest.raises(saving.SavedMeanwhile):
        await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    assert await read(partial(sql.value, "SELECT count(*) FROM assessment WHERE status = 'submitted'")) == 0
