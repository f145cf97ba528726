"""How long a file is kept, to the second: what was imported loses its bytes, and what was not goes."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.suppliers.sending import ACME, BEE, LIST, confirmed, csv, imported, outlined, rows, send, workbook

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.suppliers.files import clearing

SENT = datetime(2027, 3, 1, 12, tzinfo=UTC)
OVER = SENT + timedelta(days=30, seconds=1)


async def change(name: str, **columns) -> None:
    changed = ", ".join(f"{column} = {{}}" for column in columns)
    await write(partial(sql.rows, f"UPDATE upload SET {changed} WHERE name = {{}}", *columns.values(), name))


async def pruned(moment: datetime) -> dict[str, int]:
    with clock.at(moment):
        return await clearing.prune()


async def files() -> list[tuple]:
    found = await rows(
        "SELECT u.name, u.forgotten, (SELECT count(*) FROM upload_chunk c WHERE c.upload = u.id) AS chunks "
        "FROM upload u ORDER BY u.name"
    )
    return [tuple(row.values()) for row in found]


async def test_after_thirty_days_a_list_loses_its_bytes_and_a_file_that_was_not_imported_goes(site, alice, charlie):
    await imported(site, alice, workbook(*LIST), "1 done.xlsx")
    await outlined(site, alice, csv(*LIST), "2 looked at.csv")
    await imported(site, alice, workbook(*LIST, ACME), "4 done.xlsx")
    await outlined(site, alice, csv(BEE), "5 looked at.csv")
    await confirmed(site, charlie, csv(ACME), "3 confirmed.csv")
    for name, *_ in await files():
        await change(name, uploaded=SENT if name < "4" else OVER)
    assert await pruned(SENT + timedelta(days=30)) == {"upload": 0, "upload_chunk": 0}
    assert await pruned(OVER) == {"upload": 2, "upload_chunk": 3}
    assert await files() == [("1 done.xlsx", OVER, 0), ("4 done.xlsx", None, 1), ("5 looked at.csv", None, 1)]
    assert await pruned(OVER + timedelta(days=30)) == {"upload": 0, "upload_chunk": 0}


@pytest.mark.parametrize(
    ("suppliers", "gone", "left"),
    [(None, 0, ("list.xlsx", None, 1)), (0, 1, ("list.xlsx", OVER, 0))],
    ids=["its rows are read", "its suppliers are stored"],
)
async def test_a_file_that_is_being_imported_stays_and_is_not_read_again(alice, suppliers, gone, left):
    await send(alice, workbook(*LIST))
    await change("list.xlsx", uploaded=SENT, state="importing", plan="{}", next_supplier=suppliers)
    assert await pruned(OVER) == {"upload": 0, "upload_chunk": gone}
    assert await files() == [left]
