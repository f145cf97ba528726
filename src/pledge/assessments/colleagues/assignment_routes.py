"""Asking a colleague for a part of the questions: the form, and the page it leads to."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import drafts, pages
from pledge.assessments.colleagues import assigning, assignments
from pledge.assessments.colleagues.assigning import HasLeft
from pledge.assessments.colleagues.assignment_form import (
    Asking,
    as_it_begins,
    as_it_is,
    has_left,
    read_wish,
    seen,
    too_many,
)
from pledge.assessments.colleagues.assignments import Assignment, Part
from pledge.assessments.drafts import Draft
from pledge.assessments.starting_routes import current
from pledge.assessments.wording import label
from pledge.database.unit import glance
from pledge.limits import TooMany
from pledge.organisations.people.members import Member
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask as ask_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form

# to whoever comes by the link of an e-mail
_OVER = (
    "Nothing is left for you to do here. The questions were submitted or somebody took back what was asked, or it was "
    "asked of another organisation than the one that you act for now."
)


async def _asking(within: OrganisationScope, questionnaire: str, section: str) -> Asking | None:
    async def unit() -> tuple[Draft | None, list[Member], list[Assignment]]:
        draft = await drafts.load(within, questionnaire)
        if draft is None:
            return None, [], []
        return draft, await assignments.answerers(within), await assignments.everything(within, draft)

    draft, people, asked = await glance(unit)
    if draft is None:
        return None
    found = Asking(within, draft, section, people, asked)
    if not found.questions:
        raise Missing
    return found


def _ask_page(
    request: AnyRequest,
    asking: Asking,
    form: Form,
    status: int = 200,
    assignment: Assignment | None = None,
    **more: Any,
) -> Response[bytes]:
    return page(
        request,
        "assessments/ask_colleague.html",
        status=status,
        form=form,
        definition=asking.draft.definition,
        section=asking.section,
        title=assignments.title(asking.draft, assignment.part if assignment else Part(asking.section)),
        parts=asking.parts,
        members=asking.members,
        assignment=assignment,
        most=assigning.MAX_NOTE,
        **more,
    )


@get("/assessments/{questionnaire:str}/ask/{section:str}", policy=CONTRIBUTOR)
async def ask_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show the form that asks a colleague for a part of the open draft."""
    current(questionnaire)
    asking = await _asking(within, questionnaire, section)
    if asking is None:
        return see_other(f"/assessments/{questionnaire}")
    return _ask_page(request, asking, as_it_begins())


