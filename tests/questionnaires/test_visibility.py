import pytest

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.visibility import (
    Page,
    effective_answers,
    pages,
    shown_pages,
    steering_questions,
    words,
)

AGENCY = Profile(labour=("agency",))
YES, NO = Answer("yes"), Answer("no")


@pytest.mark.parametrize(
    ("profile", "answers", "shown"),
    [
        (Profile(), {}, "induction no-agency-visit"),
        (AGENCY, {}, "listed induction no-agency-visit"),
        (AGENCY, {"listed": NO}, "listed induction no-agency-visit"),
        (AGENCY, {"listed": YES}, "listed visited induction no-agency-visit"),
        (AGENCY, {"listed": YES, "visited": NO}, "listed visited written induction no-agency-visit"),
        (AGENCY, {"listed": YES, "visited": YES}, "listed visited written induction"),
    ],
)
def test_each_answer_opens_the_path_behind_it(fixture_definition, profile, answers, shown):
    definition = fixture_definition("hidden-path")
    assert tuple(effective_answers(definition, profile, answers)) == tuple(shown.split())


def test_an_answer_left_behind_counts_as_unanswered(fixture_definition):
    definition = fixture_definition("hidden-path")
    left = {"listed": YES, "visited": YES, "written": YES}
    for profile, answers in ((Profile(), left), (AGENCY, left | {"listed": NO})):
        shown = tuple(effective_answers(definition, profile, answers))
        assert "visited" not in shown
        assert "written" not in shown
        assert "no-agency-visit" in shown


def test_effective_answers_are_the_effective_answers_with_theirs(fixture_definition):
    definition = fixture_definition("hidden-path")
    answers = {"visited": YES, "induction": NO, "listed": NO}
    assert effective_answers(definition, AGENCY, answers) == {
        "listed": NO,
        "induction": NO,
        "no-agency-visit": None,
    }


def test_a_page_has_four_questions_at_most_and_breaks_where_it_must(fixture_definition):
    assert pages(fixture_definition("pages")) == (
        Page("long", 1, ("long-1", "long-2", "long-3", "long-4")),
        Page("long", 2, ("long-5", "long-6")),
        Page("broken", 1, ("broken-1",)),
        Page("broken", 2, ("broken-2", "broken-3")),
        Page("chained", 1, ("chained-1",)),
        Page("chained", 2, ("chained-2", "chained-3", "chained-4")),
    )


def test_shown_pages_keep_their_numbers(fixture_definition):
    definition = fixture_definition("pages")
    shown = shown_pages(definition, tuple(effective_answers(definition, Profile(), {"broken-1": YES})))
    assert shown[-2:] == (Page("chained", 1, ("chained-1",)), Page("chained", 2, ("chained-3",)))
    unanswered = tuple(effective_answers(definition, Profile(), {}))
    assert shown_pages(definition, unanswered)[-1] == Page("chained", 1, ("chained-1",))


def test_a_page_break_on_the_first_question_makes_no_empty_page(define, make):
    question, _ = make
    definition = define([question("a", page_break=True), question("b")])
    assert pages(definition) == (Page("only", 1, ("a", "b")),)


def test_the_first_variant_that_fits_replaces_the_words(fixture_definition):
    definition = fixture_definition("whole-format")
    fees = definition.question("fees")
    small = words(definition, fees, Profile(headcount_band="1-9"))
    assert small.text == "Has anyone here paid money to get the job?"
    assert small.hint == "Ask each person alone."
    assert small.labels == {
        "someone-paid": "Someone has",
        "never-asked": "You have never asked",
        "asked-once": "No, we asked once",
        "asked-always": "No, we ask everyone",
    }
    assert small.variant == 0


def test_without_a_fitting_variant_the_words_are_the_questions_own(fixture_definition):
    definition = fixture_definition("whole-format")
    fees = definition.question("fees")
    own = words(definition, fees, Profile(headcount_band="250+"))
    assert (own.text, own.hint, own.variant) == (fees.text, fees.hint, None)
    assert list(own.labels.values()) == [option.label for option in fees.options]


def test_a_variant_keeps_what_it_does_not_replace(define, make):
    question, _ = make
    variants = [
        {"when": {"profile": "kind", "equals": "charity"}, "hint": "For charities."},
        {"when": {"profile": "small", "equals": True}, "text": "For the small."},
    ]
    definition = define([question("a", hint="For all.", variants=variants)])
    asked = definition.question("a")
    charity = words(definition, asked, Profile(kind="charity", headcount_band="1-9"))
    assert (charity.text, charity.hint, charity.variant) == ("How is a?", "For charities.", 0)
    small = words(definition, asked, Profile(kind="business", headcount_band="1-9"))
    assert (small.text, small.hint, small.variant) == ("For the small.", "For all.", 1)


def test_the_questions_that_steer_others_are_known(fixture_definition):
    assert steering_questions(fixture_definition("hidden-path")) == {"listed", "visited"}
    assert steering_questions(fixture_definition("smallest")) == frozenset()
