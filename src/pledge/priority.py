"""Letting pages go first: heavy work stands back behind the threads that answer requests."""

import os
import threading
from contextlib import suppress

NICE = 15  # how far heavy work stands back, of at most 19


def give_way() -> None:
    """Let this thread stand back, where the system can (Linux: each thread has a priority of its own)."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
