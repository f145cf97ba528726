from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.explaining import Improvement, explain
from pledge.questionnaires.scoring import score

DONT_KNOW, NOT_APPLICABLE = Answer(dont_know=True), Answer(not_applicable="We do none.")


def test_each_better_option_says_what_it_adds(define, make):
    question, _ = make
    definition = define([question("a", 3), question("b", 2)])
    result = score(definition, Profile(), {"a": Answer("p2"), "b": Answer("p4")})
    assert result.score == 7000  # 14 of 20
    first, second = explain(definition, result)
    assert first.improvements == (
        Improvement("p3", 3, None, 3, 1500),  # 17 of 20
        Improvement("p4", 4, None, 6, 3000),  # 20 of 20
    )
    assert second.improvements == ()


def test_an_option_that_clears_a_flag_is_better_even_for_the_same_points(define, make):
    question, _ = make
    options = [
        {"value": "harm", "label": "It happens", "points": 0, "flag": "act_first"},
        {"value": "unseen", "label": "Nobody looked", "points": 0, "flag": "check_first"},
        {"value": "none", "label": "Nothing yet", "points": 0},
        {"value": "some", "label": "Some of it", "points": 2, "flag": "foundation"},
        {"value": "all", "label": "All of it", "points": 4},
    ]
    definition = define([question("a", options=options)])
    flagged = score(definition, Profile(), {"a": Answer("harm")})
    assert [(i.value, i.flag) for i in explain(definition, flagged)[0].improvements] == [
        ("none", None),
        ("some", "foundation"),
        ("all", None),
    ]
    plain = score(definition, Profile(), {"a": Answer("none")})
    assert [i.value for i in explain(definition, plain)[0].improvements] == ["some", "all"]


def test_flags_switched_off_are_not_foretold(define, make):
    question, _ = make
    licensed = {"profile": "licensed_labour", "equals": True}
    definition = define([question("a", flags={0: "act_first", 1: "check_first"}, flags_when=licensed)])
    result = score(definition, Profile(), {"a": DONT_KNOW})
    first = explain(definition, result)[0].improvements[0]
    assert (first.value, first.flag) == ("p1", None)


def test_only_questions_that_count_are_explained(define, make):
    question, _ = make
    hidden = {"profile": "kind", "equals": "charity"}
    definition = define(
        [question("a"), question("b", not_applicable=True), question("c", show_if=hidden), question("d")]
    )
    result = score(definition, Profile(), {"a": DONT_KNOW, "b": NOT_APPLICABLE})
    (only,) = explain(definition, result)
    assert only.question == "a"
    # an answer is missing, so there is no score to add to
    assert [(i.adds_weighted_points, i.adds_score) for i in only.improvements] == [
        (1, None),
        (2, None),
        (3, None),
        (4, None),
    ]


def test_a_question_that_steers_others_says_so(fixture_definition):
    definition = fixture_definition("hidden-path")
    result = score(definition, Profile(labour=("agency",)), {"listed": Answer("no"), "induction": Answer("no")})
    assert [(found.question, found.steers) for found in explain(definition, result)] == [
        ("listed", True),
        ("induction", False),
    ]
