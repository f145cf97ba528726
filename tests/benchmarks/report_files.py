"""What the files of a report cost: a PDF with the process that makes it, and a workbook, beside WeasyPrint.

    python tests/benchmarks/report_files.py [--tiny]

The report is the longest one that there is (``report.py``), and WeasyPrint makes a tagged PDF of its page. Times are
processor time, of children too.
"""

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec
from goals import TINY, at_most, verdict
from report import events, model, page_of, submitted
from tests.support.site import make_application

from pledge.database import clock
from pledge.paper.reports.printed import Printed, printed
from pledge.paper.reports.workbook import workbook
from pledge.paper.typesetting import made
from pledge.reports.report import Report

PDF, WORKBOOK = 100, 150  # milliseconds
REPEATS = 1 if TINY else 7


def spent() -> float:
    """Return the processor time in seconds of this process and of the children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def best(make: Callable[[], bytes]) -> tuple[float, int]:
    """Return the processor time in milliseconds of the cheapest of several, and the size in bytes."""
    found = []
    for _ in range(REPEATS):
        before = spent()
        size = len(make())
        found.append((spent() - before) * 1000)
    return min(found), size


def words(report: Report) -> Printed:
    """Return the words of a report."""
    return printed(report, publisher="A partnership", site="https://example.org", emergency="999", today=clock.today())


def pdf_of(report: Report) -> bytes:
    """Make the PDF of a report as the site does."""
    return made("report", msgspec.json.encode(words(report)))


def workbook_of(report: Report) -> bytes:
    """Make the workbook of a report."""
    return workbook(report, words(report))


def main() -> int:
    """Time them."""
    make_application()
    for which, frozen in (
        ("of a small firm, in the short form", submitted(2, "short")),
        ("with the worst answer to everything", submitted()),
    ):
        report = model(frozen, events())
        pdf, size = best(partial(pdf_of, report))
        answers = sum(len(part.questions) for part in report.sections)
        print(f"a report {which}: {len(report.actions)} actions, {answers} answers")
        print(f"  PDF: {pdf:.0f} ms of processor time with its process, {size / 1000:.0f} KB ({at_most(pdf, PDF)})")
        xlsx, size = best(partial(workbook_of, report))
        print(f"  XLSX: {xlsx:.1f} ms of processor time, {size / 1000:.0f} KB ({at_most(xlsx, WORKBOOK)})")
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # OSError: Pango is missing
        print(f"WeasyPrint: not installed here ({type(error).__name__}), so there is nothing to compare with")
        return verdict()
    html = page_of(report).decode()
    other, size = best(lambda: HTML(string=html, base_url="https://example.org").write_pdf(pdf_variant="pdf/ua-1"))
    print(f"WeasyPrint, of the page: {other:.0f} ms, {size / 1000:.0f} KB, {other / pdf:.1f} times as long as typst")
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
