"""Running tests as if it were another day (``pytest --now``), with the processes that they start."""

import os
import time
from datetime import datetime

import time_machine

SHIFT = "TESTS_SHIFT"  # seconds from the real time to that of the tests, in the environment
_there: list[time_machine.travel] = []  # a fork of a process that takes part does so already


def shift_to(moment: str) -> None:
    """Let it be this moment (2027-03-28T00:58Z) now, here and in what is started from here; time goes on."""
    os.environ[SHIFT] = str(datetime.fromisoformat(moment).timestamp() - time.time())
    take_part()


def take_part() -> None:
    """In a process that tests started, or a fork of one: let it be their time."""
    if SHIFT in os.environ and not _there:
        _there.append(time_machine.travel(time.time() + float(os.environ[SHIFT]), tick=True))
        _there[0].start()
        time.time()  # time goes on from the first time that it is asked for, in every fork anew
