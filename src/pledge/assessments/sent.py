"""What a form of questions sends: the answers, and the notes. Problems are noted in the form."""

from collections.abc import Mapping

from pledge.assessments import fields
from pledge.assessments.answer_notes import Typed
from pledge.assessments.fields import NOT_APPLICABLE, field_name, read_field
from pledge.questionnaires.answers import MAX_NOTE, MAX_REASON, Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.web.forms import Form


def answers(form: Form, definition: Definition) -> tuple[dict[str, Answer | None], list[str]]:
    """Return the answers on a submitted page, and the questions whose answer has a problem (noted in the form)."""
    found: dict[str, Answer | None] = {}
    unclear: list[str] = []
    asked, unknown = fields.sent(definition, form)
    for name in unknown:
        form.fail(name, "One of the answers was to a question that we do not ask. The others are saved.", anchor="")
    for question_id in asked:
        question = definition.question(question_id)
        if not isinstance(question, Question):
            if not fields.take(form, question, found):
                unclear.append(question_id)
            continue
        name = field_name(question)
        reason = form.text(f"why-{question_id}", None, limit=MAX_REASON)
        given = read_field(question, form.value(name), reason)
        if isinstance(given, str):
            form.refuse(name, f": {given}")
        if isinstance(given, str) or (form.error(f"why-{question_id}") and form.value(name) == NOT_APPLICABLE):
            unclear.append(question_id)
        elif given is not None:
            found[question_id] = given
    for name in form.names("mine-"):  # two answers were shown to choose from
        question_id = name.removeprefix("mine-")
        if question_id in definition and not form.value(f"q-{question_id}"):
            form.refuse(f"q-{question_id}", ": Choose the right answer. Until you do, the saved one stays.")
            unclear.append(question_id)
    return found, unclear


def notes(form: Form, definition: Definition) -> dict[str, Typed]:
    """Return the notes on a submitted page; problems are recorded in the form."""
    found: dict[str, Typed] = {}
    for name in form.names("note-"):
        question_id = name.removeprefix("note-")
        text = form.text(name, None, limit=MAX_NOTE, multiline=True)
        keep = form.value(f"keep-{question_id}")
        known = question_id in definition and isinstance(definition.question(question_id), Question)
        if not known or form.error(name):
            continue
        if form.value(f"asked-{question_id}") and keep not in ("theirs", "mine"):  # two notes were shown
            form.refuse(f"keep-{question_id}", ": Choose which note to keep. Until you do, the saved one stays.")
        elif keep != "theirs":
            found[question_id] = Typed(text, form.value(f"had-{question_id}"))
    return found


def raises_alarm(definition: Definition, given: Mapping[str, Answer | None]) -> bool:
    """Return whether an answer says that someone may be harmed, so that help is shown at once."""
    answered = [(definition.question(name), answer) for name, answer in given.items() if answer is not None]
    return any(
        option.flag == "act_first" and option.value == answer.value
        for question, answer in answered
        if isinstance(question, Question) and question.flags_when is None
        for option in question.options
    )
