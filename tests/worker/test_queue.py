"""Jobs: written with the change they belong to, done at least once, given up in the end, and forgotten."""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import UUID

import time_machine

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.worker import queue
from pledge.worker.loop import Worker


async def jobs() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM job ORDER BY created, id"))


async def add(kind: str = "work", payload: dict | None = None, **options) -> None:
    await write(partial(queue.enqueue, kind, payload or {}, **options))


def worker(**handlers) -> Worker:
    return Worker(handlers)


async def test_a_job_is_done_once_with_what_it_was_given(db):
    seen = []

    async def handler(job):
        seen.append((job.kind, job.payload, job.attempts))

    await add("work", {"n": 1, "text": "ü"})
    assert await worker(work=handler).run_all() == 1
    assert seen == [("work", {"n": 1, "text": "ü"}, 1)]
    assert await worker(work=handler).run_all() == 0


async def test_a_job_of_a_unit_that_failed_was_never_there(db):
    async def unit():
        await queue.enqueue("work", {})
        raise ValueError

    await asyncio.gather(write(unit), return_exceptions=True)
    assert await jobs() == []


async def test_jobs_come_in_the_order_they_are_due_and_not_before(db):
    now = clock.now()
    await add("later", run_after=now + timedelta(hours=1))
    await add("second", run_after=now - timedelta(minutes=1))
    await add("first", run_after=now - timedelta(minutes=2))
    assert [(await queue.claim()).kind, (await queue.claim()).kind, await queue.claim()] == ["first", "second", None]
    with time_machine.travel(now + timedelta(hours=1, seconds=1)):
        assert {(await queue.claim()).kind for _ in range(3)} == {"later", "first", "second"}  # the leases have passed


async def test_many_workers_at_once_claim_each_job_once(db):
    for number in range(40):
        await add("work", {"n": number})
    claimed: list[UUID] = []

    async def work():
        while job := await queue.claim():
            claimed.append(job.id)

    await asyncio.gather(*[work() for _ in range(8)])
    assert len(claimed) == 40 == len(set(claimed))
    assert {job["attempts"] for job in await jobs()} == {1}


async def test_a_worker_does_not_wait_for_a_job_that_another_is_just_claiming(db):
    if db.engine_type == "sqlite":
        return  # one writer at a time: there is no such moment
    import asyncpg

    await add("first", run_after=clock.now() - timedelta(minutes=1))
    await add("second")
    other = await asyncpg.connect(db.config["dsn"])
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT * FROM job WHERE kind = 'first' FOR UPDATE")
    assert (await asyncio.wait_for(queue.claim(), 2)).kind == "second"
    await transaction.rollback()
    await other.close()


async def test_a_job_whose_worker_died_is_done_by_another_after_its_lease(db):
    await add()
    dead = await queue.claim()
    assert await queue.claim() is None
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=-5)):
        assert await queue.claim() is None
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=5)):
        again = await queue.claim()
    assert again.id == dead.id and again.attempts == 2


async def test_a_lease_can_be_renewed(db):
    await add()
    job = await queue.claim()
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=4)):
        await write(partial(queue.renew, job.id))
    with time_machine.travel(start + timedelta(minutes=6)):
        assert await queue.claim() is None


async def test_a_worker_that_lost_its_lease_changes_nothing_any_more(db):
    await add(payload={"n": 1})
    late = await queue.claim()
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1)):
        holder = await queue.claim()
        await write(partial(queue.fail, late, ValueError("late")))
        await write(partial(queue.hand_back, late))
        await write(partial(queue.complete, late))
        assert [(job["state"], job["attempts"]) for job in await jobs()] == [("running", 2)]
        await write(partial(queue.complete, holder))
    assert [job["state"] for job in await jobs()] == ["done"]


