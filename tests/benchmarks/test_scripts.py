"""Every benchmark with tiny numbers, so that none rots. Only that it works is judged, never its speed."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.benchmarks.goals import SCRIPTS
from tests.support.command import environment

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
    command = [sys.executable, str(HERE / name), *arguments, "--tiny"]
    done = subprocess.run(command, cwd=HERE.parents[1], env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "MISSED" not in done.stdout
    return done.stdout


@pytest.mark.parametrize("script", [script for script in SCRIPTS if not script.endswith(("sqlite", "postgres"))])
def test_it_works(script):
    said = run(script)
    assert all(peer in said for peer in PEERS.get(script, ()))


@pytest.mark.parametrize("name", ["imports.py", "serving.py"])
def test_it_works_on_each_database(databases, database_kind, name):
    script = f"{name} {database_kind}"
    assert script in SCRIPTS
    said = run(script)
    assert all(peer in said for peer in PEERS.get(script, ()))


def test_every_script_is_run():
    others = {"goals.py", "run.py", Path(__file__).name}
    assert {path.name for path in HERE.glob("*.py")} - others == {script.split()[0] for script in SCRIPTS}
