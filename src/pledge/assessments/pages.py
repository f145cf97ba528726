"""Putting a page of questions together, and finding the page after it."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request
from markupsafe import Markup, escape

from pledge.assessments.drafts import Draft
from pledge.assessments.fragments import field_name, field_value, question_again, question_html
from pledge.assessments.saving import Saved
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Question
from pledge.questionnaires.visibility import Page, words
from pledge.web import templates
from pledge.web.forms import Form, mark_of
from pledge.web.pages import render as render_page
from pledge.web.templates import isolated

AnyRequest = Request[Any, Any, Any]


def find(draft: Draft, section: str, number: str) -> Page | None:
    """Return a page that is shown, by its section and number as typed in an address."""
    for page in draft.pages:
        if page.section == section and str(page.number) == number:
            return page
    return None


def address(draft: Draft, page: Page) -> str:
    """Return the address of a page."""
    number = f"?page={page.number}" if page.number > 1 else ""
    return f"/assessments/{draft.definition.id}/{page.section}{number}"


def after(draft: Draft, page: Page, query: str = "") -> str:
    """Return the address of the page after this one, or of checking the answers after the last."""
    following = draft.pages.index(page) + 1
    checking = f"/assessments/{draft.definition.id}/check"
    target = address(draft, draft.pages[following]) if following < len(draft.pages) else checking
    return f"{target}{'&' if '?' in target else '?'}{query}" if query else target


def _before(draft: Draft, page: Page) -> str:
    place = draft.pages.index(page)
    return address(draft, draft.pages[place - 1]) if place else f"/assessments/{draft.definition.id}"


def render(
    request: AnyRequest,
    within: OrganisationScope,
    draft: Draft,
    page: Page,
    notes: dict[str, str],
    *,
    help_now: bool,
) -> bytes:
    """Return the HTML of a page of questions with the stored answers.

    The questions come from kept fragments, and what stands around them from a kept frame.
    """
    html: list[str] = []
    for name in page.questions:
        question, answer = draft.definition.question(name), draft.given.get(name)
        reason = (answer and answer.not_applicable) or ""
        note = notes.get(name, "")
        html.append(question_html(draft.definition, question, draft.profile, field_value(answer), reason, note))
    questions = Markup("".join(html))  # noqa: S704  every part is Markup
    if help_now or "notice" in request.query_params:
        return _render(request, within, draft, page, questions, Form(), help_now=help_now)
    values = {
        _QUESTIONS: questions,
        _REVISION: str(draft.revision),
        _KEY: templates.new_key(),
        _FOR: mark_of(within.actor),
        _ORGANISATION: str(within.organisation),
        _NAME: str(escape(isolated(within.actor.organisation_name))),
    }
    return "".join([values.get(piece, piece) for piece in _frame(request, within, draft, page)]).encode()


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
    draft, html = saved.draft, []
    conflicts = {conflict.question: conflict for conflict in saved.conflicts}
    for conflict in saved.conflicts:
        who = names.get(conflict.person, "A colleague") if conflict.person else "A colleague"
        question = draft.definition.question(conflict.question)
        form.refuse(field_name(question), f": {who} answered this while your page was open. Choose the right answer.")
    for name in page.questions:
        question = draft.definition.question(name)
        theirs = label(draft, question, conflicts[name].theirs) if name in conflicts else ""
        note = notes.get(name, form.value(f"note-{name}"))
        html.append(question_again(draft.definition, question, draft.profile, form, note, theirs))
    return _render(request, within, draft, page, Markup("").join(html), form, help_now=False)


# Where a person's own values go in a kept frame. The characters are private: nobody can type them into a form.
_QUESTIONS, _REVISION, _KEY, _ORGANISATION, _NAME, _FOR = (f"\ue000{number}\ue001" for number in range(6))
_MARKS = re.compile("(\ue000[0-9]\ue001)")
_MOST = 1000
_frames: dict[tuple[object, ...], list[str]] = {}


def _frame(request: AnyRequest, within: OrganisationScope, draft: Draft, page: Page) -> list[str]:
    """Return the page around its questions, in pieces; made once for each page and kind of person, and kept."""
    actor = within.actor
    places = tuple(dict.fromkeys(other.section for other in draft.pages))
    key = (
        draft.definition.id,
        draft.definition.version,
        page.section,
        page.number,
        places,
        _before(draft, page),
        within.role,
        actor.organiser is not None,
        actor.staff,
        actor.operator,
    )
    found = _frames.get(key)
    if found is None:
        if len(_frames) >= _MOST:
            _frames.clear()
        anyone = replace(actor, organisation_name=_NAME, organiser_name="", name="", email="")
        html = _render(
            request,
            within,
            draft,
            page,
            Markup(_QUESTIONS),  # noqa: S704  a constant
            Form(defaults={"_key": _KEY, "_for": _FOR}),
            help_now=False,
            actor=anyone,
            revision=_REVISION,
            organisation=_ORGANISATION,
        )
        found = _frames[key] = _MARKS.split(html.decode())
    return found


def _render(
    request: AnyRequest,
    within: OrganisationScope,
    draft: Draft,
    page: Page,
    questions: Markup,
    form: Form,
    *,
    help_now: bool,
    **marks: Any,
) -> bytes:
    sections = [section for section in draft.definition.sections if any(q.id in draft.shown for q in section.questions)]
    place = next(number for number, section in enumerate(sections, 1) if section.id == page.section)
    context = {
        "form": form,
        "definition": draft.definition,
        "section": sections[place - 1],
        "place": place,
        "places": len(sections),
        "revision": draft.revision,
        "organisation": within.organisation,
        "questions": questions,
        "action": address(draft, page),
        "back": _before(draft, page),
        "editable": within.role != "viewer",
        "help_now": help_now,
        **marks,
    }
    return render_page(request, "assessments/page.html", **context).encode()


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
    for page in draft.pages:
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
