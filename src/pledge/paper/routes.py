"""Pages with the questions on paper: for a firm as its profile has it, and for visitors by the few facts they pick."""

from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from pledge.assessments import definitions, drafts, languages
from pledge.database.unit import glance, write
from pledge.limits import Limit, hit
from pledge.organisations import facts, profiles
from pledge.organisations.profile import FIELDS, Depth, Profile
from pledge.paper import pdf
from pledge.paper.document import HOW, NOTE, Document, chosen, document_of
from pledge.paper.sheet import sheet_of
from pledge.policy.policies import PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.asked import steering_facts
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import choose, forms, in_depth
from pledge.refusals import Missing
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import download, page, see_other

LIMIT = Limit("paper", hits=60, seconds=3600)  # files that are really made; those that are kept cost nothing
TYPICAL = {"kind": ["business"], "headcount_band": ["1-9"], "turnover_36m": ["no"], "goods_abroad": ["no"]}
OTHER = {"short": "print the short form", "full": "print all the questions"}


def _definition(questionnaire: str) -> Definition:
    for definition in definitions.all_current():
        if definition.id == questionnaire:
            return definition
    raise Missing


def _document(request: AnyRequest, definition: Definition, profile: Profile) -> Document:
    """Return the document in the language that whoever asks reads it in."""
    state, read = request.app.state, languages.reading(request, definition, profile)
    return document_of(read.definition, profile, publisher=state.partnership.name, site=state.settings.base_url)


async def _file(document: Document, subject: str) -> Response[bytes]:
    made = pdf.kept(document)
    if made is None:
        await write(partial(hit, LIMIT, subject))
        made = await pdf.make(document)
    language = f"-{document.language}" if document.notes else ""
    return download(made, f"{document.id}-{document.version}{language}.pdf", "application/pdf")


# — for visitors —


class _Picked(Form):
    """The facts in an address that change what is asked, with those of a typical firm where it says nothing."""

    def __init__(self, request: AnyRequest) -> None:
        sent = request.query_params
        self.asked = [name for name in facts.ASKED if any(name in steering_facts(d) for d in definitions.all_current())]
        given = {name: [text for text in sent.getall(name, []) if text] for name in self.asked}
        super().__init__({name: found or TYPICAL.get(name, []) for name, found in given.items()})
        self.profile = facts.read(self)
        self.depth = sent.get("depth", "")  # of the form; another word stands for the one that is offered first

    @property
    def query(self) -> str:
        """The facts as an address says them."""
        return urlencode([(name, value) for name in self.asked for value in self.values(name) if value])


def _choice(request: AnyRequest, picked: _Picked) -> Response[bytes]:
    return page(
        request,
        "paper/choose.html",
        status=422 if picked.errors else 200,
        form=picked,
        fields=FIELDS,
        chosen=chosen(picked.profile, picked.asked),
        sheets=[]
        if picked.errors
        else [
            sheet_of(found, in_depth(picked.profile, each.depth))
            for found in definitions.all_current()
            for each in forms(found, picked.profile)
        ],
    )


@get("/questions/paper", policy=PUBLIC)
async def choose_page(request: AnyRequest) -> Response[bytes]:
    """List the questionnaires on paper for a typical firm, or for the facts that the reader picks."""
    await glance(definitions.catch_up)
    return _choice(request, _Picked(request))


@get("/questions/{questionnaire:str}/paper", policy=PUBLIC)
async def public_page(request: AnyRequest, questionnaire: FromPath[str]) -> Response[bytes]:
    """Show a questionnaire to print, for the facts in the address."""
    await glance(definitions.catch_up)
    definition, picked = _definition(questionnaire), _Picked(request)
    if picked.errors:
        return _choice(request, picked)
    profile = choose(definition, picked.profile, picked.depth)
    document, facts = _document(request, definition, profile), f"{picked.query}&depth={picked.depth}"
    return page(
        request,
        "paper/sheet.html",
        document=document,
        languages=languages.reading(request, definition, profile).choices,
        facts=facts,
        file=f"/questions/{questionnaire}/paper.pdf?language={document.language}&{facts}",
        other=None,
        back=("/questions/paper?" + picked.query, "For another kind of firm"),
    )


