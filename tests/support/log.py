"""Looking at the log of changes, and getting past its guards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from pledge.database import sql
from pledge.database.unit import database, read, write
from tests.support.databases import owned

# How often somebody tried something; which forms came, whatever they did; pages about forms that failed.
NOT_LOGGED = {"kept_page", "submission", "throttle"}

Rows = dict[str, list[dict[str, Any]]]  # by table


def look(before: Rows, changed: Rows) -> tuple[set[str], list[str]]:
    """What a unit wrote into the log, and what is wrong: a change that it kept quiet about, or who somebody is.

    ``changed``: the tables that are not as before, as they are now.
    """
    known = {entry["id"] for entry in before["audit_entry"]}
    written = [entry for entry in changed.get("audit_entry", ()) if entry["id"] not in known]
    quiet = changed.keys() - NOT_LOGGED if not written else ()
    problems = [f"changed {', '.join(sorted(quiet))} and wrote nothing into the log"] if quiet else []
    said = " ".join(f"{entry['person']} {entry['subject']} {entry['details']}" for entry in written)
    if any(str(person["id"]) in said for rows in (before, changed) for person in rows.get("person", ())):
        problems.append(f"wrote into the log who somebody is: {said}")
    return {entry["action"] for entry in written}, problems


async def logged_as(person: UUID) -> UUID:
    """The pseudonym under which the log has a person."""
    found = await read(partial(sql.value, "SELECT pseudonym FROM audit_subject WHERE person = {}", person))
    assert isinstance(found, UUID)
    return found


@asynccontextmanager
async def unguarded_log() -> AsyncIterator[None]:
    """Take the log's triggers away for a while.

    Only the tables' owner can: on PostgreSQL not the role that serves. It is what an attacker would do who has the
    server; the hash chain is there for that.
    """
    if database().engine_type == "postgres":
        await as_owner("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        yield
        await as_owner("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        return
    ask = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    triggers = await read(partial(sql.rows, ask))
    assert triggers
    for trigger in triggers:
        await write(partial(sql.rows, f"DROP TRIGGER {trigger['name']}"))
    yield
    for trigger in triggers:
        await write(partial(sql.rows, trigger["sql"]))


async def as_owner(statement: str) -> None:
    """Run one statement as whoever owns the tables; on SQLite that is everybody."""
    if database().engine_type == "sqlite":
        await write(partial(sql.rows, statement))
        return
    connection = await asyncpg.connect(owned(database().config["dsn"]))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
