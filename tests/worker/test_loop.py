"""The worker's loops: nothing that fails or takes long keeps anything else, and stopping is quick."""

import asyncio
import contextlib
import time
from itertools import pairwise

import pytest
from tests.support.waiting import eventually
from tests.worker.test_queue import add, jobs

from pledge.worker import loop
from pledge.worker.loop import Every, Worker


@pytest.fixture
def running():
    """Run a worker in the background; it must stop within five seconds."""

    @contextlib.asynccontextmanager
    async def run(worker: Worker):
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 5)

    return run


async def test_jobs_are_done_soon_after_they_are_written(db, running):
    done = asyncio.Event()

    async def handler(_job):
        done.set()

    async with running(Worker({"work": handler})):
        await add()
        await asyncio.wait_for(done.wait(), 2)


async def test_a_long_job_keeps_no_chore_waiting(db, running):
    began, release, chores = asyncio.Event(), asyncio.Event(), []

    async def long(_job):
        began.set()
        await release.wait()

    async def chore():
        chores.append(1)

    await add("long")
    async with running(Worker({"long": long}, [Every(0.01, chore)])):
        await asyncio.wait_for(began.wait(), 2)
        before = len(chores)
        await eventually(lambda: len(chores) > before + 3)
        release.set()


async def test_a_failing_chore_is_logged_tried_again_and_keeps_no_other_waiting(db, running, caplog):
    failures, chores = [], []

    async def failing():
        failures.append(1)
        raise ValueError("a chore that fails")

    async def chore():
        chores.append(1)

    async with running(Worker({}, [Every(0.01, failing), Every(0.01, chore)])):
        await eventually(lambda: len(failures) > 3 and len(chores) > 3)
    assert "a chore failed" in caplog.text and "Traceback" in caplog.text


async def test_a_chore_is_done_again_after_its_time_and_not_before(db, running):
    times = []

    async def chore():
        times.append(time.monotonic())

    async with running(Worker({}, [Every(0.2, chore)])):
        await eventually(lambda: len(times) == 3)
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))


async def test_a_database_that_is_away_ends_nothing(db, running, monkeypatch, caplog):
    monkeypatch.setattr(loop, "AFTER_FAILURE", 0.05)
    done = asyncio.Event()

    async def handler(_job):
        done.set()

    async with running(Worker({"work": handler})):
        await db.stop()
        await eventually(lambda: "background work failed" in caplog.text)
        await db.start()
        await add()
        await asyncio.wait_for(done.wait(), 3)
    assert "Traceback" not in caplog.text


async def test_stopping_an_idle_worker_waits_for_nothing(db, running, monkeypatch):
    monkeypatch.setattr(loop, "POLL", 3600)
    monkeypatch.setattr(loop, "STOPPING", 3600)
    chores = []

    async def chore():
        chores.append(1)

    async with running(Worker({}, [Every(3600, chore)])):
        await eventually(lambda: chores)
    assert chores == [1]


async def test_stopping_lets_a_short_job_finish(db, running):
    began = asyncio.Event()

    async def short(_job):
        began.set()
        await asyncio.sleep(0.1)

    await add("short")
    async with running(Worker({"short": short})):
        await began.wait()
    assert [job["state"] for job in await jobs()] == ["done"]


async def test_stopping_hands_a_long_job_back_for_the_next_worker(db, running, monkeypatch):
    monkeypatch.setattr(loop, "STOPPING", 0.1)
    began = asyncio.Event()

    async def long(_job):
        began.set()
        await asyncio.sleep(60)

    await add("long", {"n": 1})
    async with running(Worker({"long": long})):
        await began.wait()
    (job,) = await jobs()
    assert (job["state"], job["attempts"], job["payload"]) == ("waiting", 0, '{"n":1}')
    done = []

    async def again(job):
        done.append(job.attempts)

    await Worker({"long": again}).run_all()
    assert done == [1]
