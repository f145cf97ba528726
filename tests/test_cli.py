"""The ``pledge`` command: help for everything, quickly."""

import subprocess
import sys

import pytest

from pledge.cli import COMMANDS, main
from tests.support.command import environment, pledge

HEAVY = (
    "litestar", "piccolo", "asyncpg", "granian", "jinja2", "openpyxl", "lxml", "python_calamine", "argon2", "icalendar",
    "uvloop", "aiosmtplib", "rapidfuzz", "email_validator",
)  # fmt: skip

LOOK = """
import sys
from pledge.cli import main
try:
    main(WORDS, prog_name="pledge")
except SystemExit as end:
    print("exit", end.code, [name for name in sys.argv.pop().split(",") if name in sys.modules], file=sys.stderr)
"""


def every_command() -> list[tuple[str, ...]]:
    """The words of every command and sub-command."""
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        command = main.get_command(None, name)
        found.append((name,))
        found += [(name, sub) for sub in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help_is_there_and_loads_nothing_heavy(words):
    script = LOOK.replace("WORDS", repr([*words, "--help"]))
    found = subprocess.run(
        [sys.executable, "-c", script, ",".join(HEAVY)], capture_output=True, text=True, env=environment()
    )
    assert found.stderr == "exit 0 []\n"
    assert found.stdout.startswith(" ".join(["Usage: pledge", *words])) and "--help" in found.stdout
    described = found.stdout.split("\n\n")[1].strip()
    assert described and not described.startswith("Options")


def test_the_list_names_every_command_with_a_line_about_it():
    found = pledge("--help")
    assert found.returncode == 0
    listed = found.stdout.partition("Commands:")[2]
    for name in COMMANDS:
        (line,) = [line for line in listed.splitlines() if line.split()[:1] == [name]]
        assert len(line.split()) > 3


def test_a_command_that_does_not_exist_is_named():
    found = pledge("sevre")
    assert found.returncode == 2 and "No such command 'sevre'" in found.stderr and "Traceback" not in found.stderr


def test_the_version():
    import pledge as package

    assert pledge("--version").stdout.strip() == f"pledge, version {package.__version__}"
