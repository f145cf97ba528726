"""Confirming or changing what was answered last time, page by page; putting a draft away."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import answer_notes, drafts, pages, receiving, stale, submitting
from pledge.assessments.again import confirming, putting_away
from pledge.assessments.again.confirming import address
from pledge.assessments.again.pages import contents
from pledge.assessments.drafts import Draft
from pledge.assessments.languages import read_draft
from pledge.assessments.starting_routes import current
from pledge.assessments.submitting import Submitted
from pledge.assessments.wording import typed_in_words
from pledge.database.ids import parse_id
from pledge.database.unit import glance, read
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form
from pledge.words.numbers import plural


@get("/assessments/{questionnaire:str}/again", policy=CONTRIBUTOR)
async def next_page(within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Lead to the first page on which something is to be confirmed or answered; without one, to all answers."""
    current(questionnaire)
    draft = await glance(partial(drafts.load, within, questionnaire))
    if draft is None:
        return see_other(f"/assessments/{questionnaire}")
    return see_other(address(draft, confirming.following(draft)))


_Known = tuple[Draft | None, dict[str, str], Submitted | None]


async def _load(within: OrganisationScope, questionnaire: str) -> _Known:
    return *await answer_notes.load_draft(within, questionnaire), await submitting.newest(within, questionnaire)


@get("/assessments/{questionnaire:str}/again/{section:str}", policy=CONTRIBUTOR)
async def confirm_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show the answers of last time to some parts of the questions, each to be confirmed or changed."""
    return await _page(request, within, questionnaire, section)


@get("/assessments/{questionnaire:str}/again/{section:str}/help", policy=CONTRIBUTOR)
async def confirm_page_with_help(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show the same with whom to call, after an answer that can mean harm. A page with a query is not packed."""
    return await _page(request, within, questionnaire, section, help_now=True)


async def _page(
    request: AnyRequest, within: OrganisationScope, questionnaire: str, section: str, *, help_now: bool = False
) -> Response[Any]:
    current(questionnaire)
    draft, notes, last = await glance(partial(_load, within, questionnaire))
    if draft is None or not draft.profiled:
        return see_other(f"/assessments/{questionnaire}")
    group = confirming.find(draft, section)
    if group is None:
        if all(part.id != section for part in draft.definition.sections):
            raise Missing
        return see_other(address(draft, confirming.following(draft)))
    shown = contents(request, draft, group, notes, last, help_now=help_now)
    return page(request, "assessments/again.html", **shown)


def _typed(request: AnyRequest, form: Form) -> list[tuple[str, str]]:
    """Return what was typed on a page, for somebody who may not save it."""
    return typed_in_words(current(request.path_params["questionnaire"]), form)


@post("/assessments/{questionnaire:str}/again/{section:str}", policy=CONTRIBUTOR, typed=_typed)
async def confirm(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Confirm what a page showed and was not changed on it, save what was, and go on to what is open."""
    form = await read_form(request)
    received = await receiving.receive(within, current(questionnaire), form)
    saved = received.saved
    if saved is None:
        return stale.answer(request, received.definition, form, received.stale)
    group = confirming.find(saved.draft, section)
    if group is None:
        return stale.answer(request, received.definition, form, stale.NOT_ASKED)
    receiving.refuse(form, saved)
    conflicts = [*saved.conflicts, *saved.note_conflicts]
    if conflicts or form.errors:
        notes, names = await receiving.as_stored(within, saved)
        last = await read(partial(submitting.newest, within, questionnaire))
        reads, _ = read_draft(request, saved.draft)
        again = pages.questions_again(within, saved, reads, group.questions, form, notes, names)
        shown = contents(
            request, saved.draft, group, notes, last, form=form, again=again, help_now=received.alarm
        )  # fmt: skip
        return page(request, "assessments/again.html", status=409 if conflicts else 422, **shown)
    if form.value("go") == "tasks":
        return see_other("/home?notice=answers-saved" + ("&help=now" if received.alarm else ""))
    asked = form.value("asked").split()
    shown_since = any(name not in asked for name in confirming.open_in(saved.draft, group))
    target = group if shown_since else confirming.following(saved.draft, group)
    onward = address(saved.draft, target)
    return see_other(onward + ("/help" if target else "?help=now") if received.alarm else onward)


@get("/assessments/{questionnaire:str}/put-away", policy=CONTRIBUTOR)
async def put_away_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Ask whether the open draft shall be put away, and say what goes with it."""
    return await _ask(request, within, questionnaire)


@post("/assessments/{questionnaire:str}/put-away", policy=CONTRIBUTOR)
async def put_away(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:  # fmt: skip
    """Put the draft away that the page showed, with all that is in it. Reports stay."""
    current(questionnaire)
    form = await read_form(request)
    draft, base = parse_id(form.value("draft")), form.value("revision")
    revision = int(base) if base.isascii() and base.isdigit() and len(base) < 10 else -1

    async def work() -> str:
        await putting_away.put_away(within, questionnaire, draft, revision)
        return f"/assessments/{questionnaire}?notice=put-away"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        return await _ask(request, within, questionnaire, status=409)


async def _ask(
    request: AnyRequest, within: OrganisationScope, questionnaire: str, *, status: int = 200
) -> Response[Any]:
    title, home = current(questionnaire).title, f"/assessments/{questionnaire}"
    found = await glance(partial(putting_away.load, within, questionnaire))
    if found is None:
        return see_other(home)
    if not found.may:
        return see_other(f"{home}?notice=not-yours-to-put-away")
    what = (
        "Somebody changed something since your page was opened, so nothing was put away yet. " if status != 200 else ""
    )
    what += f"{_said(found.changed)} This cannot be undone. Your reports stay as they are."
    if found.colleagues:
        what += " Colleagues who were asked for a part of them are asked no more."
    return ask(
        request,
        "Put these answers away?",
        what,
        about=title,
        address=f"{home}/put-away",
        hidden={
            "organisation": str(within.organisation),
            "draft": str(found.draft.id),
            "revision": str(found.draft.revision),
        },
        back=home,
        yes="Put them away",
        no="Keep them",
        status=status,
    )


def _said(changed: int) -> str:
    if not changed:
        return "You have not changed an answer yet, so nothing is lost."
    return f"{plural(changed, 'answer was', 'answers were')} given or changed, and would be gone, with the notes."


ROUTES = [next_page, confirm_page, confirm_page_with_help, confirm, put_away_page, put_away]
