"""Answering a questionnaire: questions, checking the answers, submitting."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import (
    answer_notes,
    definitions,
    drafts,
    fields,
    history,
    languages,
    pages,
    saving,
    stale,
    submitting,
)
from pledge.assessments.answer_notes import Typed
from pledge.assessments.drafts import Draft
from pledge.assessments.fields import NOT_APPLICABLE, field_name, read_field
from pledge.assessments.seeing import Changes, Seen
from pledge.assessments.starting_routes import current
from pledge.assessments.wording import typed_in_words
from pledge.database.ids import parse_id
from pledge.database.unit import glance, read, write
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import MAX_NOTE, MAX_REASON, Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.refusals import Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


@get("/assessments/{questionnaire:str}/{section:str}", policy=VIEWER)
async def question_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show a page of questions with the answers so far."""

    draft, notes = await glance(partial(answer_notes.load_draft, within, questionnaire))
    if draft is None:
        current(questionnaire)
        return see_other(f"/assessments/{questionnaire}")
    number = request.query_params.get("page", "1")
    shown = pages.find(draft, section, number)
    if shown is None:
        if other := pages.instead(draft, section, number):
            return see_other(other)
        raise Missing
    html = pages.render(request, within, draft, shown, notes, help_now="help" in request.query_params)
    return Response(html, media_type="text/html; charset=utf-8")


def _typed(request: AnyRequest, form: Form) -> list[tuple[str, str]]:
    """Return what was typed on a page of questions, for somebody who may not save it."""
    return typed_in_words(current(request.path_params["questionnaire"]), form)


@post("/assessments/{questionnaire:str}/{section:str}", policy=CONTRIBUTOR, typed=_typed)
async def save_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Save what is valid on a page and go on; show the page again where something is not, or where a colleague was."""
    form = await read_form(request)
    definition = current(questionnaire)
    if form.value("version") != definition.version:  # a draft is finished on the version it was started on
        try:
            definition = await read(partial(definitions.version, questionnaire, form.value("version")))
        except KeyError:
            raise Missing from None
    draft, base = parse_id(form.value("draft")), form.value("revision")
    if draft is None or not (base.isascii() and base.isdigit() and len(base) < 10):
        return stale.answer(request, definition, form, stale.OTHER_DRAFT)
    answers, unclear = _answers(form, definition)
    notes = _notes(form, definition)
    saved = await saving.save_page(within, definition, int(base), answers, notes, draft=draft, unclear=unclear)
    if saved is None:
        now = await read(partial(drafts.load, within, questionnaire))
        return stale.answer(request, definition, form, stale.why(draft, definition, now))
    shown = pages.find(saved.draft, section, request.query_params.get("page", "1"))
    if shown is None:
        return stale.answer(request, definition, form, stale.NOT_ASKED)
    for name in saved.refused:
        text = definition.question(name).text
        form.fail(f"q-{name}", f"We no longer ask: “{text}” Your answer to it was not saved.", anchor="")
    conflicts = [*saved.conflicts, *saved.note_conflicts]
    alarm = _raises_alarm(saved.draft.definition, answers)
    if conflicts or form.errors:
        people = {conflict.person for conflict in conflicts}

        async def unit() -> tuple[dict[UUID, str], Draft | None, dict[str, str]]:
            return await pages.names(people), *await answer_notes.load_draft(within, questionnaire)

        names, now, stored = await read(unit)
        stored = stored if now and now.id == saved.draft.id else {}
        html = pages.render_again(request, within, saved, shown, form, stored, names, help_now=alarm)
        return Response(html, media_type="text/html; charset=utf-8", status_code=409 if conflicts else 422)
    if (language := form.value("go").removeprefix(languages.GO)) != form.value("go"):
        now = saved.draft
        await write(partial(languages.remember, request, within.person, definition, language, now.profile))
        here = pages.address(now, shown)
        return see_other(here + ("&" if "?" in here else "?") + "help=now" if alarm else here)
    if form.value("go") == "tasks":
        return see_other("/home?notice=answers-saved" + ("&help=now" if alarm else ""))
    return see_other(pages.after(saved.draft, shown, "help=now" if alarm else ""))


def _answers(form: Form, definition: Definition) -> tuple[dict[str, Answer | None], list[str]]:
    """Return the answers on a submitted page, and the questions whose answer has a problem (noted in the form)."""
    answers: dict[str, Answer | None] = {}
    unclear: list[str] = []
    asked, unknown = fields.sent(definition, form)
    for name in unknown:
        form.fail(name, "One of the answers was to a question that we do not ask. The others are saved.", anchor="")
    for question_id in asked:
        question = definition.question(question_id)
        if not isinstance(question, Question):
            if not fields.take(form, question, answers):
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
            answers[question_id] = given
    for name in form.names("mine-"):  # two answers were shown to choose from
        question_id = name.removeprefix("mine-")
        if question_id in definition and not form.value(f"q-{question_id}"):
            form.refuse(f"q-{question_id}", ": Choose the right answer. Until you do, the saved one stays.")
            unclear.append(question_id)
    return answers, unclear


def _notes(form: Form, definition: Definition) -> dict[str, Typed]:
    """Return the notes on a submitted page; problems are recorded in the form."""
    notes: dict[str, Typed] = {}
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
            notes[question_id] = Typed(text, form.value(f"had-{question_id}"))
    return notes


def _raises_alarm(definition: Definition, answers: Mapping[str, Answer | None]) -> bool:
    """Return whether an answer says that someone may be harmed, so that help is shown at once."""
    given = [(definition.question(name), answer) for name, answer in answers.items() if answer is not None]
    return any(
        option.flag == "act_first" and option.value == answer.value
        for question, answer in given
        if isinstance(question, Question) and question.flags_when is None
        for option in question.options
    )


@get("/assessments/{questionnaire:str}/check", policy=VIEWER)
async def check_answers(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show all answers before they are submitted."""
    current(questionnaire)
    draft = await glance(partial(drafts.load, within, questionnaire))
    if draft is None:
        return see_other(f"/assessments/{questionnaire}")
    draft, choices = languages.read_draft(request, draft)
    return page(
        request, "assessments/check.html", definition=draft.definition, languages=choices, **pages.summary(draft)
    )


