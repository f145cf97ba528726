"""Accounts that nobody uses: a warning by e-mail, and a month later they are erased."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from pledge.accounts.people import ERASED_AFTER, WARNED_AFTER
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.rights import leaving
from pledge.personal import Holdings, months_before

NOTICE = timedelta(days=28)  # between the warning and the erasure, at least: the shortest month


async def prune(holdings: Holdings, mailroom: Mailroom) -> dict[str, int]:
    """Warn whoever has not signed in for 23 months; erase, a unit for each, who has not for 24 and was warned.

    An organisation goes with its last member. The one owner of an organisation that others use stays.
    Return the number of rows by table.
    """
    gone: Counter[str] = Counter(person=0, organisation=0)
    unused = months_before(clock.now(), ERASED_AFTER)
    for row in await read(partial(_unused, months_before(clock.now(), WARNED_AFTER))):
        if row["warned"] is None:
            await write(partial(_warn, mailroom, row["id"], row["signed_in"] or row["created"]))
        elif row["warned"] < clock.now() - NOTICE:
            gone.update(await write(partial(_erase, holdings, mailroom, row["id"], unused)))
    return dict(gone)


async def _unused(before: datetime) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT id, signed_in, created, warned FROM person WHERE COALESCE(signed_in, created) < {} "
        "ORDER BY COALESCE(signed_in, created), id",
        before,
    )


async def _warn(mailroom: Mailroom, person: UUID, last: datetime) -> None:
    if await leaving.needed_by_others(person, months_before(clock.now(), ERASED_AFTER)):
        return
    row = await sql.row(
        "UPDATE person SET warned = {} WHERE id = {} AND warned IS NULL AND COALESCE(signed_in, created) = {} "
        "RETURNING name, email",
        clock.now(),
        person,
        last,
    )
    if row is not None:
        firms = [owned.name for owned in await leaving.owned_alone(person)]
        goes = clock.now() + timedelta(days=31)
        await post(mailroom.write(row["email"], "account_unused", name=row["name"], last=last, goes=goes, firms=firms))
        await record("account.warned", person)


async def _erase(holdings: Holdings, mailroom: Mailroom, person: UUID, unused: datetime) -> dict[str, int]:
    """Erase an account that is unused by now, with the organisations that nobody else uses either."""
    still = await sql.value(
        "SELECT 1 AS one FROM person WHERE id = {} AND COALESCE(signed_in, created) < {}", person, unused
    )
    if not still or await leaving.needed_by_others(person, unused):
        return {}
    owned = {each.id: leaving.ERASE for each in await leaving.owned_alone(person)}
    receipts = await leaving.leave_for_good(holdings, mailroom, person, owned)
    return Counter(receipt.kind for receipt in receipts)