async def test_a_failing_job_is_tried_again_later_and_later_and_then_kept_as_failed(db):
    async def handler(_job):
        raise ValueError("no luck\nwith a second line")

    await add(payload={"n": 1}, dedupe="one")
    start = clock.now()
    waits, elapsed = [], timedelta()
    for attempt in range(1, 6):
        with time_machine.travel(start + elapsed, tick=False):
            assert await worker(work=handler).run_one()
            (job,) = await jobs()
            assert job["attempts"] == attempt and job["error"] == "ValueError: no luck with a second line"
            assert not await worker(work=handler).run_one()  # not at once
            waits.append((job["run_after"] - clock.now()).total_seconds())
            elapsed += timedelta(seconds=waits[-1] + 1)
    assert waits == sorted(waits) and waits[0] == 15 and waits[3] == 405
    assert job["state"] == "failed" and job["payload"] == '{"n":1}'  # for a person to look at
    with time_machine.travel(start + timedelta(days=2)):
        assert await queue.claim() is None
        await add(dedupe="one")  # a poisoned job does not stand in the way of the next
        assert (await queue.claim()).attempts == 1


async def test_a_job_that_ends_every_worker_is_given_up(db):
    await add()
    now = clock.now()
    for attempt in range(5):
        with time_machine.travel(now):
            assert (await queue.claim()).attempts == attempt + 1  # and the worker dies
        now += timedelta(minutes=5, seconds=1)
    with time_machine.travel(now):
        await add("next")
        assert (await queue.claim()).kind == "next"  # and the queue goes on
    job, _ = await jobs()
    assert job["state"] == "failed" and "its worker ended every time" in job["error"]


async def test_a_job_of_a_kind_that_nobody_knows_fails_and_harms_no_other(db):
    seen = []

    async def handler(job):
        seen.append(job.kind)

    await add("unheard-of")
    await add("work")
    assert await worker(work=handler).run_all() == 2
    assert seen == ["work"] and sorted(job["state"] for job in await jobs()) == ["done", "waiting"]


async def test_one_job_of_a_kind_waits_or_runs_at_a_time(db):
    await add(dedupe="import-1")
    await add(dedupe="import-1")
    await add(dedupe="import-2")
    await add()
    await add()
    assert len(await jobs()) == 4
    job = await queue.claim()
    await add(dedupe="import-1")
    assert len(await jobs()) == 4
    await write(partial(queue.complete, job))
    await add(dedupe="import-1")
    assert len(await jobs()) == 5


async def test_the_same_job_asked_for_at_the_same_moment_is_there_once(db):
    await asyncio.gather(*[add(dedupe="one") for _ in range(10)])
    assert len(await jobs()) == 1


async def test_a_finished_job_keeps_nothing_of_what_it_was_about(site, visitor):
    from tests.accounts.test_register import register

    await register(visitor)
    (before,) = await jobs()
    assert "argon2id" in before["payload"] and "alice" in before["payload"].lower()
    await site.work()
    (after,) = await jobs()
    assert after["state"] == "done" and after["payload"] == "{}"
    assert "argon2id" not in str(after) and "alice" not in str(after).lower()


async def test_done_jobs_are_forgotten_after_a_week_and_failed_ones_then_lose_what_they_were_about(db):
    async def failing(_job):
        raise ValueError("alice@example.org is unlucky")

    await add("done", {"email": "alice@example.org"})
    await add("failing", {"email": "alice@example.org"})
    await write(partial(sql.rows, "UPDATE job SET attempts = 4 WHERE kind = 'failing'"))

    async def done(_job):
        return None

    await worker(done=done, failing=failing).run_all()
    with time_machine.travel(clock.now() + timedelta(days=6)):
        await write(queue.prune)
    assert sorted(job["state"] for job in await jobs()) == ["done", "failed"]
    with time_machine.travel(clock.now() + timedelta(days=8)):
        await write(queue.prune)
    (left,) = await jobs()
    assert left["state"] == "failed" and left["kind"] == "failing" and "alice" not in str(left)


async def test_the_site_forgets_all_of_it_by_the_clock(site, visitor):
    """The chores of the application include every prune there is."""
    from tests.accounts.test_register import register

    from pledge.mail.outbox import Message, post

    await register(visitor)
    await write(partial(post, Message("bob@example.org", "s", "secret words")))
    await site.work()
    await write(partial(sql.rows, "UPDATE outbox SET state = 'sent'"))
    with time_machine.travel(clock.now() + timedelta(days=91)):
        await site.work_by_the_clock()
    for table in ("throttle", "submission", "link", "session", "job", "outbox"):
        assert await read(partial(sql.value, f"SELECT count(*) FROM {table}")) == 0, table
