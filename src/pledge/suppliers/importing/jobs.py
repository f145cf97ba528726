"""The worker's part: proposing what the columns of a file are, and importing what a member confirmed.

Each step is idempotent and goes on where the last worker left off. However it ends, also when every worker dies of it,
the file ends in a named state: proposed, done, refused with a reason, or failed by our fault, to be tried again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from pledge.accounts import people
from pledge.audit.log import record
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations import profiles
from pledge.pledges import standing
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.files import clearing, proposing, receiving, states, turns, uploads
from pledge.suppliers.files.uploads import Overtaken, Upload
from pledge.suppliers.importing import applying, settling, staging
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import pairing
from pledge.suppliers.reading.refusals import FileRefused
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed, GivenUp

_OUTLINE, _IMPORT = "suppliers.outline", "suppliers.import"
_STATES = {_OUTLINE: ("received",), _IMPORT: ("confirmed", "importing")}  # of a file that waits for such a job


def handlers(mailroom: Mailroom) -> dict[str, Handler]:
    """Return the background work of supplier lists by job kind."""
    return {
        _OUTLINE: _handler(outline),
        _IMPORT: _handler(partial(import_file, mailroom)),
        pairing.JOB: pairing.handle,
    }


def given_up(mailroom: Mailroom) -> dict[str, GivenUp]:
    """Return what becomes of a file when the worker has given its job up, by job kind."""
    return {
        _OUTLINE: partial(_give_up, mailroom),
        _IMPORT: partial(_give_up, mailroom),
        pairing.JOB: pairing.give_up,
    }


def _handler(work: Callable[[OrganisationScope, UUID, Claimed], Awaitable[None]]) -> Handler:
    async def handle(job: Claimed) -> None:
        within, upload = uploads.of_job(job)
        try:
            await work(within, upload, job)
        except (Missing, Overtaken):  # removed, or another worker has it
            return

    return handle


async def _give_up(mailroom: Mailroom, job: Claimed) -> None:
    """Let a file have failed, tell whoever sent it, and let the next one come, in the current unit."""
    within, upload = uploads.of_job(job)
    try:
        found = await uploads.load(within, upload)
        if found.state in _STATES[job.kind]:
            await states.fail(within, upload)
            await _tell(mailroom, within, found, "suppliers_failed")
    except (Missing, Overtaken):  # removed meanwhile
        pass
    await turns.next_in_line(within)


async def outline(within: OrganisationScope, upload: UUID, _job: Claimed) -> None:
    """Propose sheets and columns for a received file."""
    found = await read(partial(uploads.load, within, upload))
    if found.state != "received":
        return
    known = await read(partial(proposing.saved_columns, within))
    try:
        with await receiving.open_copy(within, upload) as file:
            proposed = await asyncio.to_thread(proposing.propose, file, found.format, found.name, known)
    except FileRefused as refused:
        await write(partial(states.refuse, within, upload, refused.code, refused.message))
        return
    if not proposing.proposal(proposed).groups:
        await write(partial(_refuse_empty, within, upload))
        return
    await write(partial(states.outlined, within, upload, proposed))


async def _refuse_empty(within: OrganisationScope, upload: UUID) -> None:
    refused = FileRefused("no-data")
    await states.refuse(within, upload, refused.code, refused.message)


async def import_file(mailroom: Mailroom, within: OrganisationScope, upload: UUID, job: Claimed) -> None:
    """Import a confirmed file: its rows, then its suppliers, then tell whoever sent it.

    Which of them may be one with others is looked for afterwards (``pairing``): no import waits for that.
    """
    found = await write(partial(turns.begin, within, upload))
    if found is None:
        if (await read(partial(uploads.load, within, upload))).state == "refused":
            await clearing.clear(within, upload)  # a worker that died had no time to
        return
    try:
        if found.next_supplier is None:
            found = await staging.stage(within, found, job.id)
    except FileRefused as refused:
        await _refuse(mailroom, within, found, refused)
        return
    found = await applying.apply(within, found, job.id)
    await settling.settle(within, found)

    async def finish() -> None:
        await states.done(within, upload)
        await rating.note_context(within.organisation)
        await standing.ask_to_refresh(within.organisation)
        await pairing.begin(within, upload)
        await _tell(mailroom, within, found, "suppliers_ready")
        await record(
            "upload.imported", upload, person=within.person, organisation=within.organisation,
            accepted=found.accepted, rejected=found.rejected, suppliers=found.suppliers,
        )  # fmt: skip
        await turns.next_in_line(within)

    await write(finish)


async def _refuse(mailroom: Mailroom, within: OrganisationScope, upload: Upload, refused: FileRefused) -> None:
    async def unit() -> None:
        await states.refuse(within, upload.id, refused.code, refused.message)
        await _tell(mailroom, within, upload, "suppliers_refused", why=refused.message)
        await turns.next_in_line(within)

    await write(unit)
    await clearing.clear(within, upload.id)


async def _tell(mailroom: Mailroom, within: OrganisationScope, upload: Upload, template: str, **words: str) -> None:
    """Write to whoever sent a file, in the current unit; nothing when they are no longer here."""
    person = await people.by_id(upload.uploaded_by) if upload.uploaded_by else None
    if person is None or not await sql.row(
        "SELECT role FROM membership WHERE organisation = {} AND person = {}", within.organisation, person.id
    ):
        return
    organisation = (await profiles.load(within)).name
    await post(
        mailroom.write(person.email, template, name=person.name, organisation_name=organisation, upload=upload, **words)
    )
