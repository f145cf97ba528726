"""Running the ``pledge`` command as an operator does: a process of its own, with its own environment."""

import os
import subprocess
import sys

from tests.support.forking import Forked

# What the commands import, none of which looks at the environment when it is imported.
IMPORTED = (
    "pledge.app", "pledge.cli", "pledge.audit.commands", "pledge.commands.archiving", "pledge.commands.checking",
    "pledge.commands.pruning", "pledge.commands.serving", "pledge.commands.working", "pledge.demo.seeding",
    "pledge.insights.commands", "pledge.organisations.commands", "pledge.assessments.versions.commands",
    "pledge.suppliers.commands", "granian",
)  # fmt: skip


def environment(**settings: str) -> dict[str, str]:
    """The environment without our settings and tests' leftovers, plus ``settings``.

    Compiled modules are kept, as on any machine where people use Pledge: compiling takes longer than all the rest.
    """
    ours = ("PLEDGE_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | settings


def start(*arguments: str, **options) -> Forked:
    """Start ``pledge``. The options are those of ``subprocess.Popen``."""
    return Forked([sys.executable, "-m", "pledge", *arguments], imported=IMPORTED, **options)


def pledge(*arguments: str, timeout: float = 60, **settings: str) -> subprocess.CompletedProcess:
    """Run ``pledge`` to its end and return what it printed."""
    pipe = subprocess.PIPE
    with start(*arguments, env=environment(**settings), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            printed, said = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, printed, said)
