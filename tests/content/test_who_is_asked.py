"""Who is asked what: every condition of the two questionnaires, and what they share, so that nobody is asked twice."""

import pytest

# what a firm under 50 people is spared: what needs an office, and what it is asked in another place or in other words
NOT_FOR_SMALL = frozenset(
    (
        "p-a4", "p-b5", "p-c2", "p-c5", "p-d2", "p-d3", "p-e4", "p-f2", "p-f4",
        "r-a1", "r-a3", "r-c1", "r-c3", "r-c5", "r-e4", "r-e5", "r-f3", "r-f6",
    )
)  # fmt: skip
# what the short form leaves out
FULL_ONLY = frozenset(
    (
        "p-a2", "p-a3", "p-b2", "p-b4", "p-c1", "p-d1", "p-d5", "p-e1", "p-e2", "p-e3", "p-f1", "p-f5",
        "r-a2", "r-b1", "r-b4", "r-b6", "r-c4", "r-d1", "r-d6", "r-d7", "r-e2", "r-e6", "r-f2", "r-f5", "r-f8",
    )
)  # fmt: skip
FULL = {"profile": "depth", "equals": "full"}
LARGE = {"profile": "small", "equals": "false"}
STAFF = {"not": {"profile": "headcount_band", "equals": "0"}}
AGENCY = {"profile": "labour", "includes": "agency"}
SUBCONTRACTING = {"profile": "outside_work", "includes": "subcontracting"}
LICENSED = {"profile": "licensed_labour", "equals": "true"}
LARGE_CHARITY = [{"profile": "kind", "equals": "charity"}, {"profile": "turnover_36m", "equals": "true"}]


def test_conditions_are_those_of_the_review(questions, files):
    conditions = {name: question["show_if"] for name, question in questions.items() if "show_if" in question}
    assert conditions == {
        **dict.fromkeys(NOT_FOR_SMALL, LARGE),
        **dict.fromkeys(FULL_ONLY, FULL),
        "p-a1": STAFF,
        "p-b3": {"profile": "outside_work", "includes": "crews_on_site"},
        "p-c4": {"all": [LARGE, LICENSED, AGENCY]},
        "p-d4": {"all": [FULL, {"any": [AGENCY, SUBCONTRACTING]}]},
        "p-d7": {"all": [FULL, SUBCONTRACTING]},
        "p-f3": {"all": [FULL, STAFF]},
        "p-f6": {
            "all": [
                {"any": [LARGE, {"profile": "turnover_36m", "equals": "true"}]},
                {"not": {"all": LARGE_CHARITY}},
            ]
        },
        "p-f6-charity": {"all": LARGE_CHARITY},
        "p-c6": {"profile": "risk_sectors", "includes": "lettings"},
        "r-b5": {"profile": "labour", "includes": "sponsored"},
        "r-c2": {"any": [FULL, {"profile": "licensed_labour", "equals": "false"}]},
        "r-c6": LICENSED,
        "r-d5": {"all": [FULL, {"profile": "labour", "includes": "tied_housing"}]},
    }
    sections = {
        section["id"]: section["show_if"]
        for content in files.values()
        for section in content["sections"]
        if "show_if" in section
    }
    assert sections == {
        "agencies": AGENCY,
        **dict.fromkeys(("responsibility", "finding-people", "terms", "induction", "voice"), STAFF),
    }
    assert {name for name, question in questions.items() if "flags_when" in question} == {"p-f6"}
    business = {"profile": "kind", "equals": "business"}
    assert questions["p-f6"]["flags_when"] == {"all": [business, {"profile": "turnover_36m", "equals": "true"}]}


@pytest.mark.parametrize(
    ("key", "buying", "hiring", "apart"),
    [
        ("lead", "p-a1", "r-a1", {"action", "maps_to", "topics", "show_if", "variants"}),
        ("training", "p-a4", "r-e3", {"action", "maps_to", "topics", "show_if", "variants", "weight"}),
        ("licence", "p-c4", "r-c6", {"show_if", "page_break"}),
        ("response-plan", "p-f2", "r-f4", {"show_if"}),
    ],
)
def test_what_both_questionnaires_ask_is_asked_in_the_same_words_and_answered_once(
    questions, key, buying, hiring, apart
):
    first, second = dict(questions[buying]), dict(questions[hiring])
    assert first["reuse_key"] == second["reuse_key"] == key
    for question in (first, second):
        for part in ("id", *apart):
            question.pop(part, None)
        # that nobody is trained says more of those who hire than of those who buy
        question["options"] = [{k: v for k, v in o.items() if k != "flag"} for o in question["options"]]
    assert first == second


def test_nothing_else_is_shared(questions):
    shared = [question["reuse_key"] for question in questions.values() if "reuse_key" in question]
    assert sorted(shared) == sorted(["lead", "training", "licence", "response-plan"] * 2)
