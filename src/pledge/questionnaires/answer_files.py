"""ANSWERS.json: the file of a profile and answers that the command line scores, and its empty form."""

import json
from typing import Any

import msgspec

from pledge.organisations.profile import FIELDS, Profile, parse_profile
from pledge.questionnaires.answers import Answer, Answers, parse_answers
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import Choices, Date, Money, Number, Percentage, Written
from pledge.questionnaires.problems import listed, quoted

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 8
MAX_PROBLEMS = 10  # said in one message

_KEYS = ("profile", "answers", "options")


class RefusedError(Exception):
    """Input that cannot be used. ``code`` is stable; ``message`` is one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def template(definition: Definition) -> dict[str, Any]:
    """Return an ANSWERS.json with nothing filled in, as decoded JSON.

    ``options`` lists what each profile field and each question can have, and is ignored when it is read back.
    """
    asked = [field for field in FIELDS.values() if not field.derived]
    allowed: dict[str, Any] = {"yes_no": [True, False], "text": "any text"}
    return {
        "profile": {field.name: [] if field.form == "choices" else None for field in asked},
        "answers": {
            question.id: {"values": []} if isinstance(question, Choices) else {"value": None}
            for question in definition.questions
        },
        "options": {
            "profile": {field.name: allowed.get(field.form) or list(field.offered) for field in asked},
            "answers": {
                question.id: {"text": question.text, **_options(question)} for question in definition.questions
            },
        },
    }


def filled(profile: Profile, answers: Answers) -> dict[str, Any]:
    """Return an ANSWERS.json that ``read_answers`` reads as this profile and these answers, as decoded JSON."""
    facts = {field.name: getattr(profile, field.name) for field in FIELDS.values() if not field.derived}
    given = {name: msgspec.to_builtins(answer) for name, answer in answers.items()}
    return {
        "profile": {name: value for name, value in facts.items() if value not in (None, ())},
        "answers": {name: {key: value for key, value in each.items() if value} for name, each in given.items()},
    }


def _options(question: AnyQuestion) -> dict[str, Any]:
    if isinstance(question, Question):
        return {
            "value": {option.value: option.label for option in question.options},
            "dont_know": True,
            "not_applicable": "a reason" if question.not_applicable else False,
        }
    if isinstance(question, Choices):
        return {"values": {option.value: option.label for option in question.options}}
    if isinstance(question, Written):
        return {"value": f"any text of at most {question.longest} characters"}
    low, high = question.range
    return {"value": f"{_WHAT[type(question)]} from {low} to {high}"}


_WHAT = {Number: "a number", Money: "pounds", Percentage: "per cent", Date: "a date"}


def read_answers(definition: Definition, data: bytes) -> tuple[Profile, dict[str, Answer]]:
    """Return the profile and the answers in a file's bytes.

    Raises RefusedError with the code of the first problem, and every problem in its message.
    """
    raw = _decode(data)
    if not isinstance(raw, dict):
        raise RefusedError("wrong-shape", 'The answers file is not in the form {"profile": {…}, "answers": {…}}.')
    unknown = [quoted(key) for key in raw if key not in _KEYS]
    if unknown:
        message = f"The answers file has {listed(unknown)} at its top; it has only {', '.join(_KEYS)}."
        raise RefusedError("wrong-shape", message)
    if "answers" not in raw:
        raise RefusedError("wrong-shape", "The answers file has no “answers”.")
    profile, profile_problems = parse_profile(raw.get("profile", {}))
    answers, answer_problems = parse_answers(definition, raw["answers"])
    problems: list[tuple[str, str]] = [(problem.code, problem.message) for problem in profile_problems]
    problems += [(problem.code, problem.message) for problem in answer_problems]
    if problems:
        message = "; ".join(message for _, message in problems[:MAX_PROBLEMS])
        more = f"; and {len(problems) - MAX_PROBLEMS} more problems" if len(problems) > MAX_PROBLEMS else ""
        raise RefusedError(problems[0][0], f"{message}{more}.")
    return profile, answers


def _decode(data: bytes) -> object:
    """Return decoded JSON; a duplicate key, deep nesting or a number that is none are refused."""
    if len(data) > MAX_BYTES:
        raise RefusedError("file-too-large", "The answers file is larger than 1 MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError("not-utf8", "The answers file is not text in UTF-8.") from None
    try:
        raw = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = f"The answers file is not valid JSON: line {error.lineno}, column {error.colno}."
        raise RefusedError("not-json", message) from None
    except ValueError:
        raise RefusedError("not-json", "The answers file has a number that cannot be read.") from None
    except RecursionError:
        raise RefusedError("too-deep", "The answers file is nested too deep.") from None
    level: list[object] = [raw]
    for _ in range(MAX_DEPTH):
        level = [item for value in level for item in _inside(value)]
    if level:
        raise RefusedError("too-deep", "The answers file is nested too deep.")
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RefusedError("duplicate-key", f"The answers file has {quoted(twice)} twice in one place.")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
