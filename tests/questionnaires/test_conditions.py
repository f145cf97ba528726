import json

import pytest

from pledge.questionnaires.loading import load


@pytest.fixture
def problems_with(make):
    """Return a function from a condition to the problems of a questionnaire that uses it."""
    question, document = make

    def problems(rule, section_rule=None):
        second = {"questions": [question("last", show_if=rule)]}
        if section_rule:
            second["show_if"] = section_rule
        first = [question("base", points=(0, 2, 4), not_applicable=True), question("other")]
        data = document({"first": first, "second": second})
        return load(json.dumps(data).encode()).problems

    return problems


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [{"question": "base", "equals": "p0"}, {"question": "base", "equals": "p2"}]},
        {"all": [{"question": "base", "in": ["p0"]}, {"not": {"question": "base", "answered": True}}]},
        {"all": [{"question": "base", "gte": 4}, {"question": "base", "lte": 2}]},
        {"all": [{"profile": "kind", "equals": "charity"}, {"profile": "kind", "equals": "business"}]},
        {"all": [{"profile": "small", "equals": True}, {"profile": "headcount_band", "in": ["250+"]}]},
        {"all": [{"profile": "small", "equals": True}, {"profile": "headcount_band", "gte": "50-249"}]},
        {
            "all": [
                {"profile": "licensed_labour", "equals": False},
                {"profile": "risk_sectors", "includes": "shellfish"},
            ]
        },
        {
            "all": [
                {"profile": "licensed_labour", "equals": True},
                {"not": {"profile": "risk_sectors", "answered": True}},
            ]
        },
        {"not": {"any": [{"question": "base", "answered": True}, {"question": "base", "answered": False}]}},
        {"all": [{"question": "base", "lte": 2}, {"question": "base", "gte": 3}]},
        {"all": [{"profile": "turnover_36m", "equals": True}, {"profile": "turnover_36m", "equals": False}]},
    ],
)
def test_a_condition_that_nothing_can_meet_is_an_error(problems_with, rule):
    assert codes(problems_with(rule)) == ["condition-never"]


@pytest.mark.parametrize(
    "rule",
    [
        {"any": [{"profile": "small", "equals": True}, {"not": {"profile": "small", "equals": True}}]},
        {"not": {"all": [{"question": "base", "equals": "p0"}, {"question": "base", "equals": "p2"}]}},
        {"profile": "small", "answered": True},
    ],
)
def test_a_condition_that_is_always_met_is_a_warning(problems_with, rule):
    problems = problems_with(rule)
    assert codes(problems) == ["condition-always"]
    assert problems[0].severity == "warning"


@pytest.mark.parametrize(
    "rule",
    [
        {"question": "base", "lte": 0},
        {"all": [{"question": "base", "answered": True}, {"not": {"question": "base", "gte": 0}}]},  # n/a
        {"all": [{"question": "base", "lte": 0}, {"not": {"question": "base", "equals": "p0"}}]},  # don't know
        {
            "all": [
                {"profile": "licensed_labour", "equals": True},
                {"not": {"profile": "risk_sectors", "includes": "shellfish"}},
            ]
        },
        {
            "all": [
                {"profile": "licensed_labour", "equals": False},
                {"profile": "risk_sectors", "answered": True},
            ]
        },
        {"profile": "outside_work", "answered": True},
        {
            "all": [
                {"profile": "labour", "includes": "agency"},
                {"not": {"profile": "labour", "includes": "seasonal"}},
            ]
        },
        {"profile": "headcount_band", "gte": "50-249"},
        {"profile": "turnover_36m", "answered": False},
        {"any": [{"profile": "turnover_36m", "equals": True}, {"profile": "turnover_36m", "answered": False}]},
    ],
)
def test_a_condition_that_can_be_met_and_fail_is_fine(problems_with, rule):
    assert problems_with(rule) == ()


def test_a_condition_and_its_sections_must_be_met_together(problems_with):
    rule, section_rule = {"question": "base", "gte": 4}, {"question": "base", "lte": 2}
    (problem,) = problems_with(rule, section_rule)
    assert problem.code == "condition-never"
    assert "together with the condition of its section" in problem.message
    assert problems_with(rule, {"question": "base", "gte": 2}) == ()


def test_a_section_that_is_never_shown_is_reported_once(problems_with):
    never = {"all": [{"question": "base", "gte": 4}, {"question": "base", "lte": 2}]}
    (problem,) = problems_with({"question": "base", "gte": 2}, never)
    assert problem.where == "section second › show_if"


