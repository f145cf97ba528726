"""Files that take processor time to make: one at a time for each firm (or person), and few at once for all.

Whoever asks for many waits behind their own, not others behind them: of each firm at most one file stands in the line
that all firms share, which goes in order.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from pledge.refusals import Refusal

T = TypeVar("T")

AT_ONCE = 2  # files that are made at once, so that one firm's long list keeps no other firm waiting
WAITING = 8  # files of one firm that may be asked for at once
PATIENCE = 60.0  # seconds that anybody waits for their turn
BUSY = "We are still making other files that were asked for here. Try again in a minute."


@dataclass(slots=True)
class _Line:
    """Those who ask for a file of one firm. ``turn``: whose file may be made next."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: int = 0


_lines: dict[UUID, _Line] = {}
_all = asyncio.Semaphore(AT_ONCE)


async def in_turn(firm: UUID, make: Callable[[], Awaitable[T]]) -> T:
    """Make a file when it is the firm's turn, and return it. ``firm`` may be a person or an organiser's body too.

    Raises Refusal (503) when too many of the firm's are waiting, or it takes too long until it is its turn.
    """
    line = _lines.get(firm) or _Line()
    if line.asking >= WAITING:
        raise Refusal(BUSY, status=503)
    _lines[firm] = line
    line.asking += 1
    try:
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(PATIENCE):
                    await turn.enter_async_context(line.turn)
                    await turn.enter_async_context(_all)
            except TimeoutError as error:
                raise Refusal(BUSY, status=503) from error
            return await make()
    finally:
        line.asking -= 1
        if not line.asking:
            del _lines[firm]
