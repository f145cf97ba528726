"""What `pledge suppliers check` costs, against reading the same file raw and inserting its rows raw.

    python tests/benchmarks/suppliers.py [ROWS] [--tiny]

Every figure is processor time of this machine, our command's with the process it reads in; only the ratios mean
anything elsewhere. The lowest of several runs counts, because other work on the machine only ever adds.
"""

import csv
import io
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from goals import TINY, at_most, size, verdict
from python_calamine import CalamineWorkbook

RUNS = 1 if TINY else 5
GOALS = {"xlsx": 2.5, "csv": 4.0}
HEADINGS = (
    "Supplier name", "What they supply", "Company number", "SIC code", "Country", "Annual spend", "Labour", "Postcode",
    "Email", "Supplier code",
)  # fmt: skip

_FIRST = "Acme Brook Cedar Dale Elm Fern Glen Hill Iron Jay Kite Lark Moor North Oak Pine Quay Ridge Stone Tarn".split()  # noqa: SIM905
_SECOND = "Building Catering Cleaning Joinery Packaging Print Roofing Transport Textiles Foods Metals Plastics".split()  # noqa: SIM905
_SUPPLIES = ("Office cleaning", "Cotton T-shirts", "Legal fees", "Bricks", "Courier service", "Software licences")
_SUPPLIES += ("Workwear", "Fresh fruit", "Plumbing repairs", "Agency staff", "Stationery", "Solar panels")
_COUNTRIES = ("United Kingdom", "UK", "China", "India", "Bangladesh", "Türkiye", "Germany", "Poland")
_LABOUR = ("employees", "agency", "subcontract", "mixed", "unknown")
_SIC = ("43390", "81210", "46420", "69201", "49410", "78200", "62020")


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield rows of a clean list in which every row is another supplier: the dearest case."""
    chance = random.Random(20261121)
    for number in range(count):
        name = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {number} Ltd"
        yield (
            name,
            chance.choice(_SUPPLIES),
            f"{10_000_000 + number}",
            chance.choice(_SIC),
            chance.choice(_COUNTRIES),
            round(chance.uniform(10, 90_000), 2),
            chance.choice(_LABOUR),
            f"BB{chance.randint(1, 18)} {chance.randint(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('PQRSTUW')}",
            f"office{number}@example.co.uk",
            f"S{number:06}",
        )


def write_csv(path: Path, count: int) -> None:
    """Write the list as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows(count)])


def write_xlsx(path: Path, count: int) -> None:
    """Write the list as Excel does it: shared strings, numbers as numbers. Much faster than openpyxl."""
    strings: dict[str, int] = {}
    sheet = io.StringIO()
    sheet.write('<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/')
    sheet.write('spreadsheetml/2006/main"><sheetData>')
    for number, row in enumerate((HEADINGS, *rows(count)), 1):
        sheet.write(f'<row r="{number}">')
        for column, value in zip("ABCDEFGHIJ", row, strict=True):
            if isinstance(value, float):
                sheet.write(f'<c r="{column}{number}"><v>{value}</v></c>')
            else:
                index = strings.setdefault(str(value), len(strings))
                sheet.write(f'<c r="{column}{number}" t="s"><v>{index}</v></c>')
        sheet.write("</row>")
    sheet.write("</sheetData></worksheet>")
    main = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{main}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(
                f'<Override PartName="/xl/{part}.xml" '
                f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
                for part, kind in (
                    ("workbook", "sheet.main"),
                    ("worksheets/sheet1", "worksheet"),
                    ("sharedStrings", "sharedStrings"),
                )
            )
            + "</Types>",
        )
        relationship = f"{main}/officeDocument/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{relationship}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}/spreadsheetml/2006/main" xmlns:r="{relationship}"><sheets>'
            '<sheet name="Suppliers" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{main}/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relationship}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relationship}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet.getvalue())
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}/spreadsheetml/2006/main">{items}</sst>')


def read_xlsx(path: Path) -> list[list[object]]:
    """Read with calamine and nothing else."""
    with path.open("rb") as file:
        return list(CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows())  # type: ignore[arg-type]


def read_csv(path: Path) -> list[list[object]]:
    """Read with the csv module and nothing else."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))  # type: ignore[arg-type]


def insert(table: list[list[object]]) -> None:
    """Insert rows into an SQLite file with executemany in one transaction and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "raw.sqlite")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(f"CREATE TABLE supplier ({', '.join(f'c{number}' for number in range(len(HEADINGS)))})")
        with database:
            database.executemany(f"INSERT INTO supplier VALUES ({','.join('?' * len(HEADINGS))})", table)
        database.close()


def cpu_of(work: Callable[[], object]) -> float:
    """Return the lowest processor seconds of several runs in this process."""
    best = float("inf")
    for _ in range(RUNS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def cpu_of_command(path: Path) -> tuple[float, dict[str, int]]:
    """Return the lowest processor seconds of the whole command with its children, and its last result."""
    best, result = float("inf"), {}
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [Path(sys.executable).with_name("pledge"), "suppliers", "check", path, "--json"],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = json.loads(done.stdout)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best, {name: result[name] for name in ("rows", "accepted", "rejected", "suppliers")}


def memory_of_check(path: Path) -> tuple[int, int]:
    """Return by how many MB this process grows in a check, and the peak of the process that reads."""
    script = (
        "import re, resource, sys; from pathlib import Path; from pledge.suppliers.checking import check;"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]); before = peak();"
        "file = Path(sys.argv[1]).open('rb'); check(file, 'list');"
        "print((peak() - before) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)
    grown, peak = map(int, done.stdout.split())
    return grown, peak


def main() -> int:
    """Print one line per format."""
    count = size(100_000, 50)
    with tempfile.TemporaryDirectory() as folder:
        for kind, write, read in (("xlsx", write_xlsx, read_xlsx), ("csv", write_csv, read_csv)):
            path = Path(folder) / f"list.{kind}"
            write(path, count)
            table = read(path)
            raw_read, raw_insert = cpu_of(lambda: read(path)), cpu_of(lambda: insert(table))  # noqa: B023
            ours, result = cpu_of_command(path)
            assert result["rows"] == result["accepted"] == result["suppliers"] == count, result
            grown, peak = memory_of_check(path)
            ratio = ours / (raw_read + raw_insert)
            print(
                f"suppliers check, {kind}, {count:,} × {len(HEADINGS)}: {ours:.2f} s ÷ (read {raw_read:.2f} + insert"
                f" {raw_insert:.2f}) = {ratio:.2f} ({at_most(ratio, GOALS[kind])}); reader {peak} MB,"
                f" caller +{grown} MB",
                flush=True,
            )
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
