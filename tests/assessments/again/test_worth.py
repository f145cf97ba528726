"""What another answer is worth, in words."""

import json

from tests.questionnaires.conftest import document, question

from pledge.assessments.again.worth import HONEST, makes
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.loading import published
from pledge.questionnaires.raising import Outcome, outcomes
from pledge.questionnaires.scoring import score


def words(*questions, about: str, **answers: str):
    definition = published(json.dumps(document({"only": list(questions)}))).definition
    given = {name: Answer(value) for name, value in answers.items()}
    before = score(definition, Profile(), given)
    found = outcomes(definition, Profile(), given, before, definition.question(about))
    return [makes(each, before) for each in found]


def test_the_score_and_the_level_before_and_after():
    said = words(question("a"), question("b", flags={0: "foundation"}), about="b", a="p4", b="p0")
    assert said == [
        "Your score would rise from 50% to 63%. It takes “Build the base” away.",
        "Your score would rise from 50% to 75%. Your level would be “Established”. It takes “Build the base” away.",
        "Your score would rise from 50% to 88%. Your level would be “Leading”. It takes “Build the base” away.",
        "Your score would rise from 50% to 100%. Your level would be “Leading”. It takes “Build the base” away.",
        "Your score would stay at 50%. It takes “Build the base” away.",
    ]


def test_a_little_is_said_as_a_little_and_more_questions_are_foretold():
    many = [question(f"q{n}", weight=3) for n in range(40)]
    given = {f"q{n}": "p2" for n in range(40)}
    up, *_ = words(*many, question("small", points=(0, 1, 4)), about="small", small="p0", **given)
    assert up == "Your score would rise by less than 1%, and be 50% as before."
    more = question("more", show_if={"question": "a", "gte": 3})
    assert words(question("a"), more, about="a", a="p0")[2] == "We would then ask 1 more question."


def test_no_figure_stands_beside_an_answer_that_may_mean_harm():
    said = words(question("a", flags={0: "act_first", 1: "check_first"}), question("b"), about="a", a="p2", b="p4")
    assert said[0] == HONEST and "%" not in HONEST
    assert (
        said[1] == "Your score would fall from 75% to 63%. Your level would be “Developing”. It brings “Check first”."
    )


def test_without_a_score_before_or_after():
    nothing = Outcome(Answer("x"), None, None, None, "not_assessed", (), (), ())
    definition = published(json.dumps(document({"only": [question("a")]}))).definition
    before = score(definition, Profile(), {"a": Answer("p4")})
    assert makes(nothing, before) == (
        "Too little would apply to you to give a figure. Your level would be “Not assessed”."
    )