@pytest.mark.parametrize(
    ("rule", "code", "place"),
    [
        ({"question": "base", "includes": "p0"}, "wrong-comparison", "includes"),
        ({"question": "base", "gte": 5}, "wrong-comparison", "gte"),
        ({"question": "base", "lte": "half"}, "wrong-comparison", "lte"),
        ({"question": "base", "equals": "p3"}, "unknown-option", "equals"),
        ({"question": "base", "in": ["p0", "p3"]}, "unknown-option", "in"),
        ({"question": "last", "answered": True}, "later-question", "question"),
        ({"question": "nowhere", "answered": True}, "unknown-question", "question"),
        ({"profile": "colour", "equals": "red"}, "unknown-profile-key", "profile"),
        ({"profile": "postcode", "answered": True}, "unknown-profile-key", "profile"),
        ({"profile": "small", "in": ["true"]}, "wrong-comparison", "in"),
        ({"profile": "small", "equals": "yes"}, "unknown-profile-value", "equals"),
        ({"profile": "kind", "gte": "charity"}, "wrong-comparison", "gte"),
        ({"profile": "kind", "includes": "charity"}, "wrong-comparison", "includes"),
        ({"profile": "labour", "in": ["agency"]}, "wrong-comparison", "in"),
        ({"profile": "labour", "includes": "robots"}, "unknown-profile-value", "includes"),
        ({"profile": "headcount_band", "lte": "49"}, "unknown-profile-value", "lte"),
    ],
)
def test_a_comparison_that_does_not_suit_is_reported_where_it_stands(problems_with, rule, code, place):
    (problem,) = problems_with(rule)
    assert problem.code == code
    assert problem.where == f"question last › show_if › {place}"


def test_every_part_of_a_condition_is_checked(problems_with):
    rule = {
        "all": [
            {"question": "nowhere", "answered": True},
            {"any": [{"profile": "colour", "equals": "red"}, {"not": {"question": "base", "equals": "p9"}}]},
        ]
    }
    found = sorted((problem.code, problem.where) for problem in problems_with(rule))
    assert found == [
        ("unknown-option", "question last › show_if › all 2 › any 2 › not › equals"),
        ("unknown-profile-key", "question last › show_if › all 2 › any 1 › profile"),
        ("unknown-question", "question last › show_if › all 1 › question"),
    ]


def test_a_condition_with_an_unsound_part_is_not_tried_out(problems_with):
    never = {"all": [{"question": "base", "equals": "p9"}, {"question": "base", "equals": "p0"}]}
    assert codes(problems_with(never)) == ["unknown-option"]
    unsound = {"question": "base", "equals": "p9"}
    assert codes(problems_with(unsound, {"question": "base", "gte": 2})) == ["unknown-option"]


def test_a_fact_that_steers_nothing_is_answered_with_those_that_do(problems_with):
    (problem,) = problems_with({"profile": "postcode", "answered": True})
    assert problem.message == (
        "“postcode” is not a profile field that can steer questions; those are kind, sector, risk_sectors, "
        "headcount_band, turnover_36m, labour, outside_work, goods_abroad, goods_bought, "
        "listed_goods, depth, licensed_labour, small."
    )


def test_a_section_cannot_depend_on_its_own_question(make):
    question, document = make
    data = document({"only": {"questions": [question("a")], "show_if": {"question": "a", "answered": True}}})
    (problem,) = load(json.dumps(data).encode()).problems
    assert (problem.code, problem.where) == ("later-question", "section only › show_if › question")


def test_a_condition_as_deep_as_a_file_may_be_is_read(problems_with):
    rule = {"question": "base", "equals": "p0"}
    for _ in range(34):  # sections, section, questions, question, and the comparison itself
        rule = {"not": rule}
    assert problems_with(rule) == ()


@pytest.mark.parametrize(
    ("kind", "key"),
    [("number", "least"), ("number", "most"), ("percentage", "decimals"), ("date", "earliest"), ("date", "latest")],
)
def test_of_an_answer_that_is_not_clear_no_condition_is_called_impossible(make, kind, key):
    question, document = make
    wrong = {"id": "wrong", "kind": kind, "text": "What?", key: "?"}

    def places(rule):
        data = document({"only": [wrong, question("a"), question("last", show_if=rule)]})
        return [problem.where for problem in load(json.dumps(data).encode()).problems]

    answered = {"question": "wrong", "answered": True}
    assert places({"all": [answered, {"not": answered}]}) == [f"question wrong › {key}", "question last › show_if"]
    below = {"question": "wrong", "lt": "2020-01-01" if kind == "date" else "0"}
    assert places(below) == [f"question wrong › {key}"]
