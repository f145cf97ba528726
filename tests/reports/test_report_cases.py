"""Reports of answers that are all alike, of none that applies, of what people can type, and of versions withdrawn."""

import re
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.support import kinds
from tests.support.firms import JOINERY, MAILROOM, answers_at, fill_profile, start, submitted

from pledge.assessments import drafts, saving, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import MAX_REASON, Answer
from pledge.questionnaires.definition import Question
from pledge.questionnaires.kinds import Written

MARKUP = '<script>alert(1)</script> {{ 7*7 }} & "quoted" '
URDU = "کسی کو ملازمت کے لیے رقم ادا نہیں کرنی چاہیے "
EMOJI = "👩🏽‍🔧🚧 "
TYPED = (MARKUP + URDU + EMOJI) * 100


@pytest.fixture(params=["procurement", "recruitment"])
def questionnaire(request) -> str:
    return request.param


@pytest.fixture(params=["short", "full"])
def depth(request) -> str:
    return request.param


async def _given(person, questionnaire, answer_of) -> str:
    """Answer each question of the draft that is shown by a function of it, until all are answered; submit."""
    while True:
        draft = await read(partial(drafts.load, person.scope, questionnaire))
        asked = [each for each in draft.definition.questions if each.id in draft.shown and each.id not in draft.given]
        given = {question.id: answer for question in asked if (answer := answer_of(question))}
        if not given:
            break
        saved = await saving.save_page(person.scope, draft.definition, draft.revision, given, {})
        assert not saved.refused, saved.refused
    return await write(partial(submitting.submit, person.scope, questionnaire, MAILROOM))


async def _pages(person, report) -> tuple:
    page = await person.get(f"/reports/{report}")
    sums = await person.get(f"/reports/{report}/answers")
    data = await person.get(f"/reports/{report}.json")
    assert (page.status, sums.status, data.status) == (200, 200, 200)
    ids = page.document.xpath("//@id")
    assert len(ids) == len(set(ids))
    here = [link.removeprefix("#") for link in page.links() if link.startswith("#")]
    assert set(here) <= {*ids, ""}
    return page, sums, data.response.json()


async def test_every_answer_worst(alice, questionnaire, depth):
    await fill_profile(alice)
    page, _, data = await _pages(alice, await submitted(alice, questionnaire, 0, depth))
    assert ("Act first" in page.text) == (questionnaire == "recruitment") and data["strengths"] == []
    assert len(data["actions"]) == len([row for section in data["sections"] for row in section["questions"]])
    assert "What you do well" not in page.text
    assert ("First call 08000 121 700" in page.text) == (questionnaire == "recruitment")


async def test_every_answer_best(alice, questionnaire, depth):
    await fill_profile(alice)
    page, sums, data = await _pages(alice, await submitted(alice, questionnaire, 4, depth))
    assert data["score"] == 10_000 and "Leading 100%" in page.text and "Nothing urgent to do" in page.text
    assert data["further"] == [] and "What would raise your score" not in sums.text
    assert "What you do well" in page.text


async def test_dont_know_everywhere(alice, questionnaire, depth):
    await fill_profile(alice)
    await start(alice, questionnaire, depth)
    report = await _given(alice, questionnaire, lambda question: Answer(dont_know=True))
    page, _, data = await _pages(alice, report)
    assert data["score"] == 0 and "Starting 0%" in page.text and "less than half" in page.text
    assert f"What you did not know ({len(data['dont_know'])})" in page.text and len(data["dont_know"]) >= 4


async def test_nothing_applies(alice):
    """A questionnaire in which each question may not apply, and none does, for reasons that are strange to print."""
    text = (kinds.FIXTURE.parent / "depth.yaml").read_text(encoding="utf-8").replace("id: depth", "id: procurement", 1)
    text = re.sub(r"(\n +)weight: ", r"\1not_applicable: true\1weight: ", text)
    definition = await kinds.publish(text)
    await fill_profile(alice)
    await write(partial(drafts.start, alice.scope, definition))
    report = await _given(alice, "procurement", lambda question: Answer(not_applicable=TYPED[:MAX_REASON].strip()))
    page, sums, data = await _pages(alice, report)
    assert data["score"] is None and data["headline"] == "not_assessed" and data["actions"] == []
    assert "More than half of what we ask about does not apply to you" in page.text
    assert "Too little applies to you to give a figure." in page.text and "Not assessed" in page.text
    for each in (page, sums):
        assert "<script>alert" not in each.html and "{{ 7*7 }}" in each.text and URDU.strip() in each.text
        assert EMOJI.strip() in each.text


async def test_what_people_typed_stands_as_they_typed_it(alice):
    await fill_profile(alice)
    await kinds.start_on_kinds(alice)

    def answer_of(question):
        if isinstance(question, Written):
            return Answer(value=TYPED[: question.longest].strip())
        if question.id in ("found-by", "policy-since"):
            return Answer(values=("agency",)) if question.id == "found-by" else Answer(value="2025-03-01")
        return Answer(value=question.options[-1].value) if isinstance(question, Question) else None

    report = await _given(alice, "procurement", answer_of)
    page, _, data = await _pages(alice, report)
    assert "<script>alert" not in page.html and sum(told["typed"] for told in data["told"]) == 2
    assert URDU.strip() in page.text and EMOJI.strip() in page.text


async def test_a_report_of_a_version_that_is_asked_no_more(alice):
    await fill_profile(alice)
    before = Path(__file__).parents[1] / "content" / "published" / "procurement-2026.1.yaml"
    older = await kinds.publish(before.read_text(encoding="utf-8"))
    await write(partial(drafts.start, alice.scope, older))
    given = answers_at(older, 1)
    report = await _given(alice, "procurement", lambda question: given[question.id])
    page, sums, data = await _pages(alice, report)
    assert "Version 2026.1 of the questions" in page.text and "Version 2026.1 of the questions" in sums.text
    assert data["version"] == "2026.1" and "#deeper" not in page.links()


async def test_an_owner_alone_in_the_short_form(alice, questionnaire):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band="0", outside_work=()))
    page, _, data = await _pages(alice, await submitted(alice, questionnaire, 0, "short"))
    assert len(data["actions"]) == {"procurement": 3, "recruitment": 2}[questionnaire]
    assert "Questions about staff were left out" in page.text
    heading = {"procurement": "Three things to start", "recruitment": "Two things to start"}[questionnaire]
    assert heading in page.text and "more action" not in page.text


async def test_an_action_whose_question_is_gone(alice):
    """The report is frozen, whatever became of its actions: here they are not there at all."""
    await fill_profile(alice)
    report = await submitted(alice, "procurement", 0)
    await write(partial(sql.rows, "DELETE FROM action WHERE organisation = {}", alice.organisation))
    page, _, data = await _pages(alice, report)
    assert "Three things to start this week" in page.text
    assert {action["followed"] for action in data["actions"]} == {None}
