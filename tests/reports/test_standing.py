"""What the submissions of one questionnaire say of how a pledge is kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.support import depths
from tests.support.firms import answers_at

from pledge.assessments.submitting import Submission
from pledge.database.ids import new_id
from pledge.organisations.profile import Profile
from pledge.pledges.facts import Answer
from pledge.questionnaires.loading import load
from pledge.questionnaires.scoring import score
from pledge.reports.standing import assessed

DEFINITION = load(depths.FIXTURE.read_bytes()).definition
FIRST = date(2026, 11, 1)


def history(words: str) -> list[Submission]:
    """“short 2, full 4”: one submission a day, in that form, each answer with so many points."""
    found = []
    for day, (depth, points) in enumerate(each.split() for each in words.split(", ")):
        profile = Profile(headcount_band="1-9", depth=depth)
        result = score(DEFINITION, profile, answers_at(DEFINITION, int(points)))
        found.append(Submission(new_id(), DEFINITION.id, "9", 1, FIRST + timedelta(day), profile, result))
    return found


@pytest.mark.parametrize(
    ("submissions", "now", "before", "had_risen"),
    [
        ("short 2", 5000, None, False),
        ("short 2, short 4", 10_000, 5000, False),
        ("short 4, full 2", 5000, None, False),
        ("short 2, short 4, full 2", 5000, None, True),
        ("short 0, short 2, short 4, full 2", 5000, None, True),
        ("short 0, short 4, short 2, full 2", 5000, None, False),
        ("short 2, short 2, full 2", 5000, None, False),
        ("short 2, short 4, full 4, full 2", 5000, 10_000, False),
        ("full 2, short 0, full 4", 10_000, 5000, False),
        ("full 2, full 4, short 0", 0, None, True),
    ],
)
def test_scores_are_compared_by_one_form_and_going_deeper_takes_no_rise_away(submissions, now, before, had_risen):
    found = assessed(history(submissions), DEFINITION)
    assert (found.score, found.previous_score, found.had_risen) == (now, before, had_risen)
    assert found.submitted_on == tuple(FIRST + timedelta(day) for day in range(submissions.count(",") + 1))


def test_the_newest_answers_count_with_their_flags():
    (first, second) = history("full 4, short 0")
    found = assessed([first, second], DEFINITION)
    assert found.answers == {"first": Answer(0), "harm": Answer(0, "act_first")}
    assert found.report == f"/reports/{second.id}" and set(found.words) == {"first", "second", "harm", "training"}
    assert assessed([first], DEFINITION).answers == dict.fromkeys(("first", "second", "harm", "training"), Answer(4))


def again(submissions: list[Submission], *points: int) -> list[Submission]:
    """The same, and then with some questions answered again, on days that follow."""
    found, whole = list(submissions), submissions[-1]
    for each in points:
        (made,) = history(f"{whole.result.depth} {each}")
        found.append(replace(made, on=found[-1].on + timedelta(1), based_on=whole.id))
    return found


@pytest.mark.parametrize(
    ("submissions", "points", "before", "had_risen"),
    [
        ("full 2", (4,), 5000, False),
        ("full 2", (0, 2), 5000, False),  # nobody rises by answering worse, and then as before
        ("full 0, full 2", (2,), 0, False),  # who has risen stays so
        ("full 4, full 0", (2,), 0, False),
        ("short 2, short 4, full 2", (2,), 5000, True),
    ],
)
def test_one_question_again_is_compared_with_all_questions_and_is_no_new_assessment(
    submissions, points, before, had_risen
):
    whole = history(submissions)
    found = assessed(again(whole, *points), DEFINITION)
    assert (found.previous_score, found.had_risen) == (before, had_risen)
    assert found.submitted_on == tuple(each.on for each in whole)


def test_scores_of_two_versions_are_not_compared():
    older, newer = history("full 2, full 4")
    found = assessed([replace(older, version="8"), newer], DEFINITION)
    assert (found.previous_score, found.had_risen) == (None, False)
