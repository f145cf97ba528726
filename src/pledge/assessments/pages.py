"""Putting a page of questions together, and finding the page after it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

from pledge.assessments.deeper import wider
from pledge.assessments.drafts import Draft, Given
from pledge.assessments.fields import contents, field_name, field_value, read_field
from pledge.assessments.fragments import Both, question_again, question_html, unscored_again, unscored_html
from pledge.assessments.history import Touched
from pledge.assessments.languages import Choice, read_draft
from pledge.assessments.saving import Saved
from pledge.assessments.seeing import Changes, Seen
from pledge.assessments.wording import earlier, earlier_mark, label
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Question
from pledge.questionnaires.kinds import AnyUnscored, Written
from pledge.questionnaires.visibility import Page, words
from pledge.questionnaires.visibility import pages as all_pages
from pledge.web import templates
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.pages import render as render_page
from pledge.web.receiving import mark_of
from pledge.words.text import isolated, spoken


def find(draft: Draft, section: str, number: str) -> Page | None:
    """Return a page that is shown, by its section and number as typed in an address."""
    for page in draft.pages:
        if page.section == section and str(page.number) == number:
            return page
    return None


def openings(draft: Draft) -> dict[str, str]:
    """Return the address of the first page that is shown of every section that has one."""
    return {page.section: address(draft, page) for page in reversed(draft.pages)}


def instead(draft: Draft, section: str, number: str) -> str | None:
    """Return where a page leads whose questions are all hidden now: its section's first one; None for no such page."""
    known = any(page.section == section and str(page.number) == number for page in all_pages(draft.definition))
    return openings(draft).get(section) if known else None


def address(draft: Draft, page: Page) -> str:
    """Return the address of a page."""
    number = f"?page={page.number}" if page.number > 1 else ""
    return f"/assessments/{draft.definition.id}/{page.section}{number}"


def places(draft: Draft) -> dict[str, str]:
    """Return the address of every question that is shown, on its page."""
    return {name: f"{address(draft, page)}#q-{name}" for page in draft.pages for name in page.questions}


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
    told: bool,
    help_now: bool,
) -> bytes:
    """Return the HTML of a page of questions with the stored answers.

    The questions come from kept fragments, and what stands around them from a kept frame, unless the page says
    something once (``told``) or shows where help is.
    """
    draft, choices = read_draft(request, draft)
    html = [one_question(draft, name, notes.get(name, ""), earlier(draft.given.get(name))) for name in page.questions]
    questions = Markup("".join(html))  # noqa: S704  every part is Markup
    if help_now or told:
        return _render(request, within, draft, page, questions, Form(), choices, help_now=help_now)
    values = {
        _QUESTIONS: questions,
        _DRAFT: str(draft.id),
        _REVISION: str(draft.revision),
        _KEY: templates.new_key(),
        _FOR: mark_of(within.actor),
        _ORGANISATION: str(within.organisation),
        _NAME: str(escape(isolated(within.actor.organisation_name))),
    }
    return "".join([values.get(piece, piece) for piece in _frame(request, within, draft, page, choices)]).encode()


def one_question(draft: Draft, name: str, note: str, said: str = "") -> Markup:
    """Return the fields of a question with its stored answer; ``said`` stands beside it."""
    question, answer = draft.definition.question(name), draft.given.get(name)
    if not isinstance(question, Question):
        return unscored_html(draft.definition, question, draft.profile, answer, said)
    reason = (answer and answer.not_applicable) or ""
    return question_html(draft.definition, question, draft.profile, field_value(answer), reason, note, said)


def render_again(
    request: AnyRequest,
    within: OrganisationScope,
    saved: Saved,
    page: Page,
    form: Form,
    notes: dict[str, str],
    names: dict[UUID, str],
    *,
    help_now: bool,
) -> bytes:
    """Return the page once more: each problem beside its question, and where two answers are, neither chosen.

    What is kept or came from colleagues is shown as it is now: the page's revision is the newest.
    """
    draft, choices = read_draft(request, saved.draft)
    html = questions_again(within, saved, draft, page.questions, form, notes, names)
    return _render(request, within, draft, page, Markup("").join(html.values()), form, choices, help_now=help_now)


def questions_again(
    within: OrganisationScope,
    saved: Saved,
    draft: Draft,
    questions: Iterable[str],
    form: Form,
    notes: dict[str, str],
    names: dict[UUID, str],
) -> dict[str, Markup]:
    """Return the fields of questions once more, by question; see ``render_again``. ``draft`` is as it is read."""
    html: dict[str, Markup] = {}
    ours = {conflict.question: conflict.person for conflict in saved.conflicts}
    note_of = {conflict.question: conflict.person for conflict in saved.note_conflicts}

    def said(person: UUID | None, did: str) -> str:
        if person == within.person:
            return f"You {did} in another window while this page was open."
        return f"{names.get(person, 'A colleague') if person else 'A colleague'} {did} while your page was open."

    for name, person in ours.items():
        field = f"q-{name}" if isinstance(draft.definition.question(name), Question) else f"keep-{name}"
        form.refuse(field, f": {said(person, 'answered this')} Choose the right answer.")
    for name, person in note_of.items():
        form.refuse(f"keep-{name}", f": {said(person, 'changed the note')} Choose which one to keep.")

    for name in questions:
        question, stored = draft.definition.question(name), draft.given.get(name)
        if isinstance(question, Question):
            html[name] = _again(draft, question, stored, form, notes.get(name, ""), conflict=name in ours)
        else:
            html[name] = _unscored_again(draft, question, stored, form, conflict=name in ours)
    return html


