"""Answers: an option, don't know, not applicable with a reason, or what was typed; and their JSON form."""

from collections.abc import Mapping, Sequence

import msgspec

from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import AnyUnscored, Choices
from pledge.questionnaires.problems import listed, quoted
from pledge.questionnaires.typed import RefusedError, read

MAX_REASON = 500  # characters
MAX_NOTE = 2000  # characters

_KEYS = ("value", "dont_know", "not_applicable", "note")


class Answer(msgspec.Struct, frozen=True):
    """One answer: exactly one of an option's ``value``, ``dont_know``, or why it is ``not_applicable``.

    A ``note`` is kept beside it and never scored. To a question that is not scored: ``values``, those of the choices,
    or a figure, a date or a text as its ``value``, as ``typed`` writes them.
    """

    value: str | None = None
    dont_know: bool = False
    not_applicable: str | None = None
    note: str | None = None
    values: tuple[str, ...] = ()


Answers = Mapping[str, Answer]  # by question id; a question without an answer is not in it


class AnswerProblem(msgspec.Struct, frozen=True):
    """What is wrong with one answer. ``message`` is a plain sentence without its full stop."""

    code: str
    question: str
    message: str


def parse_answers(definition: Definition, raw: object) -> tuple[dict[str, Answer], tuple[AnswerProblem, ...]]:
    """Return the answers in a decoded JSON mapping of question ids, and every problem in it, in its order.

    The form of one answer is ``{"value": "<option>"}``, ``{"dont_know": true}`` or
    ``{"not_applicable": "<reason>"}``; to a question that is not scored ``{"value": <figure or text>}`` or, of
    choices, ``{"values": ["<option>", …]}``. A question with null, or with nothing but nulls, is unanswered.
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


def parse_answer(question: AnyQuestion, raw: object) -> Answer | AnswerProblem | None:
    """Return one answer from its JSON form, None when it is empty, or what is wrong with it."""
    if raw is None:
        return None
    if not isinstance(question, Question):
        return _parse_unscored(question, raw)

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


def unscored(question: AnyUnscored, typed: Sequence[str]) -> Answer | None:
    """Return the answer in the fields of a question that is not scored, None when they are empty.

    Raises typed.RefusedError with what to say beside the question.
    """
    found = read(question, typed)
    if found is None:
        return None
    return Answer(value=found) if isinstance(found, str) else Answer(values=found)


def _parse_unscored(question: AnyUnscored, raw: object) -> Answer | AnswerProblem | None:
    def problem(code: str, message: str) -> AnswerProblem:
        return AnswerProblem(code, question.id, f"The answer to {question.id} {message}")

    key = "values" if isinstance(question, Choices) else "value"
    if not isinstance(raw, Mapping) or set(raw) - {key}:
        form = '{"values": ["…"]}' if key == "values" else '{"value": …}'
        return problem("answer-shape", f"is not in the form {form}")
    given = raw.get(key)
    if key == "values":
        given = () if given is None else given
        if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, str) for one in given):
            return problem("answer-shape", "has “values” that are not a list of texts")
        typed = [str(one) for one in given]
    elif given is None:
        return None
    elif isinstance(given, bool) or not isinstance(given, str | int | float):
        return problem("answer-shape", "has a “value” that is neither a text nor a number")
    else:
        typed = [str(given)]
    try:
        return unscored(question, typed)
    except RefusedError as refused:
        return problem("answer-refused", f"cannot be used: {refused}")
