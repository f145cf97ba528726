"""Ways to hand a test's bytes to the reader, and processes that end when they are told to."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.crash.killing import Lives

from pledge.suppliers.checking import CheckResult, check
from pledge.suppliers.reading.frames import Opened, Row, Rows
from pledge.suppliers.reading.process import read
from pledge.suppliers.reading.sniffing import sniff


@pytest.fixture
def run_check(tmp_path: Path) -> Callable[..., CheckResult]:
    def run(content: bytes | str, name: str = "list.csv") -> CheckResult:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with path.open("rb") as file:
            return check(file, name)

    return run


@pytest.fixture
def read_rows() -> Callable[..., dict[str, list[Row]]]:
    """Read a whole file: sheet name → rows, row 1 first."""

    def run(content: bytes, **options: object) -> dict[str, list[Row]]:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            sheets: dict[int, str] = {}
            rows: dict[str, list[Row]] = {}
            for frame in read(file, sniff(file), **options):  # type: ignore[arg-type]
                if isinstance(frame, Opened):
                    sheets = {sheet.index: sheet.name for sheet in frame.sheets}
                elif isinstance(frame, Rows):
                    known = rows.setdefault(sheets[frame.sheet], [])
                    known += [[] for _ in range(frame.first - 1 - len(known))] + frame.rows
            return rows

    return run


@pytest.fixture
def sniffed() -> Callable[[bytes], str]:
    return lambda content: sniff(io.BytesIO(content))


@pytest.fixture(scope="session")
def lives(databases, tmp_path_factory):
    """Makes processes that end at a commit (see ``tests.crash.killing``)."""
    with Lives(databases.some_url, tmp_path_factory.mktemp("lives")) as made:
        yield made
