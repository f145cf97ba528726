"""The ``pledge`` command: help for everything, quickly."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pledge.cli import COMMANDS, main
from tests.support.command import environment, pledge, start

HEAVY = (
    "litestar", "piccolo", "asyncpg", "granian", "jinja2", "openpyxl", "lxml", "python_calamine", "argon2", "icalendar",
    "docx", "uvloop", "aiosmtplib", "rapidfuzz", "email_validator",
)  # fmt: skip

LOOK = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from pledge.cli import main
heavy, commands = json.loads(sys.argv.pop())
for words in commands:
    printed = StringIO()
    with redirect_stdout(printed):
        try:
            main([*words, "--help"], prog_name="pledge")
        except SystemExit as end:
            ended = end.code
    print(json.dumps([words, ended, printed.getvalue(), [name for name in heavy if name in sys.modules]]))
"""


def every_command() -> list[tuple[str, ...]]:
    """The words of every command and sub-command."""
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        command = main.get_command(None, name)
        found.append((name,))
        found += [(name, sub) for sub in getattr(command, "commands", {})]
    return found


def test_help_is_there_and_loads_nothing_heavy():
    told = json.dumps([HEAVY, every_command()])
    found = subprocess.run([sys.executable, "-c", LOOK, told], capture_output=True, text=True, env=environment())
    assert found.stderr == ""
    helps = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(helps) == len(every_command())
    for words, ended, printed, loaded in helps:
        assert (ended, loaded) == (0, []), words
        assert printed.startswith(" ".join(["Usage: pledge", *words])) and "--help" in printed
        described = printed.split("\n\n")[1].strip()
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


@pytest.mark.parametrize("words", ["config", "suppliers codes", "--help", "--version"])
def test_output_to_a_full_disk_is_one_sentence(words):
    with (
        Path("/dev/full").open("w") as full,
        start(*words.split(), env=environment(), stdout=full, stderr=-1) as process,
    ):
        said = process.communicate(timeout=20)[1].decode()
    assert process.returncode == 2 and said == "The command could not go on: No space left on device.\n"