@post("/assessments/{questionnaire:str}/submit", policy=CONTRIBUTOR)
async def submit(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Submit the assessment: score it, freeze it, and show the report."""
    current(questionnaire)
    form = await read_form(request)

    seen, state = Seen.read(form), request.app.state

    async def work() -> str:
        report = await submitting.submit(within, questionnaire, state.mailroom, seen, then=state.once_submitted)
        return f"/reports/{report}"

    while True:
        try:
            return await answer_once(form, work)
        except submitting.Incomplete:
            return see_other(f"/assessments/{questionnaire}/check?notice=not-complete")
        except submitting.NotSeen:
            return await _check_again(request, within, questionnaire, seen)
        except saving.SavedMeanwhile:
            continue


async def _check_again(request: AnyRequest, within: OrganisationScope, questionnaire: str, seen: Seen) -> Response[Any]:
    """Show the answers once more, with what changed since somebody saw them marked."""

    async def unit() -> tuple[Draft | None, Changes]:
        draft = await drafts.load(within, questionnaire)
        if draft is None or draft.id != seen.draft:
            return draft, Changes({}, {})
        touched = await history.touched(draft.id, seen.revision)
        return draft, Changes(touched, await pages.names({each.person for each in touched.values()}))

    draft, changed = await read(unit)
    if draft is None:
        return see_other(f"/assessments/{questionnaire}")
    draft, choices = languages.read_draft(request, draft)
    known = draft.id == seen.draft
    marks = pages.marks(within, draft, seen, changed) if known else {}
    return page(
        request,
        "assessments/check.html",
        status=409,
        definition=draft.definition,
        languages=choices,
        **pages.summary(draft, marks),
        changed=not seen.same_as(draft),
        gone=[draft.definition.question(name).text for name in sorted(seen.shown - set(draft.shown))
              if name in draft.definition] if known else [],
        profile_changed=known and seen.profile != Seen.of(draft).profile,
    )  # fmt: skip


ROUTES = [check_answers, submit, question_page, save_page]
