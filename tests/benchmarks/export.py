"""What writing the supplier list as a workbook costs, beside openpyxl writing the same cells without any care.

    python tests/benchmarks/export.py [ROWS] [--tiny]

Processor time, the least of three runs; both write 21 columns, of which some text could be taken for a formula.
"""

import io
import sys
import time
from collections.abc import Callable

from goals import at_most, size, verdict
from openpyxl import Workbook

from pledge.suppliers.listed.list_file import HEADINGS
from pledge.suppliers.writing.list_child import Line, write_csv, write_workbook

GOAL = 1.05
RUNS = 3


def lines(count: int) -> list[Line]:
    """Return headings and so many suppliers, of which one in a hundred has a name that looks like a formula."""
    return [list(HEADINGS)] + [
        [
            f"{'=' if number % 100 == 0 else ''}Supplier {number} Ltd", "Cotton T-shirts and workwear", f"{number:08}",
            "14120", "United Kingdom", "Bangladesh, Turkey", number * 1.25, "employees", "no", None, None, "Preston",
            "PR1 6WP", f"office{number}@example.org", None, f"S{number}", "2026-11-21", "Alice", "High",
            "“Cotton T-shirts and workwear” from Bangladesh: Garments on the goods list for child labour.",
            "Ask which factory, farm or mine it comes from and what is done there to prevent forced and child labour.",
        ]
        for number in range(count)
    ]  # fmt: skip


def bare(given: list[Line]) -> None:
    """Write the lines as they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Suppliers")
    for line in given:
        sheet.append(line)
    book.save(io.BytesIO())


def cpu(run: Callable[[], object]) -> float:
    """Return the least processor seconds of some runs."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> int:
    """Print the figures."""
    count = size(100_000, 50)
    given = lines(count)
    plain = cpu(lambda: bare(given))
    ours = cpu(lambda: write_workbook(iter(given), io.BytesIO()))
    text = cpu(lambda: write_csv(iter(given), io.BytesIO()))
    print(
        f"supplier list, {count:,} rows: workbook {ours:.2f} s ÷ {plain:.2f} s (openpyxl, bare) = {ours / plain:.2f} "
        f"({at_most(ours / plain, GOAL)}); csv {text:.2f} s = {text / plain:.3f}"
    )
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