@post("/assessments/{questionnaire:str}/ask/{section:str}", policy=CONTRIBUTOR)
async def ask(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Ask a colleague for a part of the open draft, and tell them."""
    current(questionnaire)
    form = await read_form(request)
    asking = await _asking(within, questionnaire, section)
    if asking is None:
        raise Refusal("These questions were submitted meanwhile, so nobody was asked for them.")
    part = asking.part(form.choice("part", [each["value"] for each in asking.parts], "Choose what you ask for"))
    wish = read_wish(form, asking.members)
    if wish is None:
        return _ask_page(request, asking, form, 422)

    async def work() -> str:
        await assigning.ask(within, questionnaire, part, wish, request.app.state.mailroom)
        mine = any(each.id == wish.member and each.person == within.person for each in asking.people)
        return f"/assessments/{questionnaire}?notice={'assignment-kept' if mine else 'colleague-asked'}"

    try:
        return await answer_once(form, work)
    except HasLeft:
        has_left(form)
    except ChangedMeanwhile as error:
        who = error.now.who if error.now else "somebody"
        form.fail("part", f"This was asked for already: {who}. Choose another part, or change that on its page.")
    except TooMany as error:
        headers = too_many(form, error)
        response = _ask_page(request, asking, form, 429)
        response.headers.update(headers)
        return response
    return _ask_page(request, await _asking(within, questionnaire, section) or asking, form, 422)


@get("/assignments/{assignment:uuid}", policy=VIEWER)
async def assignment_page(
    request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]
) -> Response[bytes]:
    """Show what a colleague was asked for, how far it has come, and the way to each question."""
    try:
        found, draft = await glance(partial(assignments.find, within, assignment))
    except Missing:
        raise Refusal(_OVER, status=404, onward=("/home", "Go to your tasks")) from None
    names, where = assignments.questions(draft, found.part), pages.places(draft)
    rows = [
        {
            "key": assignments.title(draft, Part(found.part.section, name)),
            "value": label(draft.definition, draft.definition.question(name), draft.profile, draft.shown[name]),
            "href": where[name],
            "action": "Read" if within.role == "viewer" else "Change" if draft.shown[name] else "Answer",
        }
        for name in names
    ]
    unanswered = assignments.unanswered(draft, found.part)
    return page(
        request,
        "assessments/assignment.html",
        assignment=found,
        definition=draft.definition,
        title=assignments.title(draft, found.part),
        rows=rows,
        first=where[unanswered[0]] if unanswered else "",
        so_far=assignments.how_far(draft, found.part),
        mine=found.person == within.person,
    )


@get("/assignments/{assignment:uuid}/change", policy=CONTRIBUTOR)
async def change_page(
    request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]
) -> Response[bytes]:
    """Show the form that changes who is asked, by when, and with what words."""
    found, asking = await _found(within, assignment)
    return _ask_page(request, asking, as_it_is(found), assignment=found)


async def _found(within: OrganisationScope, assignment: UUID) -> tuple[Assignment, Asking]:
    async def unit() -> tuple[Assignment, Draft, list[Member]]:
        return *await assignments.find(within, assignment), await assignments.answerers(within)

    found, draft, people = await glance(unit)
    return found, Asking(within, draft, found.part.section, people, [])


@post("/assignments/{assignment:uuid}/change", policy=CONTRIBUTOR)
async def change(request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]) -> Response[Any]:
    """Ask somebody else for a part, or by another day, and tell whom it concerns."""
    form = await read_form(request)
    found, asking = await _found(within, assignment)
    wish = read_wish(form, asking.members)
    if wish is None:
        return _ask_page(request, asking, form, 422, found)

    async def work() -> str:
        await assigning.change(within, assignment, wish, seen(form), request.app.state.mailroom)
        return f"/assignments/{assignment}?notice=assignment-changed"

    try:
        return await answer_once(form, work)
    except HasLeft:
        has_left(form)
    except TooMany as error:
        headers = too_many(form, error)
        response = _ask_page(request, asking, form, 429, found)
        response.headers.update(headers)
        return response
    except ChangedMeanwhile:
        found, asking = await _found(within, assignment)
        fresh = as_it_is(found)
        told = (
            "Somebody changed this while your page was open. Below is what it says now. Change it if it is not right."
        )
        fresh.fail("", told, anchor="")
        return _ask_page(request, asking, fresh, 409, found, typed=form.typed)
    found, asking = await _found(within, assignment)
    return _ask_page(request, asking, form, 422, found)


@get("/assignments/{assignment:uuid}/withdraw", policy=CONTRIBUTOR)
async def withdraw_page(
    request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether nobody shall be asked for a part any more."""
    found, draft = await glance(partial(assignments.find, within, assignment))
    told = f" We tell {found.name}." if found.name and found.person != within.person and not found.done else ""
    return ask_once(
        request,
        "Ask nobody for this any more?",
        f"What was answered stays. You can ask again at any time.{told}",
        about=assignments.title(draft, found.part),
        address=f"/assignments/{assignment}/withdraw",
        hidden={"organisation": str(within.organisation), "seen": str(found.revision)},
        back=f"/assignments/{assignment}",
        yes="Ask nobody",
        no="Keep it",
    )


@post("/assignments/{assignment:uuid}/withdraw", policy=CONTRIBUTOR)
async def withdraw(request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]) -> Response[Any]:
    """Ask nobody for a part any more; what was answered stays."""
    form = await read_form(request)

    async def work() -> str:
        questionnaire = await assigning.withdraw(within, assignment, seen(form), request.app.state.mailroom)
        return f"/assessments/{questionnaire}?notice=assignment-withdrawn"

    return await answer_once(form, work)


@post("/assignments/{assignment:uuid}/done", policy=CONTRIBUTOR)
async def finish(request: AnyRequest, within: Within[OrganisationScope], assignment: FromPath[UUID]) -> Response[Any]:
    """Note that this is all that comes of a part, or that it is open again."""
    form = await read_form(request)
    done = form.value("done") != "no"

    async def work() -> str:
        await assigning.finish(within, assignment, seen(form), request.app.state.mailroom, done=done)
        return f"/assignments/{assignment}?notice={'assignment-done' if done else 'assignment-open'}"

    return await answer_once(form, work)


ROUTES = [ask_page, ask, assignment_page, change_page, change, withdraw_page, withdraw, finish]
