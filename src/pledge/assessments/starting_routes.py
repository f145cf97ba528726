"""Before the first question: what to know, which form to answer, and starting."""

from collections.abc import Set
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import deeper, definitions, drafts, languages, pages, submitting
from pledge.assessments.again import confirming
from pledge.assessments.again.beginning import begin, carried_over
from pledge.assessments.colleagues import assignments
from pledge.assessments.colleagues.assignments import Assignment
from pledge.assessments.drafts import Draft
from pledge.assessments.quick import quick_answers
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.database.unit import glance
from pledge.organisations import profiles
from pledge.organisations.profile import FIELDS, LARGE, TYPICAL, Profile
from pledge.organisations.profiles import Stored
from pledge.policy.policies import CONTRIBUTOR, PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope, PublicScope
from pledge.questionnaires.asked import asked
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import choose, forms, in_depth, title_in
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


def current(questionnaire: str) -> Definition:
    """Return what new assessments of a questionnaire start on. Raises Missing."""
    found = definitions.current(questionnaire)
    if found is None or questionnaire not in ASSESSMENTS:  # the quick check is no assessment
        raise Missing
    return found


@get("/questions", policy=PUBLIC)
async def all_questions(request: AnyRequest, within: Within[PublicScope]) -> Response[bytes]:
    """Show every question to everybody, as it is asked, and how long they take: the reader's own firm, or others."""
    organisation = within.actor.organisation

    async def unit() -> Stored | None:
        await definitions.catch_up()
        return await profiles.of(organisation) if organisation else None

    stored, found = await glance(unit), definitions.all_current()
    firms = {f"For {stored.name}": stored.profile} if stored and stored.complete else _FIRMS
    efforts = {each.id: [(words, forms(each, profile)) for words, profile in firms.items()] for each in found}
    read = [languages.reading(request, definition) for definition in found]
    choices = {choice.language: choice for each in read for choice in each.choices}
    return page(
        request,
        "assessments/all_questions.html",
        questionnaires=[each.definition for each in read],
        languages=list(choices.values()),
        efforts=efforts,
    )


_FIRMS = {"For a firm of up to nine people": TYPICAL, "For a large firm": LARGE}


@get("/assessments/{questionnaire:str}", policy=VIEWER)
async def overview(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show the task list of the open draft; without one, what to know before the first question."""

    async def unit() -> tuple[Draft | None, Profile | None, tuple[Submitted | None, Set[str]], list[Assignment]]:
        draft = await drafts.load(within, questionnaire)
        if draft is None:
            await definitions.catch_up()
            stored = await profiles.load(within)
            last = await submitting.newest(within, questionnaire)
            wanted = last.profile.depth if last else ""  # the form of last time, where there is a choice
            profile = choose(current(questionnaire), stored.profile, wanted) if stored.complete else None
            quick = await quick_answers.of(within.organisation) if last is None else None
            brought = drafts.from_quick_check(current(questionnaire), stored.profile, *quick) if quick else {}
            return None, profile, (last, brought.keys()), []
        return draft, None, (None, set()), await assignments.everything(within, draft)

    draft, profile, (last, brought), assigned = await glance(unit)
    newest = current(questionnaire)
    if draft is None:
        efforts = forms(newest, profile) if profile else ()
        shown, choices = languages.reading(request, newest, profile)
        return page(
            request,
            "assessments/before.html",
            definition=shown,
            profile=profile,
            languages=choices,
            last=last,
            confirming=confirming.minutes(newest, profile, carried_over(last, newest, profile))
            if last and profile
            else None,
            brought=[
                sum(each.question.id in brought for each in asked(newest, in_depth(profile, effort.depth)))
                for effort in efforts
                if profile
            ],
            efforts=efforts,
            form=Form(defaults={"depth": profile.depth} if profile else {}),
        )
    if not draft.profiled:
        return see_other("/organisation/edit")
    reads, choices = languages.read_draft(request, draft)
    sections = drafts.progress(reads)
    return page(
        request,
        "assessments/tasks.html",
        definition=reads.definition,
        languages=choices,
        title=title_in(reads.definition, draft.profile.depth),
        newer=newest.version != draft.definition.version,
        reread=sum(bool(given.since) and not given.still for name, given in draft.given.items() if name in draft.shown),
        sections=sections,
        openings=pages.openings(reads) | (confirming.openings(reads) if within.role != "viewer" else {}),
        waiting=len(reads.waiting),
        wider=deeper.wider(draft),
        complete=all(section.status in ("completed", "optional") for section in sections),
        asked=[
            (each, assignments.title(draft, each.part), assignments.come(each, draft, clock.today()))
            for each in assigned
        ],
    )


@post("/assessments/{questionnaire:str}/start", policy=CONTRIBUTOR)
async def start(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Start a draft on the current version, in the form that was chosen."""
    current(questionnaire)
    form = await read_form(request)
    address = f"/assessments/{questionnaire}"

    async def work() -> str:
        stored = await profiles.load(within)
        if stored.complete:
            await definitions.catch_up()
            definition = current(questionnaire)
            wanted = form.value("depth")
            chosen = choose(definition, stored.profile, wanted).depth
            if wanted and wanted not in FIELDS["depth"].values:
                raise Refusal(_NO_SUCH_FORM, onward=(address, definition.title))
            if wanted and wanted != chosen:
                raise Refusal(_NOT_THAT_FORM, onward=(address, definition.title))
            begun = choose(definition, stored.profile, chosen)
            blank = bool(form.value("blank"))
            if await begin(within, definition, begun, blank=blank) is not None and not blank:
                return f"{address}/again" if await submitting.latest_id(within, questionnaire) else address
        return address

    return await answer_once(form, work)


_NO_SUCH_FORM = "There is no such form of these questions. Nothing was started. Choose one of those on the page."
_NOT_THAT_FORM = (
    "Your organisation’s details changed since your page was opened, and the questions cannot be answered in that form "
    "any more. Look what you would be asked now, then start."
)


@post("/reports/{assessment:uuid}/deeper", policy=CONTRIBUTOR)
async def go_deeper(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID]
) -> Response[Any]:  # fmt: skip
    """Start on all questions with the answers of the short form that a report is of. The report stays as it is."""
    form = await read_form(request)

    async def work() -> str:
        return f"/assessments/{await deeper.start(within, assessment)}"

    return await answer_once(form, work)


@post("/assessments/{questionnaire:str}/widen", policy=CONTRIBUTOR)
async def widen(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Make all questions of the open short form, with the answers so far."""
    current(questionnaire)
    form = await read_form(request)
    draft = parse_id(form.value("draft"))

    async def work() -> str:
        widened = draft is not None and await deeper.widen(within, draft)
        return f"/assessments/{questionnaire}" + ("?notice=all-questions" if widened else "")

    return await answer_once(form, work)


ROUTES = [all_questions, overview, start, widen, go_deeper]
