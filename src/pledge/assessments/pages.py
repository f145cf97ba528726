"""Putting a page of questions together, and finding the page after it."""

from typing import Any
from uuid import UUID

from litestar import Request
from markupsafe import Markup

from pledge.assessments.drafts import Draft
from pledge.assessments.fragments import (
    field_name,
    field_value,
    question_html,
    question_with_problem,
)
from pledge.assessments.saving import Conflict, Saved
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.visibility import Page, shown_pages, words
from pledge.web.forms import Form
from pledge.web.pages import render as render_page

AnyRequest = Request[Any, Any, Any]


def find(draft: Draft, section: str, number: str) -> Page | None:
    """Return a page that is shown, by its section and number as typed in an address."""
    for page in shown_pages(draft.definition, draft.profile, draft.answers):
        if page.section == section and str(page.number) == number:
            return page
    return None


def address(draft: Draft, page: Page) -> str:
    """Return the address of a page."""
    number = f"?page={page.number}" if page.number > 1 else ""
    return f"/assessments/{draft.definition.id}/{page.section}{number}"


def after(draft: Draft, page: Page, query: str = "") -> str:
    """Return the address of the page after this one, or of checking the answers after the last."""
    shown = shown_pages(draft.definition, draft.profile, draft.answers)
    later = [other for other in shown if _place(draft.definition, other) > _place(draft.definition, page)]
    target = address(draft, later[0]) if later else f"/assessments/{draft.definition.id}/check"
    return f"{target}{'&' if '?' in target else '?'}{query}" if query else target


def _before(draft: Draft, page: Page) -> str:
    shown = shown_pages(draft.definition, draft.profile, draft.answers)
    earlier = [other for other in shown if _place(draft.definition, other) < _place(draft.definition, page)]
    return address(draft, earlier[-1]) if earlier else f"/assessments/{draft.definition.id}"


def _place(definition: Definition, page: Page) -> tuple[int, int]:
    return [section.id for section in definition.sections].index(page.section), page.number


def render(
    request: AnyRequest,
    within: OrganisationScope,
    draft: Draft,
    page: Page,
    notes: dict[str, str],
    *,
    help_now: bool,
) -> bytes:
    """Return the HTML of a page of questions with the stored answers: question by question from kept fragments."""
    definition, questions = draft.definition, []
    for name in page.questions:
        question, answer = definition.question(name), draft.given.get(name)
        given = answer.answer if answer else None
        html = question_html(definition, question, draft.profile, field_value(given))
        questions.append(_Shown(question, html, (given and given.not_applicable) or "", notes.get(name, "")))
    return _render(request, within, draft, page, questions, Form(), help_now=help_now)


def render_again(
    request: AnyRequest,
    within: OrganisationScope,
    saved: Saved,
    page: Page,
    form: Form,
    notes: dict[str, str],
    names: dict[UUID, str],
) -> bytes:
    """Return the page once more, with what was typed, each problem beside its question, and colleagues' answers."""
    draft, questions = saved.draft, []
    conflicts = {conflict.question: conflict for conflict in saved.conflicts}
    for conflict in saved.conflicts:
        who = names.get(conflict.person, "A colleague") if conflict.person else "A colleague"
        question = draft.definition.question(conflict.question)
        form.fail(field_name(question), f"{who} answered this while your page was open. Choose the right answer.")
    for name in page.questions:
        question = draft.definition.question(name)
        html = question_with_problem(draft.definition, question, draft.profile, form)
        other = conflicts.get(name)
        theirs = _their_answer(draft, question, other) if other else ""
        note = notes.get(name, form.value(f"note-{name}"))
        questions.append(_Shown(question, html, form.value(f"why-{name}"), note, theirs))
    return _render(request, within, draft, page, questions, form, help_now=False)


class _Shown:
    """One question on a page: its radio buttons, and what the person typed beside them."""

    __slots__ = ("html", "id", "not_applicable", "note", "note_allowed", "reason", "theirs")

    def __init__(self, question: Question, html: Markup, reason: str, note: str, theirs: str = "") -> None:
        self.id = question.id
        self.html = html
        self.not_applicable = question.not_applicable
        self.note_allowed = question.note_allowed
        self.reason = reason
        self.note = note
        self.theirs = theirs


def _render(
    request: AnyRequest,
    within: OrganisationScope,
    draft: Draft,
    page: Page,
    questions: list[_Shown],
    form: Form,
    *,
    help_now: bool,
) -> bytes:
    sections = [section for section in draft.definition.sections if any(q.id in draft.shown for q in section.questions)]
    place = next(number for number, section in enumerate(sections, 1) if section.id == page.section)
    return render_page(
        request,
        "assessments/page.html",
        form=form,
        definition=draft.definition,
        section=sections[place - 1],
        place=place,
        places=len(sections),
        revision=draft.revision,
        questions=questions,
        action=address(draft, page),
        back=_before(draft, page),
        editable=within.role != "viewer",
        help_now=help_now,
    ).encode()


def _their_answer(draft: Draft, question: Question, conflict: Conflict) -> str:
    return label(draft, question, conflict.theirs)


def label(draft: Draft, question: Question, answer: Answer | None) -> str:
    """Return an answer in the words that the page uses for it."""
    if answer is None:
        return "Not answered yet"
    if answer.dont_know:
        return question.dont_know_label
    if answer.value is None:
        return f"Does not apply: {answer.not_applicable}"
    return words(draft.definition, question, draft.profile).labels[answer.value]


def summary(draft: Draft) -> dict[str, Any]:
    """Return what the page that checks the answers shows: sections of (question, answer, address), and what is open."""
    shown, where = draft.shown, {}
    for page in shown_pages(draft.definition, draft.profile, draft.answers):
        for name in page.questions:
            where[name] = f"{address(draft, page)}#q-{name}"
    sections = []
    unanswered = []
    for section in draft.definition.sections:
        rows = []
        for question in section.questions:
            if question.id not in shown:
                continue
            text = words(draft.definition, question, draft.profile).text
            answer = shown[question.id]
            rows.append({"key": text, "value": label(draft, question, answer), "href": where[question.id]})
            if answer is None:
                unanswered.append({"text": text, "href": where[question.id]})
        if rows:
            sections.append({"title": section.title, "rows": rows})
    return {"sections": sections, "unanswered": unanswered}


async def names(people: set[UUID | None]) -> dict[UUID, str]:
    """Return the names of colleagues, in the current unit."""
    known = [person for person in people if person is not None]
    if not known:
        return {}
    rows = await sql.rows(f"SELECT id, name FROM person WHERE id IN ({sql.marks(len(known))})", *known)  # noqa: S608
    return {row["id"]: row["name"] for row in rows}
