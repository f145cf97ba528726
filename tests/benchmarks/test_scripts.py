"""Every benchmark with tiny numbers, so that none rots. Only that it works is judged, never its speed."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.benchmarks.goals import SCRIPTS
from tests.support.command import IMPORTED, environment
from tests.support.forking import Forked

HERE = Path(__file__).parent
PEERS = {
    "serving.py sqlite": ("the same page in Flask", "the same page in Django"),
    "imports.py sqlite": ("openpyxl and Piccolo",),
    "export.py": ("openpyxl, bare",),
    "matching.py": ("every name searched",),
}


def run(script: str) -> str:
    """Run a script as ``make bench`` does and return what it printed."""
    name, *arguments = script.split()
    command, pipe = [sys.executable, str(HERE / name), *arguments, "--tiny"], subprocess.PIPE
    options = {"cwd": HERE.parents[1], "env": environment(), "stdout": pipe, "stderr": pipe, "text": True}
    with Forked(command, imported=IMPORTED, **options) as process:
        try:
            printed, said = process.communicate(timeout=300)
        except BaseException:
            process.kill()
            raise
    assert process.returncode == 0, printed + said
    assert "MISSED" not in printed
    return printed


@pytest.mark.parametrize("script", [script for script in SCRIPTS if not script.endswith(("sqlite", "postgres"))])
def test_it_works(script):
    said = run(script)
    assert all(peer in said for peer in PEERS.get(script, ()))


@pytest.mark.parametrize("name", ["imports.py", "register.py", "serving.py"])
def test_it_works_on_each_database(databases, database_kind, name):
    script = f"{name} {database_kind}"
    assert script in SCRIPTS
    said = run(script)
    assert all(peer in said for peer in PEERS.get(script, ()))


def test_every_script_is_run():
    others = {"goals.py", "run.py", Path(__file__).name}
    assert {path.name for path in HERE.glob("*.py")} - others == {script.split()[0] for script in SCRIPTS}
