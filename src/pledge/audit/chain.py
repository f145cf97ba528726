"""Sealing the log into a hash chain, and verifying it.

Entries are written unchained, so that writers do not queue for the head of a chain; the worker seals them in order
afterwards. Each hash covers the entry and the hash before it: SHA-256(previous hash ‖ canonical JSON of the entry).
"""

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from pledge.audit import retention
from pledge.audit.retention import GENESIS, LOCK
from pledge.database import installation, sql
from pledge.database.unit import database, read, write

HEAD = "audit.head"  # the fact about the installation: place and hash of the newest sealed entry
BATCH = 500  # entries sealed or read at a time
_COLUMNS = "id, at, person, organisation, action, subject, details"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many entries are sealed and intact, the first fault in words, the unsealed tail."""

    sealed: int
    fault: str | None
    unsealed: int


def entry_hash(previous: str, position: int, entry: dict[str, Any]) -> str:
    """Return the hash of an entry at a position after ``previous`` (64 hex digits)."""
    canonical = msgspec.json.encode(
        [
            position,
            str(entry["id"]),
            entry["at"].isoformat(timespec="microseconds"),
            str(entry["person"] or ""),
            str(entry["organisation"] or ""),
            entry["action"],
            entry["subject"],
            entry["details"],
        ]
    )
    return hashlib.sha256(previous.encode() + canonical).hexdigest()


async def seal() -> int:
    """Seal every unsealed entry, oldest first, and return how many there were. One worker at a time does it."""

    async def unit() -> int:
        if database().engine_type == "postgres":
            await sql.rows("SELECT pg_advisory_xact_lock({})", LOCK)
        head = await sql.row(
            "SELECT position, hash FROM audit_entry WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1"
        )
        position, previous = (head["position"], head["hash"]) if head else (0, GENESIS)
        entries = await sql.rows(
            f"SELECT {_COLUMNS} FROM audit_entry WHERE position IS NULL ORDER BY at, id LIMIT {BATCH}"  # noqa: S608
        )
        sealed = []
        for entry in entries:
            position += 1
            previous = entry_hash(previous, position, entry)
            sealed.append((position, previous, entry["id"]))
        await sql.many("UPDATE audit_entry SET position = {}, hash = {} WHERE id = {}", sealed)
        if sealed:
            await installation.put(HEAD, f"{position} {previous}")
        return len(sealed)

    total = 0
    while count := await write(unit):
        total += count
    return total


async def verify() -> Verdict:
    """Walk the chain from its beginning and return the first entry that was changed, removed or moved, if any.

    It begins after what the log says was forgotten by age; those entries count as sealed. It must reach the end that
    was noted apart from the log when it was last sealed: what was cut off the end leaves no trace in the chain itself.
    """
    end = await read(partial(installation.get, HEAD))
    while True:
        start = await read(retention.start)
        verdict = await _walk(start)
        if verdict.fault is None and end is not None:
            verdict = await read(partial(_reaches, verdict, end))
        if verdict.fault is None or await read(retention.start) == start:  # nothing was forgotten meanwhile
            return verdict


async def _reaches(verdict: Verdict, end: str) -> Verdict:
    """Return the verdict, with a fault when the chain ends before ``end`` or has another entry there."""
    position, _, last = end.partition(" ")
    if int(position) > verdict.sealed:
        missing = f"The log ends after entry {verdict.sealed}, but {position} were sealed: its end was cut off."
        return Verdict(verdict.sealed, missing, verdict.unsealed)
    found = await sql.value("SELECT hash FROM audit_entry WHERE position = {}", int(position))
    if found not in (None, last):  # None: forgotten by age meanwhile
        return Verdict(int(position) - 1, f"Entry {position} is not what was sealed.", verdict.unsealed)
    return verdict


async def _walk(start: retention.Start) -> Verdict:
    position, previous = start.position, start.hash
    while entries := await _after(position):
        for entry in entries:
            if entry is not None and entry["position"] != position + 1:
                return Verdict(position, f"Entry {position + 1} is missing.", await read(unsealed))
            if entry is None or not _holds(entry, previous):
                return Verdict(position, f"Entry {position + 1} is not what was sealed.", await read(unsealed))
            position, previous = position + 1, entry["hash"]
    return Verdict(position, None, await read(unsealed))


def _holds(entry: dict[str, Any], previous: str) -> bool:
    try:
        return entry_hash(previous, entry["position"], entry) == str(entry["hash"])
    except (AttributeError, TypeError):  # SQLite lets any kind of value into any column
        return False


async def _after(position: int, count: int = BATCH) -> list[dict[str, Any] | None]:
    """Return the sealed entries after a position; None stands for one that can no longer be read as an entry."""
    try:
        return list(
            await read(
                partial(
                    sql.rows,
                    f"SELECT {_COLUMNS}, position, hash FROM audit_entry WHERE position > {{}} "  # noqa: S608
                    f"ORDER BY position LIMIT {count}",
                    position,
                )
            )
        )
    except ValueError:  # SQLite keeps whatever was written into a column, and a time or an id may not be one
        return await _after(position, max(1, count // 10)) if count > 1 else [None]


async def unsealed() -> int:
    """Return how many entries wait for their seal, in the current unit."""
    return int(await sql.value("SELECT count(*) FROM audit_entry WHERE position IS NULL"))
