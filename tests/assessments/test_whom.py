"""Whom a question is asked of, in words: each comparison that the grammar has."""

import json

import pytest

from pledge.assessments.versions.telling import told
from pledge.assessments.versions.whom import whom
from pledge.questionnaires.loading import load

FIRST = {
    "id": "first", "text": "How is it?", "weight": "1", "topics": ["training"],
    "options": [{"value": f"p{n}", "label": f"Level {n}", "points": str(n)} for n in (0, 2, 4)],
    "action": {"text": "Do it.", "due_days": "30"}, "dont_know": {"action": "Ask.", "due_days": "7"},
}  # fmt: skip
UNSCORED = [
    {"id": "people", "kind": "number", "text": "How many?", "unit": "people"},
    {"id": "when", "kind": "date", "text": "When?"},
    {"id": "what", "kind": "choices", "text": "What?",
     "options": [{"value": "ice", "label": "Ice"}, {"value": "tea", "label": "Tea"}]},
]  # fmt: skip


def said(rule, of_section=None):
    section = {"id": "only", "title": "Only", "questions": [FIRST, *UNSCORED]}
    asked = {**FIRST, "id": "last", "text": "And?"} | ({"show_if": rule} if rule else {})
    second = {"id": "second", "title": "Second", "questions": [asked]}
    second |= {"show_if": of_section} if of_section else {}
    document = {
        "schema": "1", "id": "made", "version": "1", "title": "Made", "topics": ["training"],
        "sections": [section, second],
    }  # fmt: skip
    loaded = load(json.dumps(document).encode())
    assert loaded.definition is not None, loaded.problems
    last = loaded.definition.sections[1]
    return whom(last, last.questions[0], loaded.definition)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"profile": "kind", "equals": "charity"}, "what the firm is: “A charity or community group”"),
        ({"profile": "kind", "in": ["charity", "business"]},
         "what the firm is: “A charity or community group” or “A business”"),
        ({"profile": "headcount_band", "gte": "10-49"}, "how many people work there: “10 to 49” or more"),
        ({"profile": "headcount_band", "lte": "1-9"}, "how many people work there: “1 to 9” or fewer"),
        ({"profile": "labour", "includes": "seasonal"}, "whom it has at work: “Seasonal workers”"),
        ({"profile": "small", "equals": "false"}, "fewer than 50 people: no"),
        ({"profile": "goods_abroad", "equals": "true"}, "goods from abroad: yes"),
        ({"profile": "sector", "answered": "false"}, "its main work is not known"),
        ({"profile": "depth", "equals": "full"}, "the form that it answers: “All questions”"),
        ({"not": {"profile": "small", "equals": "true"}}, "it is not so that fewer than 50 people: yes"),
        ({"question": "first", "in": ["p0", "p4"]}, "the answer to “How is it?” is “Level 0” or “Level 4”"),
        ({"question": "first", "gte": "2"}, "the answer to “How is it?” is “Level 2” or “Level 4”"),
        ({"question": "first", "lte": "0"}, "the answer to “How is it?” is “Level 0” or “Don’t know”"),
        ({"question": "first", "answered": "true"}, "the answer to “How is it?” is given"),
        ({"question": "what", "includes": "tea"}, "the answer to “What?” has “Tea” among it"),
        ({"question": "people", "gte": "5"}, "the answer to “How many?” is 5 people or more"),
        ({"question": "people", "lt": "5"}, "the answer to “How many?” is less than 5 people"),
        ({"question": "when", "gte": "2026-01-05"}, "the answer to “When?” is 5 January 2026 or later"),
        ({"all": [{"profile": "small", "equals": "true"},
                  {"any": [{"profile": "kind", "equals": "business"}, {"question": "first", "answered": "true"}]}]},
         "fewer than 50 people: yes and (what the firm is: “A business” or the answer to “How is it?” is given)"),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_words(rule, words):
    assert said(rule) == f"It is asked where {words}."


def test_what_has_no_condition_is_asked_of_everybody_and_that_of_its_part_counts():
    assert said(None) == "Every firm is asked it."
    assert said(None, {"profile": "small", "equals": "true"}) == "It is asked where fewer than 50 people: yes."


def test_every_fact_that_steers_has_a_name():
    from pledge.assessments.versions.whom import _FACTS
    from pledge.organisations.profile import FIELDS

    assert set(_FACTS) == {name for name, field in FIELDS.items() if field.steers}


def test_what_an_answer_gives_to_do_is_told_in_one_list_and_whole():
    def version(question):
        sections = [{"id": "only", "title": "Only", "questions": [question]}]
        top = {"schema": "1", "id": "made", "version": "1", "title": "Made", "topics": ["training"]}
        return load(json.dumps({**top, "sections": sections}).encode()).definition

    long = ("Begin here. " * 30).strip()
    newer = {**FIRST, "options": [*FIRST["options"]]}
    newer["options"][1] = {**FIRST["options"][1], "action": {"text": long, "due_days": "7"}}
    del newer["dont_know"]
    (about,) = told(version(FIRST), version(newer))["review"]
    begin, ask = about.changes
    assert (begin.what, begin.message, begin.many) == ("The answer “Level 2”: What to do", "", 2)
    assert begin.inside == (f"Its words: nothing → “{long}”", "Days to do it: nothing → “7”")
    assert (ask.what, ask.inside) == (
        "“Don’t know”", ("What to do: “Ask.” → nothing", "Days to do it: “7” → nothing"),
    )  # fmt: skip
    assert about.count == 4
