"""Would a save succeed now? Asked by whoever watches the server, so it costs little however often it is asked.

While saves succeed, nothing is written: the space for a save is taken and given back. After a save has failed, the
question is answered by a real one, which is deleted in its own transaction, until it succeeds.
"""

import asyncio
import secrets
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from pledge.database import clock, ids, sql
from pledge.database.unit import EVERYTHING, database, reaching, write

EVERY = 1.0  # seconds for which an answer holds
PROBE = secrets.token_hex(16_384)  # more than fits into what is left of a page
WITHIN = 5.0  # seconds for a save; whoever asks does not wait as long as a person does


class _Undone(Exception):
    """Ends the unit that only tries."""


class _Answer:
    """The last answer, for the database that it is about."""

    def __init__(self) -> None:
        self.about: Any = None
        self.until = 0.0
        self.error: Exception | None = None
        self.doubted = False
        self.asking: asyncio.Task[None] | None = None


_last = _Answer()


def doubt() -> None:
    """Remember that a save has just failed because the database could not serve."""
    _last.doubted, _last.until = True, 0.0


async def would_succeed() -> bool:
    """Return whether a save would succeed; at most one is tried a second, whoever asks."""
    about = _about()
    if _last.about != about or time.monotonic() >= _last.until:
        if _last.asking is None or _last.asking.done():
            _last.asking = asyncio.create_task(_ask(about))
        await asyncio.shield(_last.asking)
    return _last.error is None


def _about() -> Any:
    engine: Any = database()
    return getattr(engine, "path", None) or str(getattr(engine, "config", None))


async def _ask(about: Any) -> None:
    really = _last.doubted
    try:
        with reaching(EVERYTHING):
            async with asyncio.timeout(WITHIN):
                if database().engine_type == "sqlite":
                    await asyncio.to_thread(_take_space, Path(about).parent)
                await write(partial(_save, really))
    except _Undone:
        error = None
    except Exception as failure:
        error, _last.doubted = failure, True
    else:
        error, _last.doubted = None, False
    _last.about, _last.error, _last.until = about, error, time.monotonic() + EVERY


async def _save(really: bool) -> None:
    if database().engine_type == "postgres" and not really:  # what is undone there takes space all the same
        await sql.rows("SELECT 1 FROM job LIMIT 1")
        return
    probe, now = ids.new_id(), clock.now()
    await sql.rows(
        "INSERT INTO job (id, kind, payload, state, run_after, attempts, error, created) "
        "VALUES ({}, 'saving', {}, 'done', {}, 0, '', {})",
        probe, PROBE, now, now,
    )  # fmt: skip
    await sql.rows("DELETE FROM job WHERE id = {}", probe)
    if not really:
        raise _Undone


def _take_space(folder: Path) -> None:
    """Write a file without a name beside the database; it is gone before the disk has it. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        file.write(PROBE.encode())
