"""What is shown of answers and of reports: never what may describe harm, nor anything that gives it away."""

from datetime import date

import msgspec
import pytest
from tests.asking.making import quick_check
from tests.support.firms import JOINERY, answers_at

from pledge.asking import summaries
from pledge.asking.summaries import Summary
from pledge.assessments import definitions
from pledge.assessments.quick.quick_check import describes_harm
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.questionnaires.scoring import score

DAY = date(2026, 11, 20)
DONT_KNOW = Answer(dont_know=True)
REPORTS = [(name, definitions.current(name)) for name in ASSESSMENTS]


def shown(**others) -> Summary:
    given = answers_at(quick_check(), 3) | {name.replace("_", "-"): answer for name, answer in others.items()}
    return summaries.of_answers(quick_check(), given)


def test_what_is_known_and_raises_no_flag_is_shown_in_words():
    found = shown()
    assert found.asked == len(found.answers) == 10
    question = quick_check().question("fees")
    assert found.answers[0].question == question.text
    assert found.answers[0].answer == "We asked everyone, but it is not in writing. None had paid, or all is paid back"
    assert "score" not in summaries.encode(found)


@pytest.mark.parametrize("question", quick_check().questions, ids=lambda question: question.id)
def test_an_answer_with_a_flag_leaves_the_same_gap_as_dont_know(question):
    """So nobody can tell which of them was given: of all answers to a question that are not shown, none differs."""
    name = question.id.replace("-", "_")
    hidden = {shown(**{name: DONT_KNOW}).digest}
    for option in question.options:
        found = shown(**{name: Answer(value=option.value)})
        if option.flag:
            hidden.add(found.digest)
        else:
            assert option.label in summaries.encode(found)
    assert len(hidden) == 1


def test_what_is_not_shown_stays_with_the_supplier():
    given = answers_at(quick_check(), 3) | {"fees": Answer(value="someone-paid"), "plan": DONT_KNOW}
    assert [said.answer for said in summaries.kept(quick_check(), given)] == [
        "Yes, and someone has not had it all back",
        "Don’t know",
    ]
    assert len(summaries.of_answers(quick_check(), given).answers) == 8


def test_why_something_does_not_apply_is_shown_as_it_was_written():
    assert "Does not apply: We sell our time" in summaries.encode(
        shown(origin=Answer(not_applicable="We sell our time"))
    )


def test_harm_is_what_means_act_first_and_nothing_less():
    assert describes_harm(quick_check(), {"papers": Answer(value="we-do")})
    assert not describes_harm(quick_check(), {"papers": Answer(value="not-checked"), "fees": DONT_KNOW})


def report(definition, points, **others) -> Summary:
    given = answers_at(definition, points) | others
    return summaries.of_report(definition, score(definition, JOINERY, given), "Acme Ltd", DAY)


@pytest.mark.parametrize(("name", "definition"), REPORTS, ids=[name for name, _ in REPORTS])
def test_no_answer_that_can_mean_harm_changes_what_is_shown_of_a_report(name, definition):
    before = report(definition, 3)
    assert before.title == definition.title and before.on == DAY and before.parts and before.level == "Established"
    for question in definition.questions:
        if question.may_mean_harm:
            for answer in [DONT_KNOW, *(Answer(value=option.value) for option in question.options)]:
                assert report(definition, 3, **{question.id: answer}) == before


def test_a_part_of_a_report_is_the_sum_of_what_is_left():
    definition = definitions.current("recruitment")
    result = score(definition, JOINERY, answers_at(definition, 3))
    found = report(definition, 3)
    for part in found.parts:
        (section,) = [each for each in definition.sections if each.title == part.title]
        rows = [row for row in result.questions if row.section == section.id and row.points is not None]
        rows = [row for row in rows if not definition.question(row.id).may_mean_harm]
        points, most = sum(row.weight * row.points for row in rows), sum(row.weight * 4 for row in rows)
        assert part.score == round(10_000 * points / most) and part.level in ("Established", "Leading")
    assert report(definition, 0).level == "Starting"
    assert report(definition, 4, **{"r-f1": Answer(value="none")}).level == "Developing"  # a base is missing


def test_parts_of_which_nothing_is_shown_are_named_whatever_was_answered():
    definition = definitions.current("recruitment")
    short = msgspec.structs.replace(JOINERY, depth="short")
    found = [
        summaries.of_report(definition, score(definition, short, answers_at(definition, points)), "Acme Ltd", DAY)
        for points in (0, 4)
    ]
    assert found[0].left_out == found[1].left_out == (
        "Who is in charge, and your rules", "Finding and choosing people", "Agencies and labour providers",
        "Terms, pay and documents",
    )  # fmt: skip
    assert [part.title for part in found[0].parts] == ["When people start", "Speaking up", "Training, signs and a plan"]
    whole = report(definition, 3)
    assert len(whole.parts) + len(whole.left_out) == 7
    assert summaries.of_answers(quick_check(), {}).left_out == ()


def test_what_was_shared_before_parts_were_named_is_read_as_it_is():
    old = summaries.encode(report(definitions.current("recruitment"), 3)).partition(',"left_out"')[0] + "}"
    assert summaries.decode(old).left_out == ()


def test_consent_names_exactly_what_it_is_given_to():
    found = shown()
    assert summaries.decode(summaries.encode(found)) == found and len(found.digest) == 64
    assert found.digest == shown().digest != shown(plan=Answer(value="call-someone")).digest


def test_a_part_of_which_most_does_not_apply_has_no_level():
    definition = definitions.current("procurement")
    nothing = {
        question.id: Answer(not_applicable="We buy nothing") for question in definition.questions
        if question.not_applicable
    }  # fmt: skip
    found = {part.title: part for part in report(definition, 3, **nothing).parts}
    assert found["Knowing your supply chain"].level == "Not assessed"  # 12 of 32 weighted points are left
    assert found["Knowing your supply chain"].score == 7500
    nothing_left = summaries._sums([])
    assert nothing_left.score() is None and summaries._level(nothing_left) == "Not assessed"
