"""Files that processes of their own make: and none is left behind."""

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest
from tests.support.waiting import eventually

from pledge.suppliers.writing import file_making

pytestmark = pytest.mark.usefixtures("real_readers")


def sleepers() -> list[str]:
    """The processes that this test has started and that are still there."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [pid for each in children for pid in each.read_text().split()]
    return [pid for pid in pids if b"sleeping-file-maker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.fixture
def sleeping(tmp_path, monkeypatch):
    """A module that sleeps, where others would write a file."""
    monkeypatch.setattr(file_making.sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text("#!/bin/bash\nexec -a sleeping-file-maker sleep 60\n")
    (tmp_path / "python").chmod(0o755)


async def run(seconds: float = 60) -> bool:
    given, into = await file_making.new_file(), await file_making.new_file()
    with given, into:
        return await file_making.run("nothing", "", into, given=given, seconds=seconds)


async def test_a_process_that_takes_too_long_ends(sleeping):
    assert not await run(seconds=0.2)
    assert sleepers() == []


async def test_a_process_ends_when_its_caller_goes_away(sleeping):
    task = asyncio.create_task(run())

    async def started() -> bool:
        return bool(sleepers())

    await eventually(started, seconds=10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sleepers() == []


async def test_a_process_ends_whose_caller_went_away_before_it_had_started(sleeping, monkeypatch):
    real, begun = file_making.Popen, threading.Event()

    def slow(*args, **options):
        process = real(*args, **options)
        begun.set()
        time.sleep(0.2)
        return process

    monkeypatch.setattr(file_making, "Popen", slow)
    task = asyncio.create_task(run())
    assert await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.3)
    assert sleepers() == []
