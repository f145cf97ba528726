"""What importing a supplier list costs, and how other pages fare meanwhile.

    python tests/benchmarks/imports.py [sqlite|postgres] [ROWS] [--tiny]

The site is served as ``pledge serve`` does it, with its worker, on an empty database. A list of 100,000 rows in which
every row is another supplier, the dearest case, is sent, confirmed and imported over HTTP. Processor time is that of
the worker with the processes that read for it (a PostgreSQL server's own is not in it); it is compared with reading the
same file raw and inserting its rows raw into SQLite (see ``suppliers``), and with openpyxl and Piccolo doing only that.
Pages are asked for 20 times a second before and during the import.
"""

import asyncio
import contextlib
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from goals import TINY, at_least, at_most, database_kind, size, verdict

from suppliers import HEADINGS, cpu_of, insert, read_xlsx, write_csv, write_xlsx

TICK = os.sysconf("SC_CLK_TCK")
PER_SECOND = 20
IDLE_SECONDS = 1 if TINY else 10
STAGED, TIMES_ORM, BUSY, GROWN = 2.0, 8.0, 1.5, 5.0  # the goals
PAGES = ("/suppliers", "/home", "/organisation")


class Site:
    """``pledge serve`` in processes of its own on a database."""

    def __init__(self, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PLEDGE_")},
            "PLEDGE_DATABASE_URL": url,
        }
        pledge = Path(sys.executable).with_name("pledge")
        subprocess.run([pledge, "migrate"], env=self.environment, stdout=subprocess.DEVNULL, check=True)
        self.process = subprocess.Popen(
            [pledge, "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/health/ready")[0] == 200:
                    break
            if time.monotonic() > until:
                raise SystemExit("the site did not start")
            time.sleep(0.1)
        time.sleep(1)
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in self._children(self.process.pid)}
        self.worker = next(pid for pid, command in commands.items() if b"worker" in command)
        self.web = next(pid for pid in commands if pid != self.worker and b"resource_tracker" not in commands[pid])

    def _children(self, parent: int) -> list[int]:
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [pid for child in map(int, listed) for pid in (child, *self._children(child))]

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Send one request and return status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Sec-Fetch-Site": "same-origin", **sent})
        response = connection.getresponse()
        answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        connection.close()
        return answer[0], answer[1], answer[2].decode("utf-8", "replace")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def cpu(pid: int) -> float:
    """Return the processor seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICK


def memory(pid: int, which: str = "VmRSS") -> float:
    """Return the MB of memory a process holds (VmRSS) or held at most (VmHWM)."""
    found = re.search(rf"{which}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def forget_peak(pid: int) -> None:
    """Let VmHWM begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def member(site: Site, name: str) -> tuple[str, str]:
    """Add a firm with a member and return its id and the member's cookie."""
    os.environ["PLEDGE_DATABASE_URL"] = site.environment["PLEDGE_DATABASE_URL"]
    from pledge.accounts import people, sessions
    from pledge.database.unit import database, write
    from pledge.organisations import joining

    async def made() -> tuple[str, str]:
        await database().start()
        person = await write(partial(people.add, f"{name}@example.org", name, ""))
        assert person
        organisation = await write(partial(joining.found, f"{name} Ltd", person))
        secret = await write(partial(sessions.start, person, "bench", organisation))
        await database().stop()
        return str(organisation), f"pledge={secret}"

    return asyncio.run(made())


class Asking:
    """Asks for pages so many times a second, and notes how long each answer takes."""

    def __init__(self, site: Site, cookie: str) -> None:
        self._site, self._cookie, self._stop = site, cookie, threading.Event()
        self.seconds: list[float] = []
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        due = time.monotonic()
        number = 0
        while not self._stop.is_set():
            began = time.monotonic()
            status = self._site.request("GET", PAGES[number % len(PAGES)], cookie=self._cookie)[0]
            assert status in (200, 303), status
            self.seconds.append(time.monotonic() - max(began, due))
            number += 1
            due += 1 / PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))

    def p95(self) -> float:
        """End and return the 95th percentile in milliseconds."""
        self._stop.set()
        self._thread.join()
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000


def idle(site: Site, cookie: str) -> float:
    """Return the 95th percentile in milliseconds of pages while nothing else is asked for."""
    for page in PAGES:
        site.request("GET", page, cookie=cookie)
    asking = Asking(site, cookie)
    time.sleep(IDLE_SECONDS)
    return asking.p95()


def upload(site: Site, cookie: str, organisation: str, path: Path) -> str:
    """Send a file and return the address of its page."""
    mark = "----bench"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="organisation"\r\n\r\n{organisation}\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    ).encode()
    body = head + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    status, headers, text = site.request("POST", "/suppliers/uploads", body, cookie=cookie, Content_Type=kind)
    assert status == 303, (status, text[:2000])
    return headers["location"]


def wait_for(site: Site, cookie: str, address: str, words: str) -> str:
    """Return the page once it says so."""
    while True:
        text = site.request("GET", f"{address}?still=yes", cookie=cookie)[2]
        if words in text:
            return text
        assert "could not" not in text.lower(), text
        time.sleep(0.25)


def confirm(site: Site, cookie: str, address: str, page: str) -> None:
    """Confirm the columns as a file's page proposes them."""
    fields = re.findall(r'<input type="hidden" name="(organisation|_key)" value="([^"]*)"', page)
    fields += re.findall(r'<input type="hidden" name="(sheets-\d+)" value="([^"]*)"', page)
    fields += re.findall(r'name="(sheets-\d+)" type="checkbox" value="(\d+)" checked', page)
    for select in re.findall(r'<select[^>]*name="(column-[\d-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="(\w+)" selected', select[1])
        fields.append((select[0], chosen[1] if chosen else ""))
    status = site.request(
        "POST", f"{address}/confirm", urlencode(dict(fields)).encode(), cookie=cookie,
        Content_Type="application/x-www-form-urlencoded",
    )[0]  # fmt: skip
    assert status == 303, status


