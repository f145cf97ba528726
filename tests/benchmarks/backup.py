"""What a backup and its restore cost: time, memory and size, with 200 MB of uploaded files and 100,000 other rows.

    python tests/benchmarks/backup.py [MEGABYTES] [--tiny]

``pledge backup`` and ``pledge restore`` run as processes of their own, on SQLite and from SQLite into PostgreSQL and
back. The files do not get smaller when compressed, as workbooks do not. Goal (quality of the product): a restore with
all its checks takes at most 60 s for 1 GB, and memory does not grow with the database.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from goals import TINY, at_most, size, verdict

os.environ["PLEDGE_DATABASE_URL"] = f"sqlite:///{tempfile.gettempdir()}/pledge-bench-unused.sqlite"

from tests.archive.contents import fill
from tests.support.command import environment
from tests.support.databases import PostgresServer

ROWS = 100 if TINY else 100_000
GOAL = 60  # seconds for 1 GB: to back it up and to restore it, together
MEMORY = 250  # MB at most, most of which is the program itself


async def make(path: Path, megabytes: int) -> None:
    """Make a SQLite database with so many megabytes of uploads and ``ROWS`` entries in the log."""
    from pledge.database import clock, ids, migrating, sql
    from pledge.database.unit import database, write

    database().path = str(path)
    await database().start()
    await migrating.migrate()
    await fill(megabytes)
    entries = [(ids.new_id(), clock.now(), ids.new_id(), ids.new_id(), str(ids.new_id())) for _ in range(ROWS)]
    text = (
        "INSERT INTO audit_entry (id, at, person, organisation, action, subject, details) "
        "VALUES ({}, {}, {}, {}, 'answers.saved', {}, '-')"
    )
    await write(lambda: sql.many(text, entries))
    await database().stop()


def measured(*arguments: str, url: str) -> tuple[float, float, float]:
    """Run ``pledge`` and return seconds, seconds of processor time, and MB of memory at most."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "pledge", *arguments],
        env=environment(PLEDGE_DATABASE_URL=url),
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    """Print the figures."""
    megabytes = size(200, 1)
    folder = Path(tempfile.mkdtemp(prefix="pledge-backup-"))
    server = PostgresServer(folder / "postgres")
    server.folder.mkdir()
    folder.chmod(0o755)
    try:
        asyncio.run(make(folder / "a.sqlite", megabytes))
        there = asyncio.run(server.start_for_owner())
        steps = [
            ("backup of SQLite", "backup", "1.pledge", f"sqlite:///{folder}/a.sqlite"),
            ("restore into PostgreSQL", "restore", "1.pledge", there),
            ("backup of PostgreSQL", "backup", "2.pledge", there),
            ("restore into SQLite", "restore", "2.pledge", f"sqlite:///{folder}/b.sqlite"),
        ]
        both = 0.0
        for words, command, name, url in steps:
            wall, cpu, memory = measured(command, str(folder / name), url=url)
            a_gigabyte = wall * 1000 / megabytes
            both = a_gigabyte if command == "backup" else both + a_gigabyte
            goal = f", with the backup {both:.0f} s ({at_most(both, GOAL)})" if command == "restore" else ""
            print(
                f"{words}, {megabytes} MB of uploads and {ROWS:,} rows: {wall:.1f} s, {cpu:.1f} s of processor time;"
                f" for 1 GB {a_gigabyte:.0f} s{goal};"
                f" memory at most {memory:.0f} MB ({at_most(memory, MEMORY)})",
                flush=True,
            )
        print(f"  the file: {(folder / '2.pledge').stat().st_size / 1e6:.0f} MB")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
