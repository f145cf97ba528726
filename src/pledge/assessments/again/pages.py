"""Putting together a page on which answers of last time are confirmed or changed."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from pledge.assessments import pages
from pledge.assessments.again.confirming import Group, address, groups, open_in
from pledge.assessments.drafts import Draft
from pledge.assessments.languages import read_draft
from pledge.assessments.submitting import Submitted
from pledge.assessments.wording import earlier_mark, label
from pledge.questionnaires.definition import Question
from pledge.questionnaires.visibility import words
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.words.text import spoken


class Item(NamedTuple):
    """A question: its words, its answer in words and a mark beside that, its fields, and whether they stand open.

    ``new``: it was not asked last time; ``last``: what was said then, where it is asked afresh.
    """

    id: str
    text: str
    answer: str
    mark: str
    fields: Markup
    open: bool
    new: bool
    last: str


def contents(
    request: AnyRequest,
    draft: Draft,
    group: Group,
    notes: Mapping[str, str],
    last: Submitted | None,
    *,
    form: Form | None = None,
    again: Mapping[str, Markup] | None = None,
    help_now: bool = False,
) -> dict[str, Any]:
    """Return what the page shows. ``again``: the fields of questions as they were sent, with the form's messages."""
    reads, _ = read_draft(request, draft)
    failed = _failed(form, group.questions) if form else frozenset()
    sections = []
    for section in reads.definition.sections:
        items = [
            _item(reads, question.id, notes, last, again or {}, failed)
            for question in section.questions
            if question.id in group.questions
        ]
        if items:
            sections.append({"title": spoken(section.title, reads.definition.language), "items": items})
    every = groups(draft)
    place = every.index(group)
    still_open = open_in(draft, group)
    return {
        "definition": reads.definition,
        "sections": sections,
        "form": form or Form(),
        "action": address(draft, group),
        "back": address(draft, every[place - 1]) if place else f"/assessments/{draft.definition.id}",
        "place": place + 1,
        "places": len(every),
        "draft": draft,
        "asked": group.questions,
        "waiting": sum(name in draft.waiting for name in still_open),
        "to_answer": sum(name not in draft.waiting for name in still_open),
        "since": (last.since or last).on if last else None,
        "help_now": help_now,
    }


def _item(
    draft: Draft,
    name: str,
    notes: Mapping[str, str],
    last: Submitted | None,
    again: Mapping[str, Markup],
    failed: frozenset[str],
) -> Item:
    question, answer = draft.definition.question(name), draft.shown[name]
    text = spoken(words(draft.definition, question, draft.profile).text, draft.definition.language)
    said = label(draft.definition, question, draft.profile, answer) if answer else ""
    fields = again[name] if name in failed and name in again else pages.one_question(draft, name, notes.get(name, ""))
    return Item(
        id=name,
        text=text,
        answer=said,
        mark=earlier_mark(draft.given.get(name)),
        fields=fields,
        open=name in failed or answer is None,
        new=last is not None and answer is None and not asked_in(last, name),
        last=_last_said(last, name) if answer is None else "",
    )


def asked_in(last: Submitted, name: str) -> bool:
    """Return whether a report's firm was asked a question."""
    shown = {row.id for row in last.result.questions if row.state != "not_shown"}
    if name not in last.definition or isinstance(last.definition.question(name), Question):
        return name in shown
    return True  # one that is not scored: that it was not shown, a report does not say


def _last_said(last: Submitted | None, name: str) -> str:
    if last is None or name not in last.answers or name not in last.definition:
        return ""
    return label(last.definition, last.definition.question(name), last.profile, last.answers[name])


_FIELDS = ("q-", "why-", "note-", "keep-")


def _failed(form: Form, questions: Iterable[str]) -> frozenset[str]:
    """Return the questions that a form has a problem with."""
    anchors = {anchor for anchor, _ in form.errors}
    days = {anchor.removeprefix("q-").rpartition("-")[0] for anchor in anchors}  # a date has three fields
    return frozenset(name for name in questions if name in days or any(f"{each}{name}" in anchors for each in _FIELDS))
