"""What giving a large file back with our notes costs, and reading it again.

    python tests/benchmarks/annotated.py [ROWS] [--tiny]

The site is served as ``pledge serve`` does it. A list of 199,999 rows, the most there may be below headings, is
imported; every tenth of them cannot be taken. Its annotated workbook is downloaded while another firm asks for pages 20
times a second, and is sent back as it is.
"""

import http.client
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from goals import at_most, size, verdict
from imports import Asking, Site, confirm, cpu, forget_peak, idle, member, memory, upload, wait_for

from suppliers import HEADINGS, rows

GROWTH_MB = 5.0
SLOWER = 1.5


def write_list(path: Path, count: int) -> None:
    """Write a list of which every tenth row has a country that there is not."""
    from pledge.workbooks import Workbook

    with path.open("wb") as file, Workbook(file) as book, book.sheet("Suppliers") as sheet:
        sheet.row(1, HEADINGS)
        for number, row in enumerate(rows(count), 2):
            values = list(row)
            if number % 10 == 0:
                values[4] = "Narnia"
            sheet.row(number, values)  # type: ignore[arg-type]


def imported(site: Site, cookie: str, address: str) -> str:
    """Confirm the columns as they are proposed and return the page of the file once it is imported."""
    confirm(site, cookie, address, wait_for(site, cookie, address, "Read these suppliers"))
    return wait_for(site, cookie, address, "Your whole list now")


def download(site: Site, cookie: str, address: str, path: Path) -> tuple[float, float]:
    """Download a file; return the seconds to its first and to its last byte."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=300)
    began = time.monotonic()
    connection.request("GET", address, headers={"cookie": cookie})
    response = connection.getresponse()
    assert response.status == 200, (response.status, response.read()[:500])
    first = time.monotonic() - began
    with path.open("wb") as file:
        while block := response.read(1 << 16):
            file.write(block)
    connection.close()
    return first, time.monotonic() - began


def main() -> int:
    """Print one line per figure."""
    count = size(199_999, 50)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_list(folder / "list.xlsx", count)
        site = Site(f"sqlite:///{folder}/bench.sqlite")
        try:
            organisation, cookie = member(site, "annotating")
            _, another = member(site, "another")
            idle_p95 = idle(site, another)
            address = upload(site, cookie, organisation, folder / "list.xlsx")
            cpu_before = cpu(site.worker)
            imported(site, cookie, address)
            print(
                f"first import: {cpu(site.worker) - cpu_before:.1f} s of processor time, worker at most"
                f" {memory(site.worker, 'VmHWM'):.0f} MB"
            )
            back = folder / "back.xlsx"
            forget_peak(site.web)
            web_before, cpu_before = memory(site.web), cpu(site.web)
            busy = Asking(site, another)
            first, seconds = download(site, cookie, f"{address}/annotated.xlsx", back)
            busy_p95, grown = busy.p95(), memory(site.web, "VmHWM") - web_before
            spent = cpu(site.web) - cpu_before
            unpacked = sum(part.file_size for part in zipfile.ZipFile(back).infolist())
            print(
                f"annotated workbook, {count:,} rows: first byte after {first:.1f} s, last after {seconds:.1f} s,"
                f" {back.stat().st_size / 1e6:.1f} MB ({unpacked / 1e6:.0f} MB unpacked)\n"
                f"  processor time of the web process and the one that writes: {spent:.1f} s\n"
                f"  web process at most +{grown:.1f} MB ({at_most(grown, GROWTH_MB)})\n"
                f"  another firm's pages at 20 a second, p95: {idle_p95:.1f} ms idle, {busy_p95:.1f} ms meanwhile:"
                f" ratio {busy_p95 / idle_p95:.2f} ({at_most(busy_p95 / idle_p95, SLOWER)})",
                flush=True,
            )
            began, cpu_before = time.monotonic(), cpu(site.worker)
            again = imported(site, cookie, upload(site, cookie, organisation, back))
            counted = re.findall(r">(New|Changed|As before)<.*?>([\d,]+)</td>", again)
            print(
                f"  sent back as it is: {time.monotonic() - began:.1f} s, {cpu(site.worker) - cpu_before:.1f} s of"
                f" processor time, worker at most {memory(site.worker, 'VmHWM'):.0f} MB; {dict(counted)}"
            )
            return verdict()
        finally:
            site.stop()


if __name__ == "__main__":
    sys.exit(main())
