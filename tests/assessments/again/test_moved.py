"""What moved between two reports, question by question: only like is compared with like."""

import msgspec
import pytest
from tests.assessments.again.test_beginning import report
from tests.content.test_profiles import DEFINITIONS
from tests.support.firms import JOINERY, answers_at
from tests.support.kinds import as_version_of

from pledge.assessments.again.line import mark
from pledge.assessments.again.moved import moved
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.effort import in_depth
from pledge.questionnaires.loading import load
from pledge.questionnaires.visibility import effective_answers, words

BUYING = DEFINITIONS["procurement"]
FULL = JOINERY


def said(profile=FULL, definition=BUYING, points=2, **others):
    given = answers_at(definition, points) | {name.replace("_", "-"): answer for name, answer in others.items()}
    shown = effective_answers(definition, profile, given)
    return report(definition, profile, {name: answer for name, answer in shown.items() if answer is not None})


def kinds(found) -> dict[str, str]:
    return {row.question: row.kind for row in found.rows}


def with_points(name: str, points: int) -> Answer:
    return Answer(value=next(each.value for each in BUYING.scored_question(name).options if each.points == points))


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Some questions that are asked, with answers of 1, 2 and 3 points."""
    found = []
    for name in said().answers:
        points = [option.points for option in BUYING.scored_question(name).options]
        if {1, 2, 3} <= set(points):
            found.append(name)
    assert len(found) > 4
    return found


def test_nothing_moved(asked):
    found = moved(said(), said())
    assert found.rows == () and found.compared and found.why == "" and found.same == len(said().answers)


def test_better_worse_and_changed(asked):
    one, two, three, four = asked[:4]
    after = said()
    changes = {one: with_points(one, 3), two: with_points(two, 1), three: Answer(dont_know=True)}
    after = report(BUYING, FULL, {**said().answers, **changes})
    before = report(BUYING, FULL, {**said().answers, three: Answer(not_applicable="no"), four: Answer(dont_know=True)})
    found = moved(before, after)
    assert kinds(found) == {one: "better", two: "worse", three: "changed", four: "better"}
    row = next(row for row in found.rows if row.question == one)
    labels = {option.points: option.label for option in BUYING.scored_question(one).options}
    assert (row.before, row.after) == (labels[2], labels[3]) and row.text == words(
        BUYING, BUYING.question(one), FULL
    ).text
    assert found.same == len(said().answers) - 4
    assert [heading for heading, _ in found.by_kind][:2] == ["Better than before", "Lower than before"]


def test_the_same_points_by_another_answer_are_changed_and_no_better():
    name, values = next(
        (question.id, [each.value for each in question.options if each.points == 0])
        for question in BUYING.scored
        if question.id in said().answers and sum(each.points == 0 for each in question.options) == 1
    )
    before = report(BUYING, FULL, {**said().answers, name: Answer(value=values[0])})
    after = report(BUYING, FULL, {**said().answers, name: Answer(dont_know=True)})
    assert kinds(moved(before, after)) == {name: "changed"}


def test_across_the_forms_answers_are_compared_and_scores_are_not(asked):
    short = in_depth(FULL, "short")
    found = moved(said(short), said(points=3))
    assert not found.compared and "One of the two is of the short form" in found.why
    both = set(said(short).answers)
    assert {row.question for row in found.rows if row.kind == "new"} == set(said().answers) - both
    assert {row.kind for row in found.rows if row.question in both} <= {"better"}
    back = moved(said(points=3), said(short))
    assert {row.question for row in back.rows if row.kind == "gone"} == set(said().answers) - both


def test_of_a_newer_version_only_what_counts_the_same_is_compared(asked):
    name, other = asked[0], asked[1]
    question = BUYING.scored_question(name)
    options = tuple(
        msgspec.structs.replace(option, points=4 if option.points == 3 else option.points)
        for option in question.options
    )
    newer = _with(BUYING, name, msgspec.structs.replace(question, options=options))
    after = report(newer, FULL, {**said().answers, name: with_points(name, 2), other: with_points(other, 3)})
    found = moved(said(), after)
    assert kinds(found) == {name: "not_comparable", other: "better"}
    assert (
        not found.compared
        and found.why == "The score of that day is of earlier questions, so the two are not compared."
    )


def _with(definition, name, question):
    sections = tuple(
        msgspec.structs.replace(
            section, questions=tuple(question if each.id == name else each for each in section.questions)
        )
        for section in definition.sections
    )
    return msgspec.structs.replace(definition, version="2099.1", sections=sections)


def test_what_is_not_scored_is_changed_and_never_better():
    definition = load(as_version_of("procurement").encode()).definition
    assert definition is not None
    scored = {each.id: Answer(value=each.options[0].value) for each in definition.scored}
    text = next(each.id for each in definition.questions if type(each).__name__ == "ShortText")
    before, after = (
        report(definition, FULL, scored),
        report(definition, FULL, scored | {text: Answer(value="Ali & Ted")}),
    )
    found = moved(before, after)
    assert [(row.question, row.kind, row.before, row.after) for row in found.rows] == [
        (text, "changed", "", "In your own words")
    ]


def test_marks_of_the_line():
    assert mark("2", "full", "2", "full") == ""
    assert mark("1", "full", "2", "full") == "earlier questions"
    assert mark("2", "short", "2", "full") == "short form"
    assert mark("2", "full", "2", "short") == "all questions"
    assert mark("1", "short", "2", "full") == "earlier questions, short form"
