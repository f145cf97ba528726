"""What a draft begins with: the answers of the newest report, carried by the one rule, and what was said elsewhere."""

import random
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assessments.test_answering import draft_of
from tests.content.test_profiles import DEFINITIONS
from tests.support.firms import JOINERY, answer_all, fill_profile, submitted
from tests.support.publishing import publish_all

from pledge.assessments import submitting
from pledge.assessments.again.beginning import carried_over, together
from pledge.assessments.drafts import Given
from pledge.assessments.submitting import Submitted
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.demo.answering import answers
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.scoring import score

OF_SIXTY = msgspec.structs.replace(JOINERY, headcount_band="50-249")  # both questionnaires ask who leads
OURS = "/assessments/procurement"
LABOUR = ("agency", "seasonal", "sponsored", "minimum_wage", "tied_housing")


def report(definition, profile, said) -> Submitted:
    """A report of some answers, as it is frozen."""
    return Submitted(
        id=uuid4(), definition=definition, organisation_name="Pendle Joinery",
        answers={name: Given.of(answer, 3) for name, answer in said.items()},
        result=score(definition, profile, said), profile=profile, submitted=clock.now(), on=date(2026, 11, 29),
        latest=True, previous=None,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(DEFINITIONS)),
    seed=st.integers(0, 2**32),
    band=st.sampled_from(["0", "1-9", "10-49", "50-249", "250+"]),
    depth=st.sampled_from(["short", "full"]),
    labour=st.sets(st.sampled_from(LABOUR)),
    quality=st.floats(0, 1),
)
def test_confirming_everything_gives_the_same_result_as_before(name, seed, band, depth, labour, quality):
    depth = depth if band in ("0", "1-9") else "full"
    definition = DEFINITIONS[name]
    profile = msgspec.structs.replace(JOINERY, headcount_band=band, depth=depth, labour=tuple(sorted(labour)))
    said = answers(random.Random(seed), definition, profile, quality)
    last = report(definition, profile, said)
    begun = carried_over(last, definition, profile)
    afresh = {question for question in said if definition.asked_afresh(question)}
    assert set(begun) == set(said) - afresh and all(each.still and not each.since for each in begun.values())
    confirmed = begun | {question: said[question] for question in afresh}
    assert score(definition, profile, confirmed) == last.result


def test_what_was_just_said_elsewhere_counts_before_an_answer_of_last_time():
    own = {"a": Given(value="old", still=True), "b": Given(value="old", still=True)}
    shared = {
        "a": Given(value="new", source="other"), "b": Given(value="older", source="other", still=True),
        "c": Given(value="new", source="other"),
    }  # fmt: skip
    assert together(own, shared) == {"a": shared["a"], "b": own["b"], "c": shared["c"]}


@pytest.mark.parametrize(("days", "value"), [(0, "fresh"), (32, "own")])
async def test_an_answer_to_the_other_questionnaire_fills_what_it_shares_within_a_month(alice, days, value):
    await fill_profile(alice, OF_SIXTY)
    await submitted(alice, "procurement", 4)
    await submitted(alice, "recruitment", 4)
    shared = {
        question.id
        for question in DEFINITIONS["procurement"].scored
        if question.reuse_key and not question.time_bound
        and any(other.reuse_key == question.reuse_key for other in DEFINITIONS["recruitment"].scored)
    }  # fmt: skip
    back = clock.now() - timedelta(days=300)
    await write(partial(sql.rows, "UPDATE assessment SET submitted_on = {}, updated = {}", back.date(), back))
    await submitted(alice, "recruitment", 0)
    then = clock.now() - timedelta(days=days)
    newest = "questionnaire = 'recruitment' AND latest"
    await write(partial(sql.rows, f"UPDATE assessment SET submitted_on = {{}} WHERE {newest}", then.date()))
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    draft = await draft_of(alice)
    found = {name: draft.given[name] for name in shared if name in draft.shown}
    assert found
    for each in found.values():
        assert each.still is (value == "own") and each.source == ("" if value == "own" else "recruitment")


async def test_confirming_in_one_questionnaire_confirms_what_the_other_shares(alice):
    await fill_profile(alice, OF_SIXTY)
    for name in ("procurement", "recruitment"):
        await submitted(alice, name, 3)
    back = clock.now() - timedelta(days=300)
    await write(partial(sql.rows, "UPDATE assessment SET submitted_on = {}, updated = {}", back.date(), back))
    for name in ("procurement", "recruitment"):
        await (await alice.get(f"/assessments/{name}")).submit(f"/assessments/{name}/start")
    both = [await draft_of(alice, name) for name in ("procurement", "recruitment")]
    keys = [
        {draft.definition.scored_question(name).reuse_key for name in draft.waiting} - {None} for draft in both
    ]  # fmt: skip
    assert keys[0] & keys[1]
    await answer_all(alice, "procurement", 3)
    other = await draft_of(alice, "recruitment")
    waiting = {other.definition.scored_question(name).reuse_key for name in other.waiting}
    assert not waiting & keys[0]


async def test_answers_are_carried_to_a_newer_version_by_the_rule_for_drafts_that_move(alice, newer):
    await fill_profile(alice)
    await submitted(alice)
    last = await read(partial(submitting.newest, alice.scope, "procurement"))
    newer.install()
    await publish_all()
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    draft = await draft_of(alice)
    assert draft.definition.version != last.definition.version
    assert newer.recounted not in draft.given and newer.narrowed not in draft.given and newer.gone not in draft.given
    assert draft.given[newer.reworded].since == last.definition.version and draft.given[newer.reworded].still
    assert draft.given[newer.same] == Given(value=last.answers[newer.same].value, still=True)
    html = ""
    for part in draft.definition.sections:
        html += (await alice.get(f"{OURS}/again/{part.id}")).text
    assert "Its words changed: read it again" in html and "New for you" in html
    old = last.definition.question(newer.recounted)
    said = next(option.label for option in old.options if option.value == last.answers[newer.recounted].value)
    assert f"Last time you said: {said}" in html


async def test_a_draft_that_moves_is_filled_with_what_the_other_questionnaire_shares(alice, newer):
    await fill_profile(alice, OF_SIXTY)
    await submitted(alice, "recruitment", 3)
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    draft = await draft_of(alice)
    shared = [name for name, each in draft.given.items() if each.source == "recruitment"]
    assert shared
    kept = {name: each for name, each in draft.given.items() if name not in shared}
    await write(partial(sql.rows, "UPDATE assessment SET answers = {}, revision = 1, change = '[]' WHERE id = {}",
                        msgspec.json.encode(kept).decode(), draft.id))  # fmt: skip
    newer.install()
    await publish_all()
    page = await alice.get(f"{OURS}/newer")
    assert "You gave it to other questions." in page.text
    await page.submit(f"{OURS}/newer")
    moved = await draft_of(alice)
    assert {name for name, each in moved.given.items() if each.source == "recruitment"} == set(shared)
    assert all(isinstance(each, Answer) for each in moved.given.values())
