"""Answers: an option, don't know, or not applicable with a reason; and their JSON form."""

from collections.abc import Mapping

import msgspec

from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.problems import listed, quoted

MAX_REASON = 500  # characters
MAX_NOTE = 2000  # characters

_KEYS = ("value", "dont_know", "not_applicable", "note")


class Answer(msgspec.Struct, frozen=True):
    """One answer: exactly one of an option's ``value``, ``dont_know``, or why it is ``not_applicable``.

    A ``note`` is kept beside it and never scored.
    """

    value: str | None = None
    dont_know: bool = False
    not_applicable: str | None = None
    note: str | None = None


Answers = Mapping[str, Answer]  # by question id; a question without an answer is not in it


class AnswerProblem(msgspec.Struct, frozen=True):
    """What is wrong with one answer. ``message`` is a plain sentence without its full stop."""

    code: str
    question: str
    message: str


def parse_answers(definition: Definition, raw: object) -> tuple[dict[str, Answer], tuple[AnswerProblem, ...]]:
    """Return the answers in a decoded JSON mapping of question ids, and every problem in it, in its order.

    The form of one answer is ``{"value": "<option>"}``, ``{"dont_know": true}`` or
    ``{"not_applicable": "<reason>"}``. A question with null, or with nothing but nulls, is unanswered.
    An answer with a problem is left out. Raises nothing.
    """
    if not isinstance(raw, Mapping):
        return {}, (AnswerProblem("answers-shape", "", "The answers are not a set of question ids and answers"),)
    answers: dict[str, Answer] = {}
    problems: list[AnswerProblem] = []
    for name, given in raw.items():
        if name not in definition:
            message = f"This questionnaire has no question {quoted(str(name))}"
            problems.append(AnswerProblem("unknown-question", str(name), message))
            continue
        answer = parse_answer(definition.question(name), given)
        if isinstance(answer, AnswerProblem):
            problems.append(answer)
        elif answer is not None:
            answers[name] = answer
    return answers, tuple(problems)


def parse_answer(question: Question, raw: object) -> Answer | AnswerProblem | None:
    """Return one answer from its JSON form, None when it is empty, or what is wrong with it."""
    if raw is None:
        return None

    def problem(code: str, message: str) -> AnswerProblem:
        return AnswerProblem(code, question.id, f"The answer to {question.id} {message}")

    if not isinstance(raw, Mapping):
        return problem("answer-shape", 'is not in the form {"value": "…"}')
    unknown = [quoted(str(key)) for key in raw if key not in _KEYS]
    if unknown:
        return problem("answer-shape", f"has {listed(unknown)}; it has only {', '.join(_KEYS)}")
    value, dont_know, reason, note = (raw.get(key) for key in _KEYS)
    for name, kind, found in (
        ("value", str, value),
        ("dont_know", bool, dont_know),
        ("not_applicable", str, reason),
        ("note", str, note),
    ):
        if found is not None and not isinstance(found, kind):
            return problem("answer-shape", f"has “{name}” with a value that is not {_KIND[kind]}")
    if sum((value is not None, bool(dont_know), reason is not None)) > 1:
        return problem("answer-ambiguous", "says more than one of value, dont_know and not_applicable")
    values = [option.value for option in question.options]
    if value is not None and value not in values:
        return problem("unknown-option", f"is {quoted(str(value))}; it can be {listed(values)}")
    if reason is not None and not question.not_applicable:
        return problem("not-applicable-refused", "is “not applicable”, which this question does not allow")
    if reason is not None and not 0 < len(str(reason).strip()) <= MAX_REASON:
        return problem("no-reason", f"is “not applicable” and needs a reason of 1 to {MAX_REASON} characters")
    if note is not None and question.may_mean_harm:
        return problem("note-refused", "has a note, which this question does not allow")
    if note is not None and len(str(note)) > MAX_NOTE:
        return problem("note-too-long", f"has a note of more than {MAX_NOTE} characters")
    if value is None and not dont_know and reason is None:
        return None
    return Answer(value, bool(dont_know), reason.strip() if isinstance(reason, str) else None, note or None)


_KIND = {str: "a text", bool: "true or false"}
