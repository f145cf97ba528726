import asyncio
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from pledge.database import sql
from pledge.database.unit import OutsideUnit, UnitSuspended, glance, read, write


async def add(name: str, hits: int = 1) -> None:
    await sql.rows(
        "INSERT INTO throttle (name, hits, expires) VALUES ({}, {}, '2030-01-01 00:00:00+00:00')", name, hits
    )


async def hits(name: str) -> int | None:
    return await sql.value("SELECT hits FROM throttle WHERE name = {}", name)


async def read_then_write(name: str) -> None:
    seen = await hits(name)
    await sql.rows("UPDATE throttle SET hits = {} WHERE name = {}", seen + 1, name)


async def test_forty_concurrent_units_that_read_and_then_write_all_succeed(db):
    await write(partial(add, "counter"))

    async def locked():
        if db.engine_type == "postgres":
            await sql.rows("SELECT 1 FROM throttle WHERE name = 'counter' FOR UPDATE")
        await read_then_write("counter")

    await asyncio.gather(*[write(locked) for _ in range(40)])
    assert await read(partial(hits, "counter")) == 41


async def test_no_other_process_writes_between_what_a_unit_reads_and_what_it_writes(db):
    if db.engine_type == "postgres":
        pytest.skip("there one statement decides, or a lock as above")
    await write(partial(add, "counter"))

    async def unit() -> None:
        seen = await hits("counter")
        with closing(sqlite3.connect(db.path, timeout=0)) as other, pytest.raises(sqlite3.Error, match="lock"):
            other.execute("UPDATE throttle SET hits = 9")
        await sql.rows("UPDATE throttle SET hits = {} WHERE name = 'counter'", seen + 1)

    await write(unit)
    assert await read(partial(hits, "counter")) == 2


async def test_a_unit_that_fails_leaves_nothing_and_harms_no_other_in_its_group(db):
    async def failing(number: int):
        await add(f"bad-{number}")
        raise ValueError(number)

    units = [write(partial(failing, n) if n % 3 == 0 else partial(add, f"good-{n}")) for n in range(30)]
    results = await asyncio.gather(*units, return_exceptions=True)
    assert [isinstance(result, ValueError) for result in results] == [n % 3 == 0 for n in range(30)]
    names = await read(partial(sql.rows, "SELECT name FROM throttle ORDER BY name"))
    assert {row["name"] for row in names} == {f"good-{n}" for n in range(30) if n % 3}


@pytest.mark.parametrize("how", [read, glance, write])
async def test_a_sleep_inside_a_unit_is_refused(db, how):
    async def sleepy():
        await hits("x")
        await asyncio.sleep(0)

    with pytest.raises(UnitSuspended):
        await how(sleepy)
    assert await read(partial(hits, "x")) is None  # the engine goes on


async def test_what_a_suspended_unit_wrote_is_undone(db):
    async def sleepy():
        await add("half")
        await asyncio.sleep(0.01)

    with pytest.raises(UnitSuspended):
        await write(sleepy)
    assert await read(partial(hits, "half")) is None


async def test_a_query_outside_a_unit_is_refused(db):
    with pytest.raises(OutsideUnit):
        await hits("x")


async def test_a_unit_inside_a_unit_is_refused(db):
    async def nested():
        await read(partial(hits, "x"))

    with pytest.raises(UnitSuspended):
        await write(nested)


@pytest.mark.parametrize("how", [read, glance])
async def test_a_unit_that_reads_cannot_write(db, how):
    with pytest.raises(Exception, match=r"(?i)read-?\s?only|readonly"):
        await how(partial(add, "sneaky"))
    assert await read(partial(hits, "sneaky")) is None


async def test_a_read_unit_sees_one_snapshot(db):
    if db.engine_type == "sqlite":
        return  # a reader thread drives the whole unit in one go; nothing can come between on its connection
    await write(partial(add, "seen", 1))
    began, changed = asyncio.Event(), asyncio.Event()

    async def change():
        await began.wait()
        await write(partial(sql.rows, "UPDATE throttle SET hits = 2 WHERE name = 'seen'"))
        changed.set()

    async def look():
        first = await hits("seen")
        began.set()
        for _ in range(200):
            await sql.rows("SELECT pg_sleep(0.005)")
            if changed.is_set():
                break
        return first, await hits("seen")

    looked, _ = await asyncio.gather(read(look), change())
    assert looked == (1, 1)


async def test_a_unit_is_answered_only_after_its_commit(db):
    """Whoever has been answered can be seen by another connection at once."""
    for number in range(20):
        await write(partial(add, f"n{number}"))
        assert await read(partial(hits, f"n{number}")) == 1


async def test_statements_are_counted_without_begin_and_commit(db):
    before = db.statements
    await write(partial(add, "one"))
    await read(partial(hits, "one"))
    assert db.statements - before == 2


async def test_a_caller_that_went_away_does_not_stop_the_engine(db):
    tasks = [asyncio.ensure_future(write(partial(add, f"gone-{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await write(partial(add, "still-here"))
    assert await read(partial(hits, "still-here")) == 1


async def test_values_come_back_with_their_types(db):
    from datetime import UTC, datetime
    from uuid import uuid4

    row_id, at = uuid4(), datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=UTC)

    async def store():
        await sql.rows(
            "INSERT INTO audit_entry (id, at, person, organisation, action, subject, details) "
            "VALUES ({}, {}, NULL, {}, 'a', 's', {})",
            row_id, at, row_id, '{"n": 1}',
        )  # fmt: skip
        return await sql.row("SELECT * FROM audit_entry WHERE id = {}", row_id)

    stored = await write(store)
    assert (stored["id"], stored["at"], stored["organisation"]) == (row_id, at, row_id)
    assert stored["person"] is None and stored["position"] is None


async def test_many_inserts_count_as_one_round_trip(db):
    before = db.statements
    text = "INSERT INTO throttle (name, hits, expires) VALUES ({}, {}, '2030-01-01 00:00:00+00:00')"
    await write(partial(sql.many, text, [(f"bulk {n}", 1) for n in range(500)]))
    assert db.statements - before == 1
    assert await read(partial(sql.value, "SELECT count(*) FROM throttle")) == 500


async def test_rows_are_plain_mappings_on_both_databases(db):
    await write(partial(add, "one"))
    (row,) = await read(partial(sql.rows, "SELECT name, hits FROM throttle"))
    assert type(row) is dict and row | {"hits": 2} == {"name": "one", "hits": 2}
