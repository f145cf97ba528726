"""Erasing a person or an organisation from every table, with a receipt that a restored backup is erased by again.

What goes and what stays is in the declarations (``pledge.personal``). Every function runs in the caller's unit.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from pledge.accounts import people
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.mail import outbox
from pledge.personal import Held, Holdings, Subject

PERSON, ORGANISATION = "person", "organisation"
_COLUMNS = "id, kind, subject_hash, at, done"


class Receipt(msgspec.Struct, frozen=True):
    """A line of the ledger: what was erased (by a code), when, and how many rows of what. It names nobody."""

    id: UUID
    kind: str
    subject_hash: str
    at: datetime
    done: dict[str, int]


def subject_hash(subject: UUID) -> str:
    """Return the code of a person or an organisation in the ledger. Ids are random, so it cannot be guessed."""
    return hashlib.sha256(subject.bytes).hexdigest()


async def subject(person: UUID) -> Subject | None:
    """Return what a person's rows are found by, or None when there is no such person."""
    found = await people.by_id(person)
    return Subject(found.id, found.name, found.email, people.email_key(found.email)) if found else None


async def erase_person(holdings: Holdings, person: UUID, again: Receipt | None = None) -> Receipt | None:
    """Erase a person: what is only theirs is deleted, from what stays with an organisation they are taken out.

    The caller has made sure that no organisation is left without an owner. ``again`` is the receipt of the first time.
    None when there is no such person.
    """
    who = await subject(person)
    if who is None:
        return None
    made = again or Receipt(new_id(), PERSON, subject_hash(person), clock.now(), {})
    await record("account.erased", made.id, person=person)
    for before in holdings.before_person:
        await before(who)
    done: Counter[str] = Counter()
    for each in holdings.held:
        if each.condition or each.authors:
            done[each.title] += await _erase(each, who)
    await outbox.forget(who.name)
    return await _enter(again or msgspec.structs.replace(made, done=dict(+done)))


async def _erase(held: Held, who: Subject) -> int:
    condition, values = who.fill(held.condition)
    if held.erase:
        return await sql.changed(f"DELETE FROM {held.table} WHERE {condition}", *values)  # noqa: S608
    count = 0
    if held.blank:
        columns = ", ".join(f"{column} = {value}" for column, value in held.blank.items())
        count = await sql.changed(f"UPDATE {held.table} SET {columns} WHERE {condition}", *values)  # noqa: S608
    for column in held.authors.split():
        count += await sql.changed(
            f"UPDATE {held.table} SET {column} = NULL WHERE {column} = {{}}",  # noqa: S608
            who.id,
        )
    return count


async def erase_organisation(
    holdings: Holdings, organisation: UUID, *, by: UUID | None = None, again: Receipt | None = None
) -> Receipt | None:
    """Erase an organisation's rows in every table. Published figures that counted it stay: they name no firm.

    ``by`` is the person who did it. None when there is no such organisation.
    """
    name = await sql.value("SELECT name FROM organisation WHERE id = {}", organisation)
    if name is None:
        return None
    made = again or Receipt(new_id(), ORGANISATION, subject_hash(organisation), clock.now(), {})
    await record("organisation.erased", made.id, person=by, organisation=organisation)
    for before in holdings.before_organisation:
        await before(organisation)
    done: Counter[str] = Counter()
    for each in holdings.held:
        if each.with_organisation:
            count = await sql.value(f"SELECT count(*) FROM {each.table} WHERE organisation = {{}}", organisation)  # noqa: S608
            await sql.rows(f"DELETE FROM {each.table} WHERE organisation = {{}}", organisation)  # noqa: S608
            done[each.title] += int(count)
    await outbox.forget(name)
    await sql.rows("DELETE FROM organisation WHERE id = {}", organisation)
    done["Your firm"] += 1
    return await _enter(again or msgspec.structs.replace(made, done=dict(+done)))


async def _enter(made: Receipt) -> Receipt:
    await sql.rows(
        f"INSERT INTO erasure ({_COLUMNS}) VALUES ({{}}, {{}}, {{}}, {{}}, {{}}) "  # noqa: S608
        "ON CONFLICT (subject_hash) DO NOTHING",
        made.id,
        made.kind,
        made.subject_hash,
        made.at,
        msgspec.json.encode(made.done).decode(),
    )
    return made


# — the ledger —


async def receipt(of: UUID) -> Receipt | None:
    """Return a receipt by its id, or None."""
    found = await sql.row(f"SELECT {_COLUMNS} FROM erasure WHERE id = {{}}", of)  # noqa: S608
    return _receipt(found) if found else None


async def ledger() -> list[Receipt]:
    """Return every receipt, oldest first: what ``replay`` is given after a backup was restored."""
    return [_receipt(row) for row in await sql.rows(f"SELECT {_COLUMNS} FROM erasure ORDER BY at, id")]  # noqa: S608


def _receipt(row: dict[str, Any]) -> Receipt:
    return Receipt(**{**row, "done": msgspec.json.decode(row["done"], type=dict[str, int])})


async def replay(holdings: Holdings, receipts: Iterable[Receipt]) -> int:
    """Erase again whoever a restored backup brought back, without a mail, and keep the receipts as they were.

    Return how many people and organisations were erased again.
    """
    known = {receipt.subject_hash: receipt for receipt in receipts}
    count = 0
    for row in await sql.rows("SELECT id FROM organisation"):
        if again := known.get(subject_hash(row["id"])):
            count += await erase_organisation(holdings, row["id"], again=again) is not None
    for row in await sql.rows("SELECT id FROM person"):
        if again := known.get(subject_hash(row["id"])):
            count += await erase_person(holdings, row["id"], again=again) is not None
    for each in known.values():
        await _enter(each)
    return count
