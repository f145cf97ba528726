"""The fields of a question on a page: their names, what stands in them for an answer, and the answer that they send."""

from collections.abc import Mapping
from datetime import date

from pledge.questionnaires.answers import Answer, unscored
from pledge.questionnaires.definition import AnyQuestion, Definition, Question, once
from pledge.questionnaires.kinds import AnyUnscored, Choices, Date
from pledge.questionnaires.typed import RefusedError, in_fields
from pledge.web.forms import Form

DONT_KNOW = "?dont-know"  # no option's value can start with a question mark
NOT_APPLICABLE = "?not-applicable"
_PARTS = ("day", "month", "year")

Contents = Mapping[str, str | list[str]]  # by field


def field_name(question: AnyQuestion) -> str:
    """Return the name of a question's field and the id of its first box; of a date, its three have names of their own.

    Only the names of these fields start with “q-”.
    """
    return f"q-{question.id}"


def field_names(question: AnyQuestion) -> list[str]:
    """Return the names of the fields that hold a question's answer."""
    name = field_name(question)
    return [f"{name}-{part}" for part in _PARTS] if isinstance(question, Date) else [name]


@once
def _questions(definition: Definition) -> dict[str, str]:
    """Return the id of the question that each field belongs to."""
    return {name: question.id for question in definition.questions for name in field_names(question)}


def sent(definition: Definition, form: Form) -> tuple[list[str], list[str]]:
    """Return the ids of the questions with a field in a form, and the names of the fields that are no question's."""
    names = _questions(definition)
    found = form.names("q-")
    return list(dict.fromkeys(names[name] for name in found if name in names)), [n for n in found if n not in names]


# — of a question that is scored —


def field_value(answer: Answer | None) -> str:
    """Return what the radio buttons of a question send for an answer; "" for none."""
    if answer is None:
        return ""
    if answer.dont_know:
        return DONT_KNOW
    return answer.value or NOT_APPLICABLE


def read_field(question: Question, value: str, reason: str) -> Answer | str | None:
    """Return the answer that a question's fields send, None when they send nothing, or the problem in words."""
    if not value:
        return None
    if value == DONT_KNOW:
        return Answer(dont_know=True)
    if value == NOT_APPLICABLE and question.not_applicable:
        return Answer(not_applicable=reason) if reason else "Say in a few words why this does not apply to you"
    if any(option.value == value for option in question.options):
        return Answer(value=value)
    return "Choose one of the answers on the page"


# — of one that is not —


def contents(question: AnyUnscored, answer: Answer | None) -> Contents:
    """Return what stands in the fields of a question for an answer; nothing in any of them for none."""
    name, value = field_name(question), answer.value if answer else None
    if isinstance(question, Choices):
        return {name: list(answer.values) if answer else []}
    if isinstance(question, Date):
        day = date.fromisoformat(value) if value else None
        return {f"{name}-{part}": str(getattr(day, part)) if day else "" for part in _PARTS}
    return {name: in_fields(question, value) if value else ""}


def typed(question: AnyUnscored, form: Form) -> list[str]:
    """Return what was typed into the fields of a question: of choices the values that are ticked."""
    if isinstance(question, Choices):
        return form.values(field_name(question))
    return [form.value(name) for name in field_names(question)]


def take(form: Form, question: AnyUnscored, answers: dict[str, Answer | None]) -> bool:
    """Put into ``answers`` what the fields of a question send, None when they are empty; return whether it is clear.

    Problems are recorded in the form. Where two answers were shown and the saved one is chosen, it is left alone.
    """
    keep = form.value(f"keep-{question.id}")
    if form.value(f"asked-{question.id}") and keep not in ("theirs", "mine"):
        form.refuse(f"keep-{question.id}", ": Choose which answer to keep. Until you do, the saved one stays.")
        return False
    if keep == "theirs":
        return True
    try:
        answers[question.id] = unscored(question, typed(question, form))
    except RefusedError as refused:
        form.refuse(field_name(question), f": {refused}")
        return False
    return True
