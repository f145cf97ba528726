"""The firm's actions: the list with its filters, on paper and as a workbook; one, and the form that changes it."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.actions import action_file, action_form, changing, evidence, listing, reminders
from pledge.actions.evidence import Piece
from pledge.actions.listing import ORDERS, SHOWN, Action, Change
from pledge.actions.papers.reading import helping
from pledge.actions.wishes import Link, wish
from pledge.assessments import definitions, submitting
from pledge.assessments.again import one_answer, one_answer_routes
from pledge.assessments.again.worth import Ahead, Worth, ahead, in_short, worth
from pledge.assessments.colleagues import assignments
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.database.unit import glance, read
from pledge.limits import TooMany
from pledge.organisations.people.members import Member
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.visibility import words
from pledge.refusals import ChangedMeanwhile
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import download, page
from pledge.web.receiving import read_form


async def _chosen(request: AnyRequest, within: OrganisationScope) -> dict[str, Any]:
    """Return what a list shows: that of the address, or the open actions where it names none that there is."""

    async def unit() -> tuple[list[Action], list[Submitted]]:
        return await listing.everything(within), await submitting.latest(within)

    every, reports = await glance(unit)
    query, today = request.query_params, clock.today()
    show = query.get("show", "") if query.get("show", "") in SHOWN else "open"
    sources = {definition.id: definition.title for definition in definitions.all_current()}
    source = query.get("from", "") if query.get("from", "") in sources else ""
    order = query.get("order", "") if query.get("order", "") in ORDERS else ""
    here = partial(listing.choose, every, me=within.person, today=today, order=order)
    chosen = here(show, source)
    return {
        "actions": chosen,
        "worth": _worth(chosen, reports),
        "ways": [
            (each.definition.title, found)
            for each in reports
            if source in ("", each.definition.id) and (found := _way(every, each))
        ],
        "every": every,
        "lists": [
            {"name": name, "title": title, "count": len(here(name, source)), "current": name == show}
            for name, title in SHOWN.items()
        ],
        "sources": [{"name": "", "title": "All questions", "current": not source}]
        + [{"name": name, "title": title, "current": name == source} for name, title in sources.items()],
        "orders": [{"name": name, "title": title, "current": name == order} for name, title in ORDERS.items()],
        "show": show,
        "source": source,
        "order": order,
        "today": today,
        "call": request.app.state.call,
    }


def _worth(actions: list[Action], reports: list[Submitted]) -> dict[UUID, str]:
    """Return in a few words what doing each action does to the score, by its id."""
    newest = {each.definition.id: each for each in reports}
    return {
        action.id: in_short(newest[action.questionnaire], action.question)
        for action in actions
        if action.open and action.questionnaire in newest
    }


def _way(actions: list[Action], submitted: Submitted) -> tuple[Ahead, dict[str, str]] | None:
    """Return the shortest way to the next level, and the address of each of its questions: of its action, if any."""
    way = ahead(submitted)
    if way is None:
        return None
    mine = {each.question: f"/actions/{each.id}" for each in actions if each.questionnaire == submitted.definition.id}
    again = one_answer_routes.address
    return way, {step.question: mine.get(step.question, again(submitted.id, step.question)) for step in way.steps}


@get("/actions", policy=VIEWER)
async def actions_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show what the firm has to do: what is open, or one of the other lists."""
    silent = await glance(partial(reminders.silent, within))
    return page(request, "actions/list.html", silent=silent, **await _chosen(request, within))


