import json

import pytest

from pledge.organisations.profile import FIELDS, Profile
from pledge.questionnaires.answer_files import RefusedError, read_answers, template
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.scoring import score


@pytest.fixture(scope="module")
def definition(fixture_definition):
    return fixture_definition("whole-format")


def refused(definition, data):
    with pytest.raises(RefusedError) as caught:
        read_answers(definition, data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value.code, caught.value.message


def test_the_template_has_every_field_and_question_with_their_values(definition):
    empty = template(definition)
    assert list(empty["profile"]) == [name for name, field in FIELDS.items() if not field.derived]
    assert empty["profile"]["labour"] == []
    assert empty["profile"]["kind"] is None
    assert empty["answers"] == {name: {"value": None} for name in ("hires", "fees", "offers")}
    options = empty["options"]
    assert list(options["profile"]) == list(empty["profile"])
    assert options["profile"]["kind"] == ["business", "charity", "public_body"]
    assert options["profile"]["turnover_36m"] == [True, False]
    assert options["profile"]["postcode"] == "any text"
    assert options["answers"]["offers"] == {
        "text": "Do offers state the real pay?",
        "value": {"no": "No", "yes": "Yes"},
        "dont_know": True,
        "not_applicable": "a reason",
    }
    assert options["answers"]["fees"]["not_applicable"] is False


def test_an_empty_template_is_read_as_nothing_answered(definition):
    data = json.dumps(template(definition)).encode()
    assert read_answers(definition, data) == (Profile(), {})
    assert not score(definition, *read_answers(definition, data)).complete


def test_a_filled_template_is_read(definition):
    filled = template(definition)
    filled["profile"] |= {"kind": "business", "labour": ["agency"], "turnover_36m": False}
    filled["answers"]["hires"] = {"value": "yes"}
    filled["answers"]["fees"] = {"dont_know": True}
    filled["answers"]["offers"] = {"not_applicable": "We make no offers."}
    profile, answers = read_answers(definition, json.dumps(filled).encode())
    assert profile == Profile(kind="business", labour=("agency",), turnover_36m=False)
    assert answers == {
        "hires": Answer("yes"),
        "fees": Answer(dont_know=True),
        "offers": Answer(not_applicable="We make no offers."),
    }


def test_a_byte_order_mark_is_no_matter(definition):
    assert read_answers(definition, b'\xef\xbb\xbf{"answers": {}}') == (Profile(), {})


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"\xff\xfe{}", "not-utf8", "The answers file is not text in UTF-8."),
        (b"", "not-json", "The answers file is not valid JSON: line 1, column 1."),
        (b'{"answers": {},\n}', "not-json", "The answers file is not valid JSON: line 2, column 1."),
        (b'{"answers": NaN}', "not-json", "The answers file has a number that cannot be read."),
        (
            b'{"answers": ' + b"9" * 5000 + b"}",
            "not-json",
            "The answers file has a number that cannot be read.",
        ),
        (b"[" * 100_000, "too-deep", "The answers file is nested too deep."),
        (b'{"answers": ' + b"[" * 9 + b"]" * 9 + b"}", "too-deep", "The answers file is nested too deep."),
        (b'{"a": 1, "a": 2}', "duplicate-key", "The answers file has “a” twice in one place."),
        (
            b'{"answers": {"hires": {"value": "no", "value": "yes"}}}',
            "duplicate-key",
            "The answers file has “value” twice in one place.",
        ),
        (b" " * (1024 * 1024 + 1), "file-too-large", "The answers file is larger than 1 MB."),
    ],
)
def test_what_is_no_json_is_refused(definition, data, code, message):
    assert refused(definition, data) == (code, message)


@pytest.mark.parametrize("data", [[], "answers", 3, None])
def test_json_of_another_shape_is_refused(definition, data):
    code, message = refused(definition, data)
    assert code == "wrong-shape"
    assert message == 'The answers file is not in the form {"profile": {…}, "answers": {…}}.'


def test_the_top_has_only_its_three_keys_and_needs_answers(definition):
    assert refused(definition, {"profile": {}}) == ("wrong-shape", "The answers file has no “answers”.")
    assert refused(definition, {"answers": {}, "answer": {}, "x": 1}) == (
        "wrong-shape",
        "The answers file has “answer”, “x” at its top; it has only profile, answers, options.",
    )


def test_every_problem_is_in_one_sentence_under_the_code_of_the_first(definition):
    data = {
        "profile": {"kind": "shop"},
        "answers": {"hires": {"value": "maybe"}, "who": {"value": "no"}},
    }
    assert refused(definition, data) == (
        "unknown-profile-value",
        "“kind” in the profile cannot be “shop”; it is one of business, charity, public_body; "
        "The answer to hires is “maybe”; it can be no, yes; This questionnaire has no question “who”.",
    )


def test_a_message_about_many_problems_stays_short(definition):
    data = {"answers": {f"x{n}": {} for n in range(1000)}}
    code, message = refused(definition, data)
    assert code == "unknown-question"
    assert message.endswith("; and 990 more problems.")


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"colour": "red"}, "unknown-profile-key"),
        ({"sector": "Z"}, "unknown-profile-value"),
        ({"turnover_36m": "no"}, "profile-type"),
        ({"small": True}, "profile-contradiction"),
        ([], "profile-shape"),
        (None, "profile-shape"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(definition, profile, code):
    assert refused(definition, {"profile": profile, "answers": {}})[0] == code


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"who": {"value": "no"}}, "unknown-question"),
        ({"hires": {"value": "maybe"}}, "unknown-option"),
        ({"hires": {"not_applicable": "None."}}, "not-applicable-refused"),
        ({"offers": {"not_applicable": ""}}, "no-reason"),
        ({"hires": "no"}, "answer-shape"),
        ({"hires": {"value": "no", "dont_know": True}}, "answer-ambiguous"),
        ({"fees": {"value": "someone-paid", "note": "Ana"}}, "note-refused"),
        ({"hires": {"value": "no", "note": "x" * 2001}}, "note-too-long"),
        ([], "answers-shape"),
    ],
)
def test_answers_that_cannot_be_are_refused(definition, answers, code):
    assert refused(definition, {"answers": answers})[0] == code
