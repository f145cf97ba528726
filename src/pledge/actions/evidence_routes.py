"""Evidence of an action: adding a link or a file, keeping the file again, removing it, and all of it as one file."""

import asyncio
from functools import partial
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from pledge.actions import evidence, evidence_file, listing
from pledge.actions.action_form import FARTHEST
from pledge.actions.evidence import File
from pledge.actions.sniffing import FILE_BYTES, MEDIA_TYPES, NotEvidence, sniff
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.events.event_form import link
from pledge.limits import TooMany
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, download, page, stream_file
from pledge.web.receiving import read_form

BODY_BYTES = 2 * FILE_BYTES  # of the form: a file a little too large is told so in the form


async def _page(
    request: AnyRequest, within: OrganisationScope, action: UUID, form: Form, status: int = 200
) -> Response[bytes]:
    found = await read(partial(listing.find, within, action))
    return page(request, "actions/evidence.html", status=status, form=form, action=found)


@get("/actions/{action:uuid}/evidence", policy=CONTRIBUTOR)
async def evidence_page(
    request: AnyRequest, within: Within[OrganisationScope], action: FromPath[UUID]
) -> Response[bytes]:
    """Show the form that adds evidence to an action."""
    return await _page(request, within, action, Form())


@post("/actions/{action:uuid}/evidence", policy=CONTRIBUTOR, request_max_body_size=BODY_BYTES)
async def add(request: AnyRequest, within: Within[OrganisationScope], action: FromPath[UUID]) -> Response[Any]:
    """Keep a link, a file, or a licence or training with its last day, as evidence of an action."""
    try:
        form = await read_form(request)
    except OSError as error:  # no room for the temporary file
        raise Refusal("There is no room for the file now. Nothing was kept. Try again later.", status=503) from error
    ends = form.day("ends", None)
    what = await _what(form, ended=ends is not None or bool(form.error("ends")))
    title = form.text("title", "Say what it is, in a few words")
    if ends is not None and ends < clock.today():
        form.refuse(
            "ends", " is in the past, so it shows nothing any more. Enter today or a later day, or leave it out."
        )
    elif ends is not None and ends > clock.today() + 4 * FARTHEST:
        form.refuse("ends", " is more than twenty years away. Check the year.")
    if form.errors or what is None:
        return await _page(request, within, action, form, 422)
    kept = what

    async def work() -> str:
        await evidence.add(within, action, title, ends, kept)
        return f"/actions/{action}?notice=evidence-added"

    try:
        return await answer_once(form, work)
    except evidence.Full as full:
        form.fail("", full.message, anchor="")
        return await _page(request, within, action, form, 422)
    except TooMany as error:
        form.fail("", "Your firm has sent many files in the last hour. You can send more in an hour.", anchor="")
        response = await _page(request, within, action, form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response


def _link(form: Form) -> str:
    """Return the link that a form brings, "" for none; one that hides where it leads is refused."""
    url = link(form, "url")
    if url and not evidence.leads_clearly(url):
        form.refuse("url", " does not say clearly where it leads. Copy it from your browser once more.")
        return ""
    return url


async def _what(form: Form, *, ended: bool) -> str | File | None:
    """Return the link or the file that a form brings, "" for words alone, which must have ``ended`` be said.

    None where something is wrong, which is in the form then.
    """
    url, sent = _link(form), form.files.get("file")
    if sent is None or not sent.filename:
        if not form.value("url") and not ended:
            form.fail("url", "Enter a link, choose a file, or say its last day")
        return url
    if form.value("url"):
        form.fail("url", "Enter a link or choose a file, not both")
        return None
    content = cast(BinaryIO, sent.file)
    try:
        format, size = await asyncio.to_thread(sniff, content)
    except NotEvidence as refused:
        form.fail("file", refused.message)
        return None
    return File(sent.filename, format, size, content)


@get("/actions/evidence/{piece:uuid}", policy=VIEWER)
async def file(within: Within[OrganisationScope], piece: FromPath[UUID]) -> Response[bytes]:
    """Give a file to keep. A browser never shows it: it comes from people."""
    found = await read(partial(evidence.find, within, piece))
    if not found.format:
        raise Missing
    return download(await evidence.bytes_of(within, piece), found.name, MEDIA_TYPES[found.format])


@get("/actions/evidence.zip", policy=VIEWER)
async def everything(request: AnyRequest, within: Within[OrganisationScope]) -> Stream:
    """Give all actions and all evidence as one file."""
    made = await evidence_file.make(within, request.app.state.call.words)
    return stream_file(made, evidence_file.NAME, evidence_file.MEDIA_TYPE)


async def _gone(within: OrganisationScope, action: str) -> Refusal:
    """Return what is said of evidence of an action that a colleague has removed already. Raises Missing for no action.

    It is the same for what never was there, and for what is another firm's.
    """
    known = parse_id(action)
    if known is None:
        raise Missing
    await listing.find(within, known)
    return Refusal(
        "This evidence is gone already. A colleague may have removed it before you. Nothing else has changed.",
        status=404,
        onward=(f"/actions/{known}", "Go back to the action"),
    )


@get("/actions/evidence/{piece:uuid}/remove", policy=CONTRIBUTOR)
async def remove_page(request: AnyRequest, within: Within[OrganisationScope], piece: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to remove a piece of evidence."""
    try:
        found = await read(partial(evidence.find, within, piece))
    except Missing:
        raise await read(partial(_gone, within, request.query_params.get("action", ""))) from None
    return ask(
        request,
        "Remove this evidence?",
        "We delete the file, too. The action stays as it is." if found.format else "The action stays as it is.",
        about=found.title,
        address=f"/actions/evidence/{piece}/remove",
        hidden={"organisation": str(within.organisation), "action": str(found.action)},
        back=f"/actions/{found.action}",
        yes="Remove it",
        no="Keep it",
    )


@post("/actions/evidence/{piece:uuid}/remove", policy=CONTRIBUTOR)
async def remove(request: AnyRequest, within: Within[OrganisationScope], piece: FromPath[UUID]) -> Redirect:
    """Remove a piece of evidence."""
    form = await read_form(request)

    async def work() -> str:
        try:
            return f"/actions/{await evidence.remove(within, piece)}?notice=evidence-removed"
        except Missing:
            raise await _gone(within, form.value("action")) from None

    return await answer_once(form, work)


ROUTES = [evidence_page, add, file, everything, remove_page, remove]
