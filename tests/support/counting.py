"""How much work something is, in a number that a busy machine does not change."""

import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions, Python's and C's, that work makes."""
    made = 0

    def note(_frame: FrameType, event: str, _about: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


def memory(work: Callable[[], object]) -> int:
    """Return the most bytes that work holds at once, of those that it takes itself."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
