"""Running the ``pledge`` command as an operator does: a process of its own, with its own environment."""

import os
import subprocess
import sys


def environment(**settings: str) -> dict[str, str]:
    """The environment without our settings and tests' leftovers, plus ``settings``.

    Compiled modules are kept, as on any machine where people use Pledge: compiling takes longer than all the rest.
    """
    ours = ("PLEDGE_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | settings


def pledge(*arguments: str, timeout: float = 60, **settings: str) -> subprocess.CompletedProcess:
    """Run ``pledge`` to its end and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "pledge", *arguments],
        env=environment(**settings), capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip
