"""What goes again: rows that were read in vain, the bytes of files after 30 days, and files never imported."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.policy.scopes import OrganisationScope

KEPT = timedelta(days=30)  # the bytes of a file, and a file that was never imported
_CLEARED_AT_ONCE = 5_000
_KEYS = {
    "upload_issue": "severity, sheet, number, place, code",
    "upload_row": "sheet, number",
    "upload_supplier": "number",
}


async def clear(within: OrganisationScope, upload: UUID) -> None:
    """Delete what was kept of a file's rows, in units of a few thousand: nobody is to wait long."""
    for table, key in _KEYS.items():
        while await write(partial(_clear_some, table, key, within, upload)):
            continue


async def _clear_some(table: str, key: str, within: OrganisationScope, upload: UUID) -> bool:
    last = await sql.row(
        f"SELECT {key} FROM {table} WHERE upload = {{}} ORDER BY {key} LIMIT 1 OFFSET {{}}",  # noqa: S608
        upload,
        _CLEARED_AT_ONCE,
    )
    below = f"AND ({key}) < ({sql.marks(len(last))})" if last else ""
    await sql.rows(
        f"DELETE FROM {table} WHERE organisation = {{}} AND upload = {{}} {below}",  # noqa: S608
        within.organisation,
        upload,
        *(last.values() if last else ()),
    )
    return last is not None


async def prune() -> dict[str, int]:
    """Delete the bytes of files after 30 days, and whole files that were not imported by then. One unit for each.

    Return the number of rows by table.
    """
    gone: Counter[str] = Counter(upload=0, upload_chunk=0)
    while found := await write(partial(_prune_one, clock.now() - KEPT)):
        gone.update(found)
    return dict(gone)


async def _prune_one(before: datetime) -> dict[str, int] | None:
    old = await sql.row(
        "SELECT id, state, next_supplier FROM upload WHERE forgotten IS NULL AND uploaded < {} "
        "AND (state <> 'importing' OR next_supplier IS NOT NULL) LIMIT 1",
        before,
    )
    if old is None:
        return None
    chunks = int(await sql.value("SELECT count(*) FROM upload_chunk WHERE upload = {}", old["id"]))
    if old["next_supplier"] is None:
        gone = await sql.changed("DELETE FROM upload WHERE id = {} AND state = {}", old["id"], old["state"])
        return {"upload": gone, "upload_chunk": chunks * gone}
    await sql.rows("UPDATE upload SET forgotten = {} WHERE id = {}", clock.now(), old["id"])
    await sql.rows("DELETE FROM upload_chunk WHERE upload = {}", old["id"])
    return {"upload_chunk": chunks}
