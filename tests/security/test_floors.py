"""No library is older than the first version in which a known hole was closed."""

from importlib.metadata import version

import pysqlite3
import pytest
from packaging.version import Version

# package → the least version, and what was wrong before it
FLOORS = {
    "litestar": ("2.25", "CVE-2025-59152, CVE-2026-25479, CVE-2026-25480, CVE-2026-48061; invalid Host headers"),
    "piccolo": ("1.38", "PYSEC-2023-173, PYSEC-2023-241"),
    "granian": ("2.8.7", "CVE-2026-42544"),
    "jinja2": ("3.1.6", "CVE-2024-56326"),
    "openpyxl": ("3.1.5", "with defusedxml, so that a document type is refused"),
    "defusedxml": ("0.7.1", "openpyxl reads XML with it"),
}


@pytest.mark.parametrize("package", FLOORS)
def test_no_library_is_older_than_its_floor(package):
    least, reason = FLOORS[package]
    assert Version(version(package)) >= Version(least), reason


def test_sqlite_does_not_corrupt_a_write_ahead_log_that_several_connections_write():
    """SQLite 3.7.0 to 3.51.2 can; it is the library that Pledge runs on, whatever the interpreter came with."""
    import sqlite3

    assert sqlite3 is pysqlite3
    assert pysqlite3.sqlite_version_info >= (3, 51, 3)