@post("/actions/reminders", policy=CONTRIBUTOR)
async def remind_me(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Stop the e-mails that remind somebody of this firm's actions, or send them again."""
    form = await read_form(request)
    off = form.value("off") == "yes"

    async def work() -> str:
        await reminders.silence(within, off=off)
        return f"/actions?notice=reminders-{'off' if off else 'on'}"

    return await answer_once(form, work)


@get("/actions/paper", policy=VIEWER)
async def paper_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the same list with all that there is to each, to print."""
    return page(request, "actions/paper.html", **await _chosen(request, within))


@get("/actions.xlsx", policy=VIEWER)
async def workbook(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Give every action as a workbook, or those of one list."""
    found = await _chosen(request, within)
    chosen = found["actions"] if "show" in request.query_params or found["source"] else found["every"]
    pieces = await glance(partial(evidence.everything, within))
    content = action_file.workbook(chosen, pieces, request.app.state.call.words)
    return download(content, "Actions.xlsx", action_file.MEDIA_TYPE)


class _Seen:
    """All that the page of one action shows."""

    def __init__(
        self,
        action: Action,
        changes: list[Change],
        people: list[Member],
        pieces: list[Piece],
        submitted: Submitted | None,
        newest: Submitted | None,
    ) -> None:
        self.action, self.changes, self.people, self.pieces = action, changes, people, pieces
        self.asked, self.links = "", tuple[Link, ...]()
        self.worth: Worth | None = worth(newest, action.question) if newest else None
        self.again = one_answer_routes.address(newest.id, action.question, action.id) if newest and self.worth else ""
        if submitted is not None and action.question in submitted.definition:
            question = submitted.definition.question(action.question)
            self.asked = words(submitted.definition, question, submitted.profile).text
            gaps = [gap for gap in submitted.result.gaps if gap.question == action.question]
            self.links = wish(submitted, gaps[0]).links if gaps else ()


async def _see(within: OrganisationScope, action: UUID) -> _Seen:
    async def unit() -> _Seen:
        found = await listing.find(within, action)
        submitted = await submitting.load(within, found.assessment)
        newest = submitted if submitted and submitted.latest else await one_answer.newest(within, found.assessment)
        return _Seen(
            found,
            await listing.history(within, action),
            await assignments.answerers(within),
            await evidence.of(within, action),
            submitted,
            newest,
        )

    return await read(unit)


def _page(
    request: AnyRequest, within: OrganisationScope, seen: _Seen, form: Form, status: int = 200, **more: Any
) -> Response[bytes]:
    action = seen.action
    return page(
        request,
        "actions/action.html",
        status=status,
        form=form,
        action=action,
        seen=seen,
        statuses=action_form.statuses(),
        doers=action_form.doers(action, seen.people, within),
        most=changing.MAX_NOTE,
        today=clock.today(),
        papers=helping(request.app.state.papers, action.questionnaire, action.question),
        call=request.app.state.call if action.flag == "act_first" else None,
        **more,
    )


@get("/actions/{action:uuid}", policy=VIEWER)
async def action_page(
    request: AnyRequest, within: Within[OrganisationScope], action: FromPath[UUID]
) -> Response[bytes]:
    """Show one action: what, why, where help is, the form that changes it, and its history."""
    seen = await _see(within, action)
    return _page(request, within, seen, action_form.as_it_is(seen.action))


@post("/actions/{action:uuid}", policy=CONTRIBUTOR)
async def change(request: AnyRequest, within: Within[OrganisationScope], action: FromPath[UUID]) -> Response[Any]:
    """Note how far an action is, who does it, by when, and what there is to say about it."""
    form = await read_form(request)
    seen = await _see(within, action)
    wanted = action_form.read_wanted(form, seen.action, action_form.doers(seen.action, seen.people, within))
    if wanted is None:
        return _page(request, within, seen, form, 422)
    shown = form.value("seen")
    revision = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0

    async def work() -> str:
        before = await changing.change(within, action, wanted, revision, request.app.state.mailroom)
        mine = any(each.id == wanted.member and each.person == within.person for each in seen.people)
        if wanted.status == "done" and before.status != "done":
            if seen.again:
                return f"{seen.again}&notice=action-done"
            notice = "action-done-alone"
        elif wanted.member not in (None, before.member) and not mine:
            notice = "action-given"
        else:
            notice = "action-saved"
        return f"/actions/{action}?notice={notice}"

    try:
        return await answer_once(form, work)
    except changing.HasLeft:
        form.refuse("member", action_form.GONE)
    except TooMany as error:
        form.fail(
            "", f"Your firm has given away {error.limit.hits} actions today. You can give more tomorrow.", anchor=""
        )
        response = _page(request, within, seen, form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except ChangedMeanwhile:
        seen = await _see(within, action)
        fresh = action_form.as_it_is(seen.action)
        fresh.fail(
            "",
            "Somebody changed this action while your page was open. Below is what it says now, and what you typed "
            "stands above it. Change it again if it is not right.",
            anchor="",
        )
        return _page(request, within, seen, fresh, 409, typed=form.typed)
    return _page(request, within, await _see(within, action), form, 422)


ROUTES = [actions_page, remind_me, paper_page, workbook, action_page, change]
