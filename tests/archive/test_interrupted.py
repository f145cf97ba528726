"""Killed in the middle, or without room: no half a backup under its name, no half a restore in the database."""

import asyncio
import fcntl
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from tests.archive.contents import back_up, everything, execute, fill, fresh, in_archive, move, url_of
from tests.support.command import environment, start
from tests.support.waiting import eventually

from pledge.archive.refusals import ArchiveRefused
from pledge.database import migrating


def begin(*arguments: str, **settings: str) -> subprocess.Popen:
    pipe = subprocess.PIPE
    return start(*arguments, env=environment(**settings), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


async def kill(process: subprocess.Popen) -> None:
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.communicate)


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@pytest.fixture
async def big(db):
    """12 MB of a file that somebody sent."""
    await fill(12)


async def test_a_killed_backup_leaves_no_file_under_its_name_and_the_next_one_clears_up(big, db, tmp_path):
    file, partial = tmp_path / "a.pledge", tmp_path / ".a.pledge.partial"
    process = begin("backup", str(file), PLEDGE_DATABASE_URL=url_of(db))
    await eventually(lambda: size_of(partial) >= 1_000_000, seconds=60)
    await kill(process)
    assert [path.name for path in tmp_path.iterdir()] == [partial.name]
    await back_up(file)
    assert in_archive(file) == await everything()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]

    before = file.read_bytes()
    process = begin("backup", str(file), PLEDGE_DATABASE_URL=url_of(db))
    await eventually(lambda: size_of(partial) > 1_000_000, seconds=60)
    await kill(process)
    assert file.read_bytes() == before  # the older one stands


async def test_two_backups_to_one_file_do_not_meet(db, tmp_path):
    file, partial = tmp_path / "a.pledge", tmp_path / ".a.pledge.partial"
    with partial.open("wb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)  # as the first does while it writes
        with pytest.raises(ArchiveRefused, match=r"Another backup to .* is being made"):
            await back_up(file)
        assert partial.exists()
    await back_up(file)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def run(*arguments: str, **settings: str) -> tuple[int, str]:
    process = begin(*arguments, **settings)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.parametrize("used", [False, True])
async def test_a_killed_restore_leaves_the_database_as_it_was(big, db, databases, tmp_path, used):
    file = tmp_path / "a.pledge"
    await back_up(file)
    await move(db, databases, await (fresh(databases) if used else databases.empty_url()))
    if used:
        await execute("INSERT INTO installation (name, value) VALUES ('mine', 'kept')")
    before = await everything()
    url = url_of(db)
    await db.stop()
    process = begin("restore", str(file), *(["--replace"] if used else []), PLEDGE_DATABASE_URL=url)
    if db.engine_type == "sqlite":
        await eventually(lambda: size_of(Path(f"{db.path}-wal")) > 4_000_000, seconds=60)
        await kill(process)
    else:
        import asyncpg

        watch = await asyncpg.connect(url)

        async def at_work() -> bool:
            return await watch.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND query LIKE 'INSERT INTO \"upload_chunk\"%'"
            )

        await eventually(at_work, seconds=60)
        await kill(process)

        async def gone() -> bool:
            return not await watch.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )

        await eventually(gone)
        await watch.close()
    await db.start()
    assert await everything() == before
    assert (await migrating.applied() == migrating.known()) is used
    code, said = await asyncio.to_thread(
        run, "restore", str(file), *(["--replace"] if used else []), PLEDGE_DATABASE_URL=url
    )
    assert (code, said) == (0, "")


async def test_a_full_disk_is_said_and_no_backup_is_left(big, db, tmp_path):
    file = tmp_path / "a.pledge"
    process = begin("backup", str(file), PLEDGE_DATABASE_URL=url_of(db))
    _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (3_000_000, most))
    _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 2
    assert said == "There is no room on the disk. Nothing was changed.\n"
    assert list(tmp_path.iterdir()) == []


async def test_a_disk_that_is_full_while_restoring_changes_nothing(big, db, databases, tmp_path):
    if db.engine_type == "postgres":
        pytest.skip("the disk is the server's: it undoes the transaction and says so, which the database's tests show")
    file = tmp_path / "a.pledge"
    await back_up(file)
    await move(db, databases, await fresh(databases))
    before = await everything()
    await db.stop()
    process = begin("restore", str(file), PLEDGE_DATABASE_URL=url_of(db))
    _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4_000_000, most))
    _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 2 and said.startswith("The database refused: ") and said.count("\n") == 1
    assert said.endswith("Nothing was changed.\n")
    await db.start()
    assert await everything() == before
