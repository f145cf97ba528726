"""Which questions may leave an organisation: none that an answer which can mean harm could change."""

import pytest

from pledge.assessments import definitions
from pledge.questionnaires.definition import Question
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.questionnaires.loading import load
from pledge.questionnaires.shareable import shareable

HEAD = """
schema: 1
id: chain
version: "1"
title: A chain
language: en
estimated_minutes: 1
topics: [legal]
sections:
"""
QUESTION = """
      - id: {id}
        text: Is {id} so?
        weight: 1
        options:
          - {{value: "no", label: "No", points: 0{flag}}}
          - {{value: "yes", label: "Yes", points: 4}}
        action: {{text: Make it so, why: It helps, due_days: 30}}
        topics: [legal]
"""


def question(name: str, show_if: str = "", *, harm: bool = False) -> str:
    text = QUESTION.format(id=name, flag=", flag: act_first" if harm else "")
    return text + (f"        show_if: {show_if}\n" if show_if else "")


def section(name: str, *questions: str, show_if: str = "") -> str:
    condition = f"    show_if: {show_if}\n" if show_if else ""
    return f"  - id: {name}\n    title: {name}\n{condition}    questions:\n" + "".join(questions)


def test_what_is_asked_only_after_harm_tells_of_it_however_long_the_chain():
    text = HEAD + "".join([
        section("one", question("plain"), question("harm", harm=True),
                question("after", "{question: harm, in: ['yes']}"),
                question("beside", "{question: plain, in: ['yes']}")),
        section("two", question("second", "{not: {question: after, answered: true}}"), question("free")),
        section("three", question("inside"), show_if="{question: second, in: ['yes']}"),
        section("four", question("last", "{any: [{question: inside, in: ['no']}, {profile: small, equals: true}]}")),
    ])  # fmt: skip
    loaded = load(text.encode())
    assert loaded.definition is not None, [problem.message for problem in loaded.problems]
    assert shareable(loaded.definition) == {"plain", "beside", "free"}


@pytest.mark.parametrize("name", ASSESSMENTS)
def test_of_our_questionnaires_only_what_can_mean_harm_stays(name):
    definition = definitions.current(name)
    assert definition is not None
    left_out = {question.id for question in definition.questions if isinstance(question, Question)}
    left_out -= shareable(definition)
    assert left_out == {question.id for question in definition.scored if question.may_mean_harm}
    assert len(left_out) == {"procurement": 3, "recruitment": 8}[name]
