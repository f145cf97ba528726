"""The PDF of a document: made by a process of its own, and kept, because firms that are alike get the same."""

import asyncio
import logging
import os
import subprocess
import sys

import msgspec

from pledge.paper.document import Document
from pledge.refusals import Refusal

AT_ONCE = 2  # that are made at once
PATIENCE = 10.0  # seconds that anybody waits for their turn
SECONDS = 20.0  # that one may take; it takes a fifth of one
FAILED = (
    "We could not make the PDF just now. Nothing is lost. The page itself prints well too, or try again in a minute."
)
_MOST = 32  # that are kept; one has some 150 KB

log = logging.getLogger("pledge")
_kept: dict[bytes, bytes] = {}
_turn = asyncio.Semaphore(AT_ONCE)


def kept(document: Document) -> bytes | None:
    """Return the PDF of a document that was made before, or None."""
    return _kept.get(msgspec.json.encode(document))


async def make(document: Document) -> bytes:
    """Return the PDF of a document. Raises Refusal (503) when it cannot be made, or not in time."""
    data = msgspec.json.encode(document)
    try:
        async with asyncio.timeout(PATIENCE):
            await _turn.acquire()
    except TimeoutError as error:
        raise Refusal(FAILED, status=503) from error
    try:
        made = await asyncio.to_thread(_made, data)
    finally:
        _turn.release()
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[data] = made
    return made


def _made(data: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-m", "pledge.paper.pdf_child"],
            input=data,
            capture_output=True,
            check=True,
            cwd="/",
            env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        log.error("A PDF was not made: %s %s", error, told[-500:])
        raise Refusal(FAILED, status=503) from error
    return done.stdout
