"""The worker's part: proposing what the columns of a file are, and importing what a member confirmed.

Each step is idempotent and goes on where the last worker left off. However it ends, the file ends in a named state:
proposed, done, refused with a reason, or failed by our fault, to be tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from pledge.accounts import people
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import Message, post
from pledge.mail.words import Mailroom
from pledge.organisations import profiles
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers import applying, proposing, rating, receiving, rejoining, staging, uploads
from pledge.suppliers.refusals import Refused
from pledge.suppliers.uploads import Overtaken, Upload
from pledge.web.errors import Missing
from pledge.worker.loop import Handler
from pledge.worker.queue import ATTEMPTS, Claimed

log = logging.getLogger("pledge.suppliers")


def handlers(mailroom: Mailroom) -> dict[str, Handler]:
    """Return the background work of supplier lists by job kind."""
    return {
        "suppliers.outline": _to_the_end(outline),
        "suppliers.import": _to_the_end(partial(import_file, mailroom)),
    }


def _to_the_end(work: Callable[[OrganisationScope, UUID, Claimed], Awaitable[None]]) -> Handler:
    """Return a handler that lets its file never hang: after the last attempt it has failed, and says so."""

    async def handle(job: Claimed) -> None:
        within, upload = uploads.of_job(job)
        try:
            await work(within, upload, job)
        except (Missing, Overtaken):  # removed, or another worker has it
            return
        except Exception:
            if job.attempts >= ATTEMPTS:
                await _give_up(within, upload)
            raise

    return handle


async def _give_up(within: OrganisationScope, upload: UUID) -> None:
    async def unit() -> None:
        await uploads.fail(within, upload)
        await uploads.next_in_line(within)

    try:
        await write(unit)
    except Overtaken:
        return


async def outline(within: OrganisationScope, upload: UUID, _job: Claimed) -> None:
    """Propose sheets and columns for a received file."""
    found = await read(partial(uploads.load, within, upload))
    if found.state != "received":
        return
    known = await read(partial(proposing.saved_columns, within))
    try:
        with await receiving.open_copy(within, upload) as file:
            proposed = await asyncio.to_thread(proposing.propose, file, found.format, found.name, known)
    except Refused as refused:
        await write(partial(uploads.refuse, within, upload, refused.code, refused.message))
        return
    if not proposing.proposal(proposed).groups:
        await write(partial(_refuse_empty, within, upload))
        return
    await write(partial(uploads.outlined, within, upload, proposed))


async def _refuse_empty(within: OrganisationScope, upload: UUID) -> None:
    refused = Refused("no-data")
    await uploads.refuse(within, upload, refused.code, refused.message)


async def import_file(mailroom: Mailroom, within: OrganisationScope, upload: UUID, job: Claimed) -> None:
    """Import a confirmed file: its rows, then its suppliers, then tell whoever sent it."""
    found = await write(partial(uploads.begin, within, upload))
    if found is None:
        return
    try:
        if found.next_supplier is None:
            found = await staging.stage(within, found, job.id)
    except Refused as refused:
        await _refuse(mailroom, within, found, refused)
        return
    found = await applying.apply(within, found, job.id)
    await rejoining.settle(within, found)
    message = await _mail(mailroom, within, found, "suppliers_ready")

    async def finish() -> None:
        done = await sql.rows(
            "UPDATE upload SET state = 'done', finished = {} WHERE organisation = {} AND id = {} "
            "AND state = 'importing' AND next_supplier = suppliers RETURNING id",
            clock.now(),
            within.organisation,
            upload,
        )
        if not done:
            raise Overtaken
        await rating.note_context(within.organisation)
        if message:
            await post(message, dedupe=f"upload:{upload}:done")
        await record(
            "upload.imported", upload, person=within.person, organisation=within.organisation,
            accepted=found.accepted, rejected=found.rejected, suppliers=found.suppliers,
        )  # fmt: skip
        await uploads.next_in_line(within)

    await write(finish)


async def _refuse(mailroom: Mailroom, within: OrganisationScope, upload: Upload, refused: Refused) -> None:
    message = await _mail(mailroom, within, upload, "suppliers_refused", why=refused.message)

    async def unit() -> None:
        await uploads.refuse(within, upload.id, refused.code, refused.message)
        if message:
            await post(message, dedupe=f"upload:{upload.id}:refused")
        await uploads.next_in_line(within)

    await write(unit)
    await staging.clear(within, upload.id)


async def _mail(
    mailroom: Mailroom, within: OrganisationScope, upload: Upload, template: str, **words: str
) -> Message | None:
    """Return the message to whoever sent the file; None when they are no longer here."""

    async def unit() -> tuple[people.Account | None, str]:
        person = await people.by_id(upload.uploaded_by) if upload.uploaded_by else None
        member = person and await sql.row(
            "SELECT role FROM membership WHERE organisation = {} AND person = {}", within.organisation, person.id
        )
        return person if member else None, (await profiles.load(within)).name

    person, organisation = await read(unit)
    if person is None:
        return None
    return mailroom.write(
        person.email, template, name=person.name, organisation_name=organisation, upload=upload, **words
    )
