"""How ``make test`` ends: every suite is seen, and the time is bounded."""

import pytest

from tests import suites
from tests.suites import Result

GOOD = Result("on SQLite", "3 passed in 1.00s", 0, 1.0)
BAD = Result("in a browser", "1 failed, 2 passed in 2.00s", 1, 2.0)


@pytest.mark.parametrize(
    "results, seconds, code, last",
    [
        ([GOOD], 900, 0, "All suites together: 900 s of at most 900."),
        ([GOOD], 901, 1, "Every test passed, but the tests take too long: see the slowest of each suite above."),
        ([BAD, GOOD], 60, 1, "Failed: in a browser."),
    ],
)
def test_the_end(results, seconds, code, last):
    said, ended = suites.verdict(results, seconds)
    assert ended == code and said.splitlines()[-1] == last
    assert all(result.closing in said for result in results)


def test_a_suite_that_fails_keeps_no_other_from_running(monkeypatch, capfd):
    monkeypatch.setattr(suites, "SUITES", {"broken": ("--no-such-option",), "whole": ("--version",)})
    assert suites.main() == 1
    said = capfd.readouterr().out
    assert "=== whole" in said and said.rstrip().endswith("Failed: broken.")


def test_no_test_is_left_out():
    """What a suite ignores another names, and all but the browser's run on PostgreSQL too."""
    ignored = {part.removeprefix("--ignore=") for part in suites.SUITES["on SQLite"] if part.startswith("--ignore=")}
    named = ("in a browser", "suppliers on SQLite", "processes on SQLite")
    assert ignored == {folder for name in named for folder in suites.SUITES[name]}
    assert suites.SUITES["on SQLite"][0] == "tests"
    on_sqlite = {name: suite for name, suite in suites.SUITES.items() if name.endswith("on SQLite")}
    assert len(suites.SUITES) == 2 * len(on_sqlite) + 1
    for name, suite in on_sqlite.items():
        assert suites.SUITES[name.replace("SQLite", "PostgreSQL")] == (*suite, "--database", "postgres")