def with_openpyxl_and_piccolo(path: Path) -> float:
    """Return the processor seconds that the libraries take that one would reach for first."""
    from openpyxl import load_workbook
    from piccolo.columns import Text
    from piccolo.engine.sqlite import SQLiteEngine
    from piccolo.table import Table

    with tempfile.TemporaryDirectory() as folder:
        columns = {f"column_{place}": Text() for place in range(len(HEADINGS))}
        supplier = type("Supplier", (Table,), columns, db=SQLiteEngine(path=f"{folder}/orm.sqlite"))
        supplier.create_table().run_sync()
        began = time.process_time()
        rows = load_workbook(path, read_only=True, data_only=True).active.iter_rows(min_row=2, values_only=True)
        while some := list(islice(rows, 1_000)):
            named = [dict(zip(columns, map(str, row), strict=True)) for row in some]
            supplier.insert(*(supplier(**row) for row in named)).run_sync()
        return time.process_time() - began


@contextlib.contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite"
        return
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.support.databases import PostgresServer

    where = Path(tempfile.mkdtemp(prefix="pledge-bench-"))
    where.chmod(0o755)
    server = PostgresServer(where)
    try:
        yield asyncio.run(server.start_for_owner())
    finally:
        server.close()
        shutil.rmtree(where, ignore_errors=True)


def main() -> int:
    """Print one line per figure."""
    kind, count = database_kind(), size(100_000, 50)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "list.xlsx"
        write_xlsx(path, count)
        raw = cpu_of(lambda: read_xlsx(path)) + cpu_of(partial(insert, read_xlsx(path)))
        with empty_database(kind, folder) as url:
            site = Site(url)
            try:
                organisation, cookie = member(site, "importing")
                _, another = member(site, "another")
                print(f"suppliers import on {kind}, xlsx, {count:,} rows, as many suppliers:", flush=True)
                idle_p95 = idle(site, another)
                run(site, cookie, another, organisation, path, raw, idle_p95)
                print(
                    f"  while what may be the same is looked for: {idle(site, another):.1f} ms; the pages of the firm"
                    f" with {count:,} suppliers: {idle(site, cookie):.1f} ms",
                    flush=True,
                )
                large(site, cookie, organisation, folder)
            finally:
                site.stop()
    return verdict()


async def _asked(statement: str) -> object:
    from pledge.database import sql
    from pledge.database.unit import database, read

    await database().start()
    while not await read(partial(sql.value, statement)):
        await asyncio.sleep(0.02)
    await database().stop()


def cpu_when_staged(site: Site) -> float:
    """Return the worker's processor seconds at the moment when all rows are kept."""
    asyncio.run(_asked("SELECT count(*) FROM upload WHERE next_supplier IS NOT NULL"))
    return cpu(site.worker)


def run(site: Site, cookie: str, another: str, organisation: str, path: Path, raw: float, idle_p95: float) -> None:
    """Import the list and print what it cost."""
    before = memory(site.worker)
    address = upload(site, cookie, organisation, path)
    page = wait_for(site, cookie, address, "Read these suppliers")
    forget_peak(site.worker)
    forget_peak(site.web)
    web_before, worker_before, cpu_before, began = memory(site.web), memory(site.worker), cpu(site.worker), time.time()
    busy = Asking(site, another)
    confirm(site, cookie, address, page)
    staged = cpu_when_staged(site) - cpu_before
    wait_for(site, cookie, address, "Your whole list now")
    seconds, spent, busy_p95 = time.time() - began, cpu(site.worker) - cpu_before, busy.p95()
    elsewhere = with_openpyxl_and_piccolo(path)
    staging, times = at_most(staged / raw, STAGED), at_least(elsewhere / staged, TIMES_ORM)
    print(
        f"  {seconds:.1f} s, {spent:.2f} s of processor time ÷ {raw:.2f} (raw read + raw insert) = {spent / raw:.2f}\n"
        f"  of that reading, checking and keeping the rows: {staged:.2f} s = {staged / raw:.2f} ({staging});"
        f" openpyxl and Piccolo, unchecked: {elsewhere:.1f} s = {elsewhere / staged:.1f} × ({times})\n"
        f"  worker: {before:.0f} MB idle, {worker_before:.0f} before, at most {memory(site.worker, 'VmHWM'):.0f};"
        f" web: {web_before:.0f} MB before, at most {memory(site.web, 'VmHWM'):.0f}\n"
        f"  another firm's pages at {PER_SECOND} a second, p95: {idle_p95:.1f} ms idle, {busy_p95:.1f} ms meanwhile:"
        f" ratio {busy_p95 / idle_p95:.2f} ({at_most(busy_p95 / idle_p95, BUSY)})",
        flush=True,
    )


def large(site: Site, cookie: str, organisation: str, folder: Path) -> None:
    """Send a file of nearly 25 MB and print by how much the web process grew."""
    path = folder / "large.csv"
    write_csv(path, 100 if TINY else 190_000)
    path.write_bytes(path.read_bytes().ljust(25 * 1024 * 1024 - 10, b"\n"))
    forget_peak(site.web)
    before, began = memory(site.web), time.time()
    upload(site, cookie, organisation, path)
    seconds = time.time() - began
    grown = memory(site.web, "VmHWM") - before
    size = path.stat().st_size / 1e6
    print(f"  upload of {size:.0f} MB: {seconds:.2f} s, web process at most +{grown:.1f} MB ({at_most(grown, GROWN)})")


if __name__ == "__main__":
    sys.exit(main())
