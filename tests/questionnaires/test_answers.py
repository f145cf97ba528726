import pytest

from pledge.questionnaires.answers import Answer, parse_answers


@pytest.fixture(scope="module")
def definition(define, make):
    question, _ = make
    return define(
        [
            question("plain", points=(0, 4)),
            question("optional", not_applicable=True),
            question("harm", flags={0: "act_first"}),
        ]
    )


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"value": "p4"}, Answer("p4")),
        ({"value": "p4", "dont_know": False, "not_applicable": None, "note": None}, Answer("p4")),
        ({"dont_know": True}, Answer(dont_know=True)),
        ({"not_applicable": "  We have no agencies.  "}, Answer(not_applicable="We have no agencies.")),
        ({"not_applicable": "x" * 500}, Answer(not_applicable="x" * 500)),
        ({"value": "p0", "note": "See the file."}, Answer("p0", note="See the file.")),
        ({"value": "p0", "note": ""}, Answer("p0")),
        ({"dont_know": True, "note": "x" * 2000}, Answer(dont_know=True, note="x" * 2000)),
    ],
)
def test_an_answer_is_read_from_its_json_form(definition, raw, answer):
    assert parse_answers(definition, {"optional": raw}) == ({"optional": answer}, ())


@pytest.mark.parametrize("raw", [None, {}, {"value": None}, {"dont_know": False}, {"note": "Later."}])
def test_an_empty_answer_is_no_answer(definition, raw):
    assert parse_answers(definition, {"plain": raw}) == ({}, ())


@pytest.mark.parametrize(
    ("name", "raw", "code", "message"),
    [
        ("plain", "p4", "answer-shape", 'The answer to plain is not in the form {"value": "…"}'),
        ("plain", ["p4"], "answer-shape", 'The answer to plain is not in the form {"value": "…"}'),
        (
            "plain",
            {"value": 4},
            "answer-shape",
            "The answer to plain has “value” with a value that is not a text",
        ),
        (
            "plain",
            {"dont_know": "true"},
            "answer-shape",
            "The answer to plain has “dont_know” with a value that is not true or false",
        ),
        (
            "optional",
            {"not_applicable": True},
            "answer-shape",
            "The answer to optional has “not_applicable” with a value that is not a text",
        ),
        (
            "plain",
            {"value": "p4", "points": 4},
            "answer-shape",
            "The answer to plain has “points”; it has only value, dont_know, not_applicable, note",
        ),
        (
            "plain",
            {"value": "p4", "dont_know": True},
            "answer-ambiguous",
            "The answer to plain says more than one of value, dont_know and not_applicable",
        ),
        (
            "optional",
            {"not_applicable": "", "dont_know": True},
            "answer-ambiguous",
            "The answer to optional says more than one of value, dont_know and not_applicable",
        ),
        ("plain", {"value": "p2"}, "unknown-option", "The answer to plain is “p2”; it can be p0, p4"),
        (
            "plain",
            {"not_applicable": "We do none."},
            "not-applicable-refused",
            "The answer to plain is “not applicable”, which this question does not allow",
        ),
        (
            "optional",
            {"not_applicable": " "},
            "no-reason",
            "The answer to optional is “not applicable” and needs a reason of 1 to 500 characters",
        ),
        (
            "optional",
            {"not_applicable": "x" * 501},
            "no-reason",
            "The answer to optional is “not applicable” and needs a reason of 1 to 500 characters",
        ),
        (
            "harm",
            {"value": "p4", "note": "Someone."},
            "note-refused",
            "The answer to harm has a note, which this question does not allow",
        ),
        (
            "plain",
            {"value": "p4", "note": "x" * 2001},
            "note-too-long",
            "The answer to plain has a note of more than 2000 characters",
        ),
        ("other", {"value": "p4"}, "unknown-question", "This questionnaire has no question “other”"),
    ],
)
def test_an_answer_that_cannot_be_is_a_problem(definition, name, raw, code, message):
    answers, (problem,) = parse_answers(definition, {name: raw})
    assert answers == {}
    assert (problem.code, problem.question, problem.message) == (code, name, message)


def test_every_problem_is_reported_and_the_good_answers_kept(definition):
    raw = {"plain": {"value": "no"}, "harm": {"value": "p0"}, "nowhere": {}, "optional": 3}
    answers, problems = parse_answers(definition, raw)
    assert answers == {"harm": Answer("p0")}
    assert [problem.question for problem in problems] == ["plain", "nowhere", "optional"]


@pytest.mark.parametrize("raw", [None, [], "p4"])
def test_answers_that_are_no_mapping_are_one_problem(definition, raw):
    assert [problem.code for problem in parse_answers(definition, raw)[1]] == ["answers-shape"]
