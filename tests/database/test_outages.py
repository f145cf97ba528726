"""The database is busy, full, gone or back: nobody waits forever, nothing is lost, and it recovers by itself."""

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from functools import partial

import pytest
from tests.accounts.test_register import DETAILS
from tests.database.holding import busy_writer
from tests.database.test_unit import add, hits

from pledge.database import postgres, sql, sqlite
from pledge.database.ids import new_id
from pledge.database.outages import is_outage
from pledge.database.unit import NotOpen, Overloaded, read, write

HOLD_THE_WRITE_LOCK = """
import sys
import pysqlite3 as sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


def only_on(db, engine_type: str) -> None:
    if db.engine_type != engine_type:
        pytest.skip(f"this is about {engine_type}")


# — too much at once —


async def test_a_unit_too_many_is_refused_at_once_and_the_others_are_served(db, monkeypatch):
    monkeypatch.setattr(sqlite, "WAITING", 20)
    monkeypatch.setattr(postgres, "WAITING", 20)
    async with busy_writer(db, units=postgres.POOL):
        waiting = [asyncio.ensure_future(write(partial(add, f"n{number}"))) for number in range(20)]
        await asyncio.sleep(0.05)
        with pytest.raises(Overloaded):
            await write(partial(add, "too many"))
    await asyncio.gather(*waiting)
    assert await read(partial(sql.value, "SELECT count(*) FROM throttle")) == 20


async def test_an_overloaded_site_says_so_and_when_to_come_back(site, db, visitor, monkeypatch):
    page = await visitor.get("/register")
    async with busy_writer(db, units=postgres.POOL):
        monkeypatch.setattr(sqlite, "WAITING", 1)
        monkeypatch.setattr(postgres, "WAITING", 1)
        waiting = asyncio.ensure_future(write(partial(add, "first")))
        await asyncio.sleep(0.05)
        answer = await page.submit(**DETAILS)
    await waiting
    assert answer.status == 503 and answer.response.headers["retry-after"] == "5"
    assert "busy" in answer.title and "was not saved" in answer.text
    assert (await page.submit(**DETAILS)).url == "/register/check-your-email"


# — starting and stopping —


async def test_stopping_finishes_the_units_that_wait_and_refuses_new_ones(db):
    async with busy_writer(db):
        waiting = [asyncio.ensure_future(write(partial(add, f"n{number}"))) for number in range(5)]
        await asyncio.sleep(0.05)
        stopping = asyncio.ensure_future(db.stop())
        await asyncio.sleep(0.05)
        with pytest.raises(NotOpen):
            await write(partial(add, "late"))
        with pytest.raises(NotOpen):
            await read(partial(hits, "late"))
    await asyncio.wait_for(stopping, 5)
    await asyncio.gather(*waiting)
    await db.start()
    assert await read(partial(sql.value, "SELECT count(*) FROM throttle")) == 5


async def test_stopping_does_not_wait_forever_for_a_unit_that_hangs(db):
    hangs = contextlib.suppress(Exception) if db.engine_type == "postgres" else contextlib.nullcontext()
    with hangs:  # PostgreSQL's unit ends with its connection; SQLite's thread goes on until its statement is done
        async with busy_writer(db):
            began = time.monotonic()
            await db.stop()
            took = time.monotonic() - began
    assert 2 < took < 4.5  # the three seconds that it has are what this is about
    await db.start()
    await write(partial(add, "again"))


async def test_stopping_twice_or_before_starting_does_no_harm(db):
    await db.stop()
    await db.stop()
    with pytest.raises(NotOpen):
        await read(partial(hits, "x"))
    await db.start()
    await db.start()
    await asyncio.wait_for(write(partial(add, "again")), 5)
    assert await read(partial(hits, "again")) == 1


async def test_a_site_whose_database_is_closed_says_that_it_is_looked_after(site, db, visitor, alice):
    await db.stop()
    page = await alice.get("/organisation/edit")
    assert page.status == 503 and "looked after" in page.title
    assert (await visitor.get("/sign-in")).status == 200  # needs no database
    ready = await visitor.http.get("/health/ready")
    assert ready.status_code == 503 and ready.json()["status"] == "unavailable"
    await db.start()
    assert (await alice.get("/organisation/edit")).status == 200


# — SQLite: another process, a full disk —


def release(process: subprocess.Popen) -> None:
    process.stdin.close()
    process.wait(5)


@pytest.fixture
async def another_process_writes(db):
    only_on(db, "sqlite")
    command = [sys.executable, "-c", HOLD_THE_WRITE_LOCK, db.path]
    process = await asyncio.to_thread(subprocess.Popen, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert await asyncio.to_thread(process.stdout.readline) == b"locked\n"
    yield process
    release(process)
    process.stdout.close()


async def test_a_write_waits_for_another_process(db, another_process_writes):
    writing = asyncio.ensure_future(write(partial(add, "patient")))
    await asyncio.sleep(0.2)
    assert not writing.done()
    assert await read(partial(hits, "patient")) is None  # reading needs no waiting
    release(another_process_writes)
    await asyncio.wait_for(writing, 5)
    assert await read(partial(hits, "patient")) == 1


async def test_a_site_that_waited_too_long_for_another_process_says_busy(
    site, db, visitor, monkeypatch, another_process_writes
):
    await db.stop()
    monkeypatch.setattr(sqlite, "BUSY_MS", 100)
    await db.start()
    page = await visitor.get("/register")
    answer = await page.submit(**DETAILS)
    assert answer.status == 503 and "busy" in answer.title
    release(another_process_writes)
    assert (await page.submit(**DETAILS)).url == "/register/check-your-email"


async def test_a_full_disk_loses_nothing_keeps_pages_readable_and_is_over_when_there_is_room(
    site, db, visitor, alice, monkeypatch
):
    only_on(db, "sqlite")
    page = await visitor.get("/register")
    pages = await write(partial(sql.value, "PRAGMA page_count"))
    await write(partial(sql.rows, f"PRAGMA max_page_count = {pages}"))
    filler = "x" * 20_000

    async def fill(number: int) -> None:
        await add(f"n{number}{filler}")

    results = await asyncio.gather(*[write(partial(fill, number)) for number in range(30)], return_exceptions=True)
    failures = [result for result in results if isinstance(result, Exception)]
    assert failures and all(is_outage(failure) for failure in failures), results
    kept = await read(partial(sql.value, "SELECT count(*) FROM throttle"))
    assert kept == len(results) - len(failures)

    answer = await page.submit(
        organisation_name="y" * 200, **{k: v for k, v in DETAILS.items() if k != "organisation_name"}
    )
    while answer.status == 303 or answer.url == "/register/check-your-email":  # what fits in the last free page
        another = {**DETAILS, "email": f"{new_id()}@example.org"}
        answer = await (await visitor.get("/register")).submit(**another)
    assert answer.status == 503 and "Everything you saved is safe" in answer.text
    assert (await alice.get("/organisation/edit")).status == 200

    await write(partial(sql.rows, "PRAGMA max_page_count = 1000000"))
    assert (await (await visitor.get("/register")).submit(**DETAILS)).url == "/register/check-your-email"
    assert await write(partial(sql.value, "PRAGMA integrity_check")) == "ok"


async def test_a_session_is_good_for_reading_when_its_use_cannot_be_noted(site, db, alice, another_process_writes):
    only_on(db, "sqlite")
    from datetime import timedelta

    import time_machine

    from pledge.database import clock

    await write_timeout(100)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=True):
        assert (await alice.get("/organisation/edit")).status == 200


async def write_timeout(milliseconds: int) -> None:
    from pledge.database.unit import database

    engine = database()
    await engine.stop()
    sqlite.BUSY_MS, before = milliseconds, sqlite.BUSY_MS
    try:
        await engine.start()
    finally:
        sqlite.BUSY_MS = before


async def test_a_database_without_a_write_ahead_log_is_refused(db):
    only_on(db, "sqlite")
    engine = sqlite.SQLiteDatabase(":memory:")
    with pytest.raises(Exception, match="write-ahead log"):
        await engine.start()


# — PostgreSQL: restarts —


def end_all_connections(dsn: str) -> None:
    """End them as a restarted server would, while the event loop looks away."""
    import asyncpg

    async def end() -> None:
        holder = await asyncpg.connect(dsn)
        await holder.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )
        await holder.close()

    thread = threading.Thread(target=lambda: asyncio.run(end()))
    thread.start()
    thread.join()
    time.sleep(0.1)


async def test_when_the_server_ends_our_connections_the_next_units_and_pages_are_served(site, db, alice):
    only_on(db, "postgres")
    for _ in range(3):
        await asyncio.gather(*[read(partial(sql.rows, "SELECT pg_sleep(0.05)")) for _ in range(postgres.POOL)])
        end_all_connections(db.config["dsn"])
        assert await read(partial(sql.value, "SELECT 1")) == 1
        await write(partial(sql.rows, "UPDATE organisation SET name = name"))
        statuses = [(await alice.get("/organisation/edit")).status for _ in range(12)]
        assert statuses == [200] * 12


async def test_while_the_server_is_down_pages_say_so_and_afterwards_they_are_served(site, db, alice, databases):
    only_on(db, "postgres")
    await asyncio.to_thread(databases.down)
    try:
        page = await alice.get("/organisation/edit")
        assert page.status == 503 and "looked after" in page.title
        assert page.response.headers["retry-after"] == "5"
    finally:
        await asyncio.to_thread(databases.up)
    assert (await alice.get("/organisation/edit")).status == 200


# — which errors are outages —


@pytest.mark.parametrize("text", ["SELEC 1", "SELECT * FROM no_such_table", "SELECT no_such_column FROM throttle"])
async def test_a_mistake_of_ours_is_no_outage(db, text):
    with pytest.raises(Exception) as caught:
        await read(partial(sql.rows, text))
    assert not is_outage(caught.value)


async def test_a_wrong_value_is_no_outage(db):
    with pytest.raises(Exception) as caught:
        await write(partial(sql.rows, "INSERT INTO throttle (name, hits, expires) VALUES ({}, 1, {})", 1, None))
    assert not is_outage(caught.value)
