"""``pledge backup``, ``pledge restore`` and the backup before a migration, as an operator meets them."""

import asyncio
import json
import os
import stat
from functools import partial
from pathlib import Path

import pytest
from tests.archive.contents import back_up, everything, execute, fresh, in_archive, restore, url_of, without_restoring
from tests.support.command import pledge
from tests.support.log import unguarded_log
from tests.support.server import Server

from pledge.archive.refusals import ArchiveRefused
from pledge.commands import archiving
from pledge.database import migrating, sql
from pledge.database.unit import read, write


@pytest.fixture
async def run(db):
    async def run_it(*arguments: str, **settings: str):
        return await asyncio.to_thread(pledge, *arguments, **{"PLEDGE_DATABASE_URL": url_of(db), **settings})

    return run_it


def refused(found, words: str) -> str:
    assert found.returncode == 2 and found.stdout == "", found
    assert found.stderr.count("\n") == 1 and "Traceback" not in found.stderr
    assert words in found.stderr, found.stderr
    return found.stderr


async def test_what_people_are_told(lived_in, run, databases, tmp_path):
    file = str(tmp_path / "a.pledge")
    made = await run("backup", file)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"{file}: ") and made.stdout.endswith("read back and verified.\n")
    refused(await run("restore", file), "add --replace")
    done = await run("restore", file, "--replace")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("Restored ", "foreign keys hold", "sealed and intact", "everybody signs in again"):
        assert words in done.stdout


async def test_json_is_one_object_and_nothing_else(lived_in, run, databases, tmp_path):
    file, before = os.fsdecode(os.fsencode(tmp_path) + b"/not in UTF-8: \xff.pledge"), await everything()
    made = json.loads((await run("backup", file, "--json")).stdout)
    assert made["file"] == file
    assert made["tables"] == {name: len(rows) for name, rows in before.items()}
    assert made["rows"] == sum(made["tables"].values()) and made["bytes"] == Path(file).stat().st_size
    assert made["schema"] == migrating.known()[-1]
    assert made["left_out"] == ["kept_page", "known_browser", "link", "session", "submission", "throttle"]

    no = await run("restore", file, "--json")
    said = json.loads(no.stdout)["refused"]
    assert no.returncode == 2 and said["code"] == "not-empty" and no.stderr == said["message"] + "\n"

    done = json.loads((await run("restore", file, "--json", PLEDGE_DATABASE_URL=await databases.empty_url())).stdout)
    assert done["tables"] == made["tables"] and done["taken"] == made["taken"]
    assert done["replaced"] is False and done["migrated"] == [] and done["foreign_keys"] >= 37
    assert done["audit"]["fault"] is None and done["audit"]["sealed"] > 0


async def test_a_log_that_was_broken_in_the_backup_is_a_finding(lived_in, run, databases, tmp_path):
    async with unguarded_log():
        await execute("UPDATE audit_entry SET action = 'nothing.happened' WHERE position = 2")
    await run("backup", str(tmp_path / "a.pledge"))
    found = await run("restore", str(tmp_path / "a.pledge"), PLEDGE_DATABASE_URL=await databases.empty_url())
    assert found.returncode == 1
    assert found.stderr.startswith("Entry 2 is not what was sealed. It was so in the backup")


async def test_files_that_are_in_the_way_or_not_there(db, run, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear aunt")
    refused(await run("backup", str(letter)), "is there already and is not a backup")
    refused(await run("restore", str(letter)), "is not a backup of Pledge")
    for wrong, words in ((tmp_path, "is there already"), (tmp_path / "no/such/folder/a", "There is no folder")):
        with pytest.raises(ArchiveRefused, match=words):
            await back_up(wrong)
    with pytest.raises(ArchiveRefused, match="cannot be read: No such file"):
        await restore(tmp_path / "absent")
    assert letter.read_text() == "Dear aunt" and [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    await back_up(tmp_path / "a.pledge")
    await back_up(tmp_path / "a.pledge")  # an older backup may be replaced


async def test_what_is_no_backup_makes_no_database(run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text").write_text("no backup")
    for name, words in (("nothing", "cannot be read"), ("pipe", "it is not a file"), ("text", "is not a backup")):
        url = f"sqlite:///{tmp_path}/new.sqlite"
        refused(await run("restore", str(tmp_path / name), PLEDGE_DATABASE_URL=url), words)
        assert not (tmp_path / "new.sqlite").exists()


async def test_while_pledge_serves(db, run, databases, tmp_path):
    """A real server on the same database; the backup restores, and the server goes on."""
    url, file = await fresh(databases), tmp_path / "a.pledge"

    def serve():
        with Server(url, tmp_path / "log") as server:
            found = pledge("backup", str(file), PLEDGE_DATABASE_URL=url)
            assert server.ready()
            return found

    assert (await asyncio.to_thread(serve)).returncode == 0
    assert in_archive(file)["questionnaire_version"]


# — before a migration —


@pytest.fixture
async def older(db, elsewhere):
    """A database of an earlier version with something in it."""
    await elsewhere()
    await write(partial(migrating.apply, migrating.known()[:4]))
    await execute("INSERT INTO installation (name, value) VALUES ('old', 'kept')")


async def test_a_migration_takes_a_backup_first_that_brings_back_what_was(
    older, elsewhere, tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "to/be/made"
    monkeypatch.setenv("PLEDGE_BACKUPS", str(folder))
    before = await everything()
    assert await archiving.migrate() == migrating.known()[4:]
    (file,) = folder.iterdir()
    assert str(file) in capsys.readouterr().err
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert in_archive(file) == before
    assert await archiving.migrate() == []  # nothing to do, nothing to keep
    assert len(list(folder.iterdir())) == 1
    await elsewhere()
    await restore(file)
    after = without_restoring(await everything())
    assert {name: after[name] for name in before} == before


async def test_a_new_database_needs_none(db, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setenv("PLEDGE_BACKUPS", str(tmp_path / "none"))
    await elsewhere()
    assert await archiving.migrate() == migrating.known()
    assert list(tmp_path.iterdir()) == []


async def test_without_a_backup_nothing_is_migrated(older, run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    refused(await run("migrate", PLEDGE_BACKUPS=str(tmp_path / "file")), "nothing was changed")
    assert await migrating.applied() == migrating.known()[:4]
    assert await read(partial(sql.value, "SELECT value FROM installation")) == "kept"


async def test_it_goes_beside_the_sqlite_file_when_nothing_else_is_said(older, db, run, tmp_path):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL has no file to stand beside")
    found = await run("migrate")
    assert found.returncode == 0 and found.stdout == f"Applied {len(migrating.known()) - 4} migrations.\n"
    folder = Path(db.path).parent / "backups"
    (file,) = folder.iterdir()
    assert found.stderr == f"The data as it was is in {file}.\n"
    file.unlink()
    folder.rmdir()
