"""Files that take seconds of processor time to make: by a process of its own, because pages come first.

The process gets files and gives a file, so the web process holds neither of them in memory.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import BinaryIO, cast

from pledge.suppliers.reading.process import KEPT_VARIABLES

FAILED = "Something went wrong on our side while we wrote this file. Your list is as it was. Try again in a minute."


async def new_file() -> BinaryIO:
    """Return a new nameless file."""
    return cast(BinaryIO, await asyncio.to_thread(tempfile.TemporaryFile))


async def run(
    module: str,
    argument: str,
    into: BinaryIO,
    *,
    given: BinaryIO,
    and_given: Sequence[BinaryIO] = (),
    variables: Mapping[str, str] | None = None,
    seconds: float,
) -> bool:
    """Let ``python -m MODULE ARGUMENT`` read a file and write another; return whether that one is whole.

    ``and_given`` are files that it inherits under the numbers they have here. It has nothing of our environment but
    ``variables``. When the caller goes away or the time is up, the process ends.
    """
    for each in (given, *and_given, into):
        each.seek(0)
    into.truncate()
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    starting = asyncio.create_task(
        asyncio.to_thread(
            Popen,
            [sys.executable, "-I", "-B", "-m", module, argument],
            stdin=given.fileno(),
            stdout=into.fileno(),
            stderr=DEVNULL,
            pass_fds=[each.fileno() for each in and_given],
            cwd="/",
            env={**kept, **(variables or {})},
            process_group=0,
        )
    )
    try:
        process = await asyncio.shield(starting)
        return await asyncio.to_thread(process.wait, seconds) == 0
    except TimeoutExpired:
        return False
    finally:
        process = await starting  # also for a caller who went away before it had started
        if process.poll() is None:
            process.kill()
            await asyncio.to_thread(process.wait)
