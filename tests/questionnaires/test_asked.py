"""What can be asked of an organisation before it has answered anything, and the words for what that depends on."""

import pytest

from pledge.organisations.profile import Profile
from pledge.questionnaires.asked import asked, steering_facts

AGENCY = Profile(labour=("agency",))


def said(definition, profile):
    return [(each.number, each.question.id, each.only_if) for each in asked(definition, profile)]


def test_what_the_profile_settles_is_settled(fixture_definition):
    assert said(fixture_definition("hidden-path"), Profile()) == [
        (1, "induction", ""),
        (2, "no-agency-visit", ""),  # nobody can have said that they visit
    ]


def test_what_depends_on_answers_is_said_in_words(fixture_definition):
    assert said(fixture_definition("hidden-path"), AGENCY) == [
        (1, "listed", ""),
        (2, "visited", "Only if you answered “Yes” to question 1."),
        (3, "written", "Only if you answered question 2."),
        (4, "induction", ""),
        (5, "no-agency-visit", "Only if you did not answer “Yes” to question 2."),
    ]


ONE, TWO, THREE = ({"question": name, "equals": "p0"} for name in ("one", "two", "three"))
CHARITY = {"profile": "kind", "equals": "charity"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ONE, "you answered “Level 0” to question 1"),
        ({"question": "one", "in": ["p0", "p3"]}, "you answered “Level 0” or “Level 3” to question 1"),
        ({"question": "one", "gte": 3}, "you answered “Level 3” or “Level 4” to question 1"),
        ({"question": "one", "lte": 1}, "you answered “Level 0” or “Level 1” or “Don’t know” to question 1"),
        ({"question": "one", "answered": True}, "you answered question 1"),
        ({"question": "one", "answered": False}, "you did not answer question 1"),
        ({"not": {"question": "one", "answered": True}}, "you did not answer question 1"),
        ({"not": {"question": "one", "answered": False}}, "you answered question 1"),
        ({"not": {"not": ONE}}, "you answered “Level 0” to question 1"),
        (
            {"all": [ONE, TWO]},
            "you answered “Level 0” to question 1 and you answered “Level 0” to question 2",
        ),
        (
            {"any": [ONE, TWO, THREE]},
            "you answered “Level 0” to question 1 or you answered “Level 0” to question 2 or "
            "you answered “Level 0” to question 3",
        ),
        (
            {"not": {"any": [ONE, TWO]}},
            "you did not answer “Level 0” to question 1 and you did not answer “Level 0” to question 2",
        ),
        (
            {"not": {"all": [ONE, TWO]}},
            "you did not answer “Level 0” to question 1 or you did not answer “Level 0” to question 2",
        ),
        (
            {"all": [ONE, {"any": [TWO, THREE]}]},
            "you answered “Level 0” to question 1 and either you answered “Level 0” to question 2 or "
            "you answered “Level 0” to question 3",
        ),
        (
            {"any": [ONE, {"all": [TWO, THREE]}]},
            "you answered “Level 0” to question 1 or both you answered “Level 0” to question 2 and "
            "you answered “Level 0” to question 3",
        ),
        (
            {"all": [ONE, {"all": [TWO, THREE]}]},
            "you answered “Level 0” to question 1, you answered “Level 0” to question 2 and "
            "you answered “Level 0” to question 3",
        ),
        # a part that the profile decides is not on paper
        ({"all": [{"not": CHARITY}, ONE]}, None),
        ({"all": [CHARITY, ONE]}, "you answered “Level 0” to question 1"),
        ({"any": [{"profile": "small", "equals": True}, ONE]}, "you answered “Level 0” to question 1"),
    ],
)
def test_words_of_conditions(make, define, rule, words):
    question, _ = make
    definition = define([question("one"), question("two"), question("three"), question("last", show_if=rule)])
    last = asked(definition, Profile(kind="charity"))[-1]
    assert last.question.id == ("last" if words else "three")
    assert last.only_if == (f"Only if {words}." if words else "")


def test_a_label_is_the_one_that_this_organisation_reads(make, define):
    question, _ = make
    small = {"when": {"profile": "small", "equals": True}, "options": {"p0": "Not you"}}
    definition = define([question("one", variants=[small]), question("last", show_if=ONE)])
    assert (
        asked(definition, Profile(headcount_band="1-9"))[1].only_if == "Only if you answered “Not you” to question 1."
    )


def test_a_section_and_its_question_depend_on_both(make, define):
    question, _ = make
    definition = define(
        {
            "first": [question("one"), question("two")],
            "second": {"questions": [question("last", show_if=TWO)], "show_if": ONE},
        }
    )
    assert asked(definition, Profile())[2].only_if == (
        "Only if you answered “Level 0” to question 1 and you answered “Level 0” to question 2."
    )


def test_the_facts_that_steer_are_those_that_show_hide_or_reword(make, define):
    question, _ = make
    words = {"when": CHARITY, "text": "Other words?"}
    small = {"profile": "small", "equals": True}
    definition = define(
        {
            "first": {
                "questions": [question("one", variants=[words])],
                "show_if": small,
            },
            "second": [
                question("two", show_if={"any": [ONE, {"not": {"profile": "licensed_labour", "equals": True}}]}),
                question("three", flags={0: "act_first"}, flags_when={"profile": "turnover_36m", "equals": True}),
            ],
        }
    )
    assert steering_facts(definition) == {"headcount_band", "kind", "risk_sectors"}


def test_figures_dates_and_choices_are_said_in_words(fixture_definition):
    found = {name: words for _, name, words in said(fixture_definition("kinds"), Profile()) if words}
    assert found == {
        "longest-shift": "Only if your answer to question 1 is 50 people or more.",
        "agency-share": "Only if you answered question 3 and your answer to question 3 is not less than £500.",
        "agency-name": "Only if you chose “Through an agency” in question 6.",
        "learned": (
            "Only if your answer to question 5 is before 1 March 2026 and you did not choose “None of these” in "
            "question 6."
        ),
    }
