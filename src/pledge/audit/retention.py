"""How long the log is kept, and where its chain begins once its oldest entries are gone.

Entries go from the beginning of the chain only, and an entry of the log itself says up to which: its position and hash
are where verifying begins. Triggers let entries go only after it was written; whoever takes them away nevertheless is
found out.
"""

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import database
from pledge.personal import months_before

MONTHS = 24  # the triggers on ``audit_entry`` know it too: shortening it needs a migration
FORGOTTEN = "log.forgotten"  # the action of the entry that says where the chain begins now
GENESIS = "0" * 64
LOCK = 727_274_002  # any fixed number: on PostgreSQL one worker at a time seals or forgets


class Start(msgspec.Struct, frozen=True):
    """The last entry that was forgotten: its place in the chain and its hash."""

    position: int = 0
    hash: str = GENESIS


async def start() -> Start:
    """Return where the chain begins, in the current unit: after the last entry that the log says was forgotten."""
    found = await sql.value(
        "SELECT details FROM audit_entry WHERE action = {} "
        "ORDER BY position IS NOT NULL, position DESC, at DESC LIMIT 1",
        FORGOTTEN,
    )
    if found is None:
        return Start()
    try:
        return msgspec.json.decode(found, type=Start)
    except (msgspec.DecodeError, TypeError):  # tampered with: then the chain does not begin where it says
        return Start()


async def prune() -> dict[str, int]:
    """Forget entries that are older than ``MONTHS`` from the beginning of the chain, in the current unit.

    The newest entry always stays, so that the chain goes on from it. Return the number of rows by table.
    """
    if database().engine_type == "postgres":
        await sql.rows("SELECT pg_advisory_xact_lock({})", LOCK)
    before = months_before(clock.now(), MONTHS)
    head = await sql.value("SELECT max(position) FROM audit_entry")
    if head is None:
        return {"audit_entry": 0}
    young = await sql.value("SELECT min(position) FROM audit_entry WHERE position IS NOT NULL AND at >= {}", before)
    last = await sql.row(
        "SELECT id, position, hash FROM audit_entry WHERE position = {}", (head if young is None else young) - 1
    )
    if last is None:
        return {"audit_entry": 0}
    await record(FORGOTTEN, "log", position=last["position"], hash=last["hash"])  # first: it allows the rest
    return {"audit_entry": await sql.changed("DELETE FROM audit_entry WHERE position <= {}", last["position"])}
