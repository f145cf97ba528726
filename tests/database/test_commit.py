"""Nothing is acknowledged before its COMMIT, and nothing whose COMMIT failed."""

import asyncio
from functools import partial

import pytest
from tests.accounts.test_register import DETAILS
from tests.database.holding import busy_writer, fail_commits_that_touch, held_commits
from tests.database.test_unit import add, hits

from pledge.database import sql
from pledge.database.unit import read, write


async def count(table: str) -> int:
    return await read(partial(sql.value, f"SELECT count(*) FROM {table}"))


async def test_a_unit_is_not_answered_while_its_commit_is_under_way(db, monkeypatch):
    async with held_commits(db, monkeypatch) as at_commit:
        answer = asyncio.ensure_future(write(partial(add, "slow")))
        await at_commit()
        await asyncio.sleep(0.1)
        assert not answer.done()
        assert await read(partial(hits, "slow")) is None  # nobody else sees it either
    await answer
    assert await read(partial(hits, "slow")) == 1


async def test_a_reply_is_not_sent_while_its_commit_is_under_way(site, db, visitor, monkeypatch):
    page = await visitor.get("/register")
    visitor.http.follow_redirects = False
    async with held_commits(db, monkeypatch) as at_commit:
        reply = asyncio.ensure_future(page.submit(**DETAILS))
        await at_commit()
        await asyncio.sleep(0.1)
        assert not reply.done()
        assert await count("job") == 0
    assert (await reply).status == 303
    assert await count("job") == 1


async def test_a_reply_says_so_when_the_commit_fails_and_nothing_is_kept(site, db, visitor):
    page = await visitor.get("/register")
    await fail_commits_that_touch("job", db)
    visitor.expects_failure = True
    answer = await page.submit(**DETAILS)
    assert answer.status == 500 and "was not saved" in answer.text
    assert await count("job") == 0 and await count("submission") == 0


async def test_when_a_commit_fails_every_unit_in_its_group_fails(db):
    await fail_commits_that_touch("outbox", db)

    async def broken() -> None:
        await sql.rows(
            "INSERT INTO outbox (id, recipient, subject, body, calendar, calendar_method, state, run_after, attempts, "
            "error, created) VALUES ('00000000-0000-0000-0000-000000000001', 'a', '', '', '', '', 'waiting', "
            "'2026-01-01 00:00:00+00:00', 0, '', '2026-01-01 00:00:00+00:00')"
        )

    async with busy_writer(db):  # so that they wait together and become one group
        units = [asyncio.ensure_future(write(partial(add, f"n{number}"))) for number in range(6)]
        units.insert(3, asyncio.ensure_future(write(broken)))
        await asyncio.sleep(0.1)
    results = await asyncio.gather(*units, return_exceptions=True)
    kept = [await read(partial(hits, f"n{number}")) for number in range(6)]
    if db.engine_type == "sqlite":  # one transaction for all of them
        assert all(isinstance(result, Exception) for result in results)
        assert kept == [None] * 6
    else:  # a transaction for each
        assert [isinstance(result, Exception) for result in results] == [False] * 3 + [True] + [False] * 3
        assert kept == [1] * 6
    await write(partial(add, "afterwards"))
    assert await read(partial(hits, "afterwards")) == 1


async def test_a_reader_sees_what_is_committed_while_a_write_is_under_way(db):
    await write(partial(add, "old"))
    async with busy_writer(db):
        assert await asyncio.wait_for(read(partial(hits, "old")), 2) == 1


async def test_a_failing_statement_that_a_unit_survives_is_undone_alone(db):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL ends the transaction at the first error; a unit cannot go on")

    async def survivor() -> None:
        await add("kept")
        with pytest.raises(Exception, match="UNIQUE"):
            await add("kept")

    await write(survivor)
    assert await read(partial(hits, "kept")) == 1