@get("/questions/{questionnaire:str}/paper.pdf", policy=PUBLIC)
async def public_file(request: AnyRequest, questionnaire: FromPath[str]) -> Response[bytes]:
    """Answer with the same as a PDF."""
    await glance(definitions.catch_up)
    definition, picked = _definition(questionnaire), _Picked(request)
    if picked.errors:
        return _choice(request, picked)
    address = client_address(request.scope, request.app.state.settings.trusted_proxies)
    return await _file(_document(request, definition, choose(definition, picked.profile, picked.depth)), address)


# — for a firm —


class _Ours(NamedTuple):
    """The version that a firm answers, its profile with the form, and the form that it could choose as well."""

    definition: Definition
    profile: Profile
    other: Depth | None = None


async def _of_firm(request: AnyRequest, within: OrganisationScope, questionnaire: str) -> _Ours | None:
    """Return what a firm answers, in the form of its draft or in the one in the address.

    None as long as its profile is not filled in. Raises Missing where there is no such questionnaire.
    """

    async def unit() -> tuple[_Ours, bool]:
        await definitions.catch_up()
        definition = _definition(questionnaire)
        draft = await drafts.load(within, questionnaire)
        if draft is not None:
            return _Ours(draft.definition, draft.profile), draft.profiled
        stored = await profiles.load(within)
        profile = choose(definition, stored.profile, request.query_params.get("depth", ""))
        others = [each.depth for each in forms(definition, profile) if each.depth != profile.depth]
        return _Ours(definition, profile, others[0] if others else None), stored.complete

    found, profiled = await glance(unit)
    return found if profiled else None


@get("/assessments/{questionnaire:str}/paper", policy=VIEWER)
async def firm_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show a questionnaire to print, as the firm is asked it."""
    found = await _of_firm(request, within, questionnaire)
    if found is None:
        return see_other(f"/questions/{questionnaire}/paper")
    return page(
        request,
        "paper/sheet.html",
        document=_document(request, found.definition, found.profile),
        languages=languages.reading(request, found.definition, found.profile).choices,
        facts=None,
        file=f"/assessments/{questionnaire}/paper.pdf" + (f"?depth={found.profile.depth}" if found.other else ""),
        other=found.other and (f"/assessments/{questionnaire}/paper?depth={found.other}", OTHER[found.other]),
        back=(f"/assessments/{questionnaire}", found.definition.title),
    )


@get("/assessments/{questionnaire:str}/paper.pdf", policy=VIEWER)
async def firm_file(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Answer with the same as a PDF."""
    found = await _of_firm(request, within, questionnaire)
    if found is None:
        return see_other(f"/questions/{questionnaire}/paper.pdf")
    return await _file(_document(request, found.definition, found.profile), str(within.person))


@get("/assessments/{questionnaire:str}/paper/{section:str}", policy=VIEWER)
async def part_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show the questions under one heading, to print for somebody who has no account, with the day to give it back."""
    found = await _of_firm(request, within, questionnaire)
    if found is None:
        return see_other(f"/questions/{questionnaire}/paper")
    read = languages.reading(request, found.definition, found.profile)
    part = next((part for part in sheet_of(read.definition, found.profile).parts if part.id == section), None)
    if part is None:
        raise Missing
    form = Form({name: [value] for name, value in request.query_params.items()})
    return page(
        request,
        "paper/part.html",
        form=form,
        definition=read.definition,
        languages=read.choices,
        part=part,
        by=form.day("by", None),
        how=HOW,
        note=NOTE,
    )


ROUTES = [choose_page, public_page, public_file, firm_page, firm_file, part_page]
