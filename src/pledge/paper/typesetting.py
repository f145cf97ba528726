"""PDFs by typst, in a process of its own (docs/decisions/0014): a template of ours, and words that are never markup."""

import asyncio
import logging
import os
import subprocess
import sys
from typing import Literal

from pledge.refusals import Refusal

AT_ONCE = 2  # that are made at once
PATIENCE = 10.0  # seconds that anybody waits for their turn
SECONDS = 20.0  # that one may take; it takes a fifth of one
FAILED = (
    "We could not make the PDF just now. Nothing is lost. The page itself prints well too, or try again in a minute."
)
Template = Literal["certificate", "sheet", "report"]  # in templates/paper

log = logging.getLogger("pledge")
_turn = asyncio.Semaphore(AT_ONCE)


async def typeset(template: Template, data: bytes) -> bytes:
    """Return the PDF that a template makes of JSON. Raises Refusal (503) when it cannot be made, or not in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _turn.acquire()
    except TimeoutError as error:
        raise Refusal(FAILED, status=503) from error
    try:
        return await asyncio.to_thread(made, template, data)
    finally:
        _turn.release()


def made(template: Template, data: bytes) -> bytes:
    """Return the PDF, made by the process that is waited for. Raises Refusal."""
    try:
        done = subprocess.run(  # noqa: S603 - all words of it are ours
            [sys.executable, "-I", "-B", "-m", "pledge.paper.pdf_child", template],
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
