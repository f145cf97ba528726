"""The tests hold on any day: at the turn of a year, when clocks change, on 29 February, years from now."""

import subprocess
import sys

import pytest

DAYS = ("2026-12-31T23:59Z", "2027-03-28T00:59Z", "2028-02-29T12:00Z", "2031-10-26T00:59Z")
REAL_TIME = ("tests/browser", "tests/test_install.py")  # Chromium and pip have clocks of their own


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("day", DAYS)
def test_every_test_holds_on_another_day(day, database):
    ignored = [f"--ignore={path}" for path in REAL_TIME]
    command = [sys.executable, "-m", "pytest", "tests", *ignored, "--now", day, "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-10_000:]
