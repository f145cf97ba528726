"""Answering a questionnaire: questions, checking the answers, submitting."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import (
    answer_notes,
    drafts,
    history,
    languages,
    pages,
    receiving,
    saving,
    stale,
    submitting,
)
from pledge.assessments.drafts import Draft
from pledge.assessments.seeing import Changes, Seen
from pledge.assessments.starting_routes import current
from pledge.assessments.wording import typed_in_words
from pledge.database.unit import glance, read, write
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
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
    query = request.query_params
    shown = pages.find(draft, section, query.get("page", "1"))
    if shown is None:
        if other := pages.instead(draft, section, query.get("page", "1")):
            return see_other(other)
        raise Missing
    told, help_now = "notice" in query, "help" in query
    html = pages.render(request, within, draft, shown, notes, told=told, help_now=help_now)
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
    turns = form.value("go").startswith(languages.GO)  # to another language: nothing is said of what was not read yet
    received = await receiving.receive(within, current(questionnaire), form, confirm=not turns)
    definition, saved, alarm = received.definition, received.saved, received.alarm
    if saved is None:
        return stale.answer(request, definition, form, received.stale)
    shown = pages.find(saved.draft, section, request.query_params.get("page", "1"))
    if shown is None:
        return stale.answer(request, definition, form, stale.NOT_ASKED)
    receiving.refuse(form, saved)
    conflicts = [*saved.conflicts, *saved.note_conflicts]
    if conflicts or form.errors:
        stored, names = await receiving.as_stored(within, saved)
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
        request,
        "assessments/check.html",
        definition=draft.definition,
        languages=choices,
        help_now="help" in request.query_params,
        **pages.summary(draft),
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