def _again(
    draft: Draft, question: Question, stored: Given | None, form: Form, note: str, *, conflict: bool
) -> Markup:  # fmt: skip
    name, both, both_notes = question.id, None, None
    chosen = form.value(f"q-{name}") or form.value(f"mine-{name}")
    if conflict or (form.value(f"mine-{name}") and not form.value(f"q-{name}")):
        mine = read_field(question, chosen, form.value(f"why-{name}"))
        not_ours = spoken(draft.definition.not_applicable_label, draft.definition.language)
        words_of_mine = not_ours if isinstance(mine, str) else _label(draft, question, mine)
        both = Both(_label(draft, question, stored), words_of_mine, chosen)
        form.put(f"q-{name}", "")
        if not form.value(f"why-{name}"):
            form.put(f"why-{name}", (stored and stored.not_applicable) or "")
    elif not form.error(f"q-{name}"):
        form.put(f"q-{name}", field_value(stored))
        form.put(f"why-{name}", (stored and stored.not_applicable) or "")
    if form.error(f"keep-{name}"):
        both_notes = Both(note, form.value(f"note-{name}"))
    if both_notes or form.error(f"note-{name}"):
        note = form.value(f"note-{name}")
    return question_again(draft.definition, question, draft.profile, form, note, both=both, both_notes=both_notes)


def _unscored_again(
    draft: Draft, question: AnyUnscored, stored: Given | None, form: Form, *, conflict: bool
) -> Markup:  # fmt: skip
    """Return the fields of a question that is not scored: with what was typed, unless it is kept or left alone."""
    both = None
    if conflict or form.error(f"keep-{question.id}"):
        form.put(f"keep-{question.id}", "")
        both = Both(_label(draft, question, stored), "")
    elif not form.error(field_name(question)):
        for field, value in contents(question, stored).items():
            form.put(field, value)
    return unscored_again(draft.definition, question, draft.profile, form, both=both)


def _label(draft: Draft, question: AnyQuestion, answer: Answer | None) -> str:
    return label(draft.definition, question, draft.profile, answer)


# Where a person's own values go in a kept frame. The characters are private: nobody can type them into a form.
_QUESTIONS, _REVISION, _KEY, _ORGANISATION, _NAME, _FOR, _DRAFT = (f"\ue000{number}\ue001" for number in range(7))
_MARKS = re.compile("(\ue000[0-9]\ue001)")
_MOST = 1000
_frames: dict[tuple[object, ...], list[str]] = {}


def _frame(
    request: AnyRequest, within: OrganisationScope, draft: Draft, page: Page, choices: tuple[Choice, ...]
) -> list[str]:
    """Return the page around its questions, in pieces; made once for each page and kind of person, and kept."""
    actor = within.actor
    places = tuple(dict.fromkeys(other.section for other in draft.pages))
    key = (
        draft.definition.id,
        draft.definition.version,
        draft.definition.revision,
        choices,
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
            choices,
            help_now=False,
            actor=anyone,
            draft_id=_DRAFT,
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
    choices: tuple[Choice, ...],
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
        "draft_id": draft.id,
        "revision": draft.revision,
        "organisation": within.organisation,
        "questions": questions,
        "languages": choices,
        "action": address(draft, page),
        "back": _before(draft, page),
        "editable": within.role != "viewer",
        "help_now": help_now,
        **marks,
    }
    return render_page(request, "assessments/page.html", **context).encode()


def summary(draft: Draft, marks: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Return what the page that checks the answers shows: sections of (question, answer, address), and what is open.

    ``marks`` says of a question what became of it since the page was opened. An answer that was taken over says so too.
    """
    shown, where = draft.shown, places(draft)
    sections = []
    unanswered, waiting = [], []
    for section in draft.definition.sections:
        rows = []
        for question in section.questions:
            if question.id not in shown:
                continue
            text = spoken(words(draft.definition, question, draft.profile).text, draft.definition.language)
            answer, given = shown[question.id], draft.given.get(question.id)
            rows.append(
                {
                    "key": text,
                    "value": _label(draft, question, answer),
                    "typed": isinstance(question, Written),
                    "href": where[question.id],
                    "mark": marks.get(question.id) or earlier_mark(given),
                }
            )
            if answer is None and isinstance(question, Question):
                unanswered.append({"text": text, "href": where[question.id]})
            if question.id in draft.waiting:
                again = f"/assessments/{draft.definition.id}/again/{section.id}#said-{question.id}"
                waiting.append({"text": text, "href": again})
        if rows:
            sections.append({"title": spoken(section.title, draft.definition.language), "rows": rows})
    seen = Seen.of(draft)
    return {"sections": sections, "unanswered": unanswered, "waiting": waiting, "seen": seen, "wider": wider(draft)}


def marks(within: OrganisationScope, draft: Draft, before: Seen, changed: Changes) -> dict[str, str]:
    """Return what became of each question since somebody saw the draft as it was ``before``, in words."""

    def who(touched: Touched) -> str:
        if touched.person == within.person:
            return "you, in another window"
        return changed.names.get(touched.person, "a colleague") if touched.person else "a colleague"

    found = {name: "Asked since your page was opened" for name in draft.shown if name not in before.shown}
    for name, touched in changed.touched.items():
        what = "Said to be still so" if touched.confirmed else "Changed" if touched.answer else "Note changed"
        found[name] = f"{what} since your page was opened, by {who(touched)}"
    return found


async def names(people: set[UUID | None]) -> dict[UUID, str]:
    """Return the names of colleagues, in the current unit."""
    known = [person for person in people if person is not None]
    if not known:
        return {}
    rows = await sql.rows(f"SELECT id, name FROM person WHERE id IN ({sql.marks(len(known))})", *known)  # noqa: S608
    return {row["id"]: row["name"] for row in rows}
