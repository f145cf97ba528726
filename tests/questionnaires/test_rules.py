import pytest

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.rules import leaves, questions_of
from pledge.questionnaires.visibility import effective_answers

FULL, PART, NONE = Answer("full"), Answer("part"), Answer("none")
DONT_KNOW, NOT_APPLICABLE = Answer(dont_know=True), Answer(not_applicable="We do none.")


def shown(definition, profile=None, answer=None):
    answers = {} if answer is None else {"base": answer}
    return set(effective_answers(definition, profile or Profile(), answers)) - {"base"}


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("q-in", {FULL, PART}),
        ("q-equals", {PART}),
        ("q-gte", {FULL, PART}),
        ("q-lte", {PART, NONE, DONT_KNOW}),
        ("q-answered", {FULL, PART, NONE, DONT_KNOW, NOT_APPLICABLE}),
        ("q-not-answered", {None}),
        ("not", {None, NONE, DONT_KNOW, NOT_APPLICABLE}),
    ],
)
def test_a_comparison_with_a_question_holds_for_these_answers_only(fixture_definition, name, holds):
    definition = fixture_definition("conditions")
    for answer in (None, FULL, PART, NONE, DONT_KNOW, NOT_APPLICABLE):
        assert (name in shown(definition, answer=answer)) is (answer in holds), answer


@pytest.mark.parametrize(
    ("name", "holds", "fails"),
    [
        ("p-in", [{"sector": "A"}, {"sector": "C"}], [{}, {"sector": "B"}]),
        ("p-equals", [{"kind": "charity"}], [{}, {"kind": "business"}]),
        ("p-includes", [{"labour": ("agency", "seasonal")}], [{}, {"labour": ("agency",)}]),
        (
            "p-gte",
            [{"headcount_band": "50-249"}, {"headcount_band": "250+"}],
            [{}, {"headcount_band": "10-49"}],
        ),
        (
            "p-lte",
            [{"headcount_band": "10-49"}, {"headcount_band": "1-9"}],
            [{}, {"headcount_band": "50-249"}],
        ),
        ("p-true", [{"turnover_36m": True}], [{}, {"turnover_36m": False}]),
        ("p-false", [{"turnover_36m": False}], [{}, {"turnover_36m": True}]),
        ("p-answered", [{"goods_abroad": True}, {"goods_abroad": False}], [{}]),
        ("p-chosen", [{"outside_work": ("subcontracting",)}], [{}]),
        ("p-small", [{"headcount_band": "1-9"}], [{}, {"headcount_band": "250+"}]),
        ("p-licensed", [{"risk_sectors": ("care", "shellfish")}], [{}, {"risk_sectors": ("care",)}]),
    ],
)
def test_a_comparison_with_the_profile_holds_for_these_facts_only(fixture_definition, name, holds, fails):
    definition = fixture_definition("conditions")
    for facts in holds:
        assert name in shown(definition, Profile(**facts)), facts
    for facts in fails:
        assert name not in shown(definition, Profile(**facts)), facts


@pytest.mark.parametrize(
    ("kind", "answer", "both", "either"),
    [
        ("charity", FULL, True, True),
        ("charity", NONE, False, True),
        ("business", FULL, False, True),
        ("business", NONE, False, False),
    ],
)
def test_all_needs_each_part_and_any_needs_one(fixture_definition, kind, answer, both, either):
    found = shown(fixture_definition("conditions"), Profile(kind=kind), answer)
    assert ("all" in found) is both
    assert ("any" in found) is either


def test_the_questions_of_a_condition_are_found_at_any_depth(fixture_definition):
    definition = fixture_definition("whole-format")
    rule = definition.question("fees").show_if
    assert questions_of(rule) == {"hires"}
    assert questions_of(None) == frozenset()
    assert [leaf.profile or leaf.question for leaf in leaves(rule)] == ["labour", "hires"]


@pytest.mark.parametrize(("least", "holds"), [(0, True), (1, False)])
def test_dont_know_has_no_points_to_compare(define, make, least, holds):
    question, _ = make
    rule = {"question": "base", "gte": least}
    definition = define([question("base"), question("next", show_if=rule)])
    assert ("next" in shown(definition, answer=DONT_KNOW)) is holds
    assert "next" in shown(definition, answer=Answer("p1"))
