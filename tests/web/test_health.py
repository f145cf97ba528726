"""What machines ask: is it alive, can it serve, which version is it."""

import asyncio
import resource
from functools import partial
from pathlib import Path

import pytest
from tests.web.conftest import ask

import pledge
from pledge.database import migrating, saving, sql
from pledge.database.unit import read, write


async def test_it_is_ready_when_the_database_answers_and_has_this_schema(db, application):
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 200 and answer.text == '{"status":"ok"}'


async def test_it_is_not_ready_while_migrations_are_missing(db, application):
    last = migrating.known()[-1]
    await write(partial(sql.rows, "DELETE FROM migration WHERE name = {}", last))
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 503 and last in answer.text


async def test_it_is_alive_but_not_ready_without_a_database(application):
    assert (await ask(application[0], "GET", "/health/live")).status == 200
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 503 and answer.text == '{"status":"unavailable","database":"does not answer"}'


async def test_the_version_names_the_database_library(db, application):
    answer = await ask(application[0], "GET", "/version")
    assert answer.status == 200 and pledge.__version__ in answer.text
    assert ("SQLite 3." if db.engine_type == "sqlite" else "PostgreSQL ") in answer.text


async def ready(application) -> int:
    return (await ask(application[0], "GET", "/health/ready")).status


async def test_it_is_not_ready_while_a_full_database_takes_no_changes_and_recovers_by_itself(db, application):
    if db.engine_type != "sqlite":
        pytest.skip("the disk of PostgreSQL is its server's")
    assert await ready(application) == 200
    pages = await write(partial(sql.value, "PRAGMA page_count"))
    await write(partial(sql.rows, f"PRAGMA max_page_count = {pages}"))
    saving.doubt()  # as a save that failed does
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 503 and answer.text == '{"status":"unavailable","database":"takes no changes"}'
    await write(partial(sql.rows, "PRAGMA max_page_count = 1000000"))
    await asyncio.sleep(saving.EVERY + 0.1)
    assert await ready(application) == 200
    assert await read(partial(sql.rows, "SELECT 1 FROM job WHERE kind = 'saving'")) == []


async def test_a_folder_without_room_is_noticed_before_anybody_loses_a_save(db, application, monkeypatch):
    if db.engine_type != "sqlite":
        pytest.skip("the disk of PostgreSQL is its server's")
    saving.doubt()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))  # no file grows beyond one page
    try:
        assert await ready(application) == 503
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await asyncio.sleep(saving.EVERY + 0.1)
    assert await ready(application) == 200


async def test_asking_again_and_again_tries_one_save_and_writes_nothing(db, application, monkeypatch):
    saving.doubt()
    assert await ready(application) == 200  # this one was real, after the doubt
    tried, save = [], saving._save

    async def counted(really: bool) -> None:
        tried.append(really)
        await save(really)

    monkeypatch.setattr(saving, "_save", counted)
    monkeypatch.setattr(saving._last, "until", 0.0)
    size = Path(f"{db.path}-wal").stat().st_size if db.engine_type == "sqlite" else 0
    assert set(await asyncio.gather(*[ready(application) for _ in range(20)])) == {200}
    assert len(tried) <= 2 and set(tried) == {False}
    if db.engine_type == "sqlite":
        assert Path(f"{db.path}-wal").stat().st_size == size
