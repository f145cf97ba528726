"""Every command against a database that is not as it should be: a plain sentence, its exit code, nothing changed.

The commands run here and not in processes of their own, as an ordinary user where it is root who runs the tests.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pledge.archive import container
from pledge.cli import main
from pledge.commands import preparing
from pledge.database import migrating, sqlite
from pledge.database.engine import engine_for
from tests.support.command import environment, start
from tests.support.states import MAKES_ONE, NOT_OURS, STATES, in_a_closed_folder, unreadable

NOBODY = 65534
WORDS = {  # what a command is given, for those that need something; FILE is a backup that is whole
    ("backup",): ("TO",), ("restore",): ("FILE",),
    ("user", "add"): ("sam@example.org", "--role", "staff"), ("user", "reset-factor"): ("sam@example.org",),
    ("questionnaires", "publish"): ("procurement",),
}  # fmt: skip
WITHOUT_DATABASE = {("questionnaires", "check"), ("questionnaires", "template"), ("questionnaires", "score"),
                    ("questionnaires", "diff"), ("questionnaires", "simulate"), ("questionnaires", "grades"),
                    ("suppliers", "check"), ("suppliers", "codes"), ("config",)}  # fmt: skip
READS_ONLY = {("audit", "verify"), ("backup",), ("worker",)}


def commands(group: click.Command = main, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command, asked from click, so that a new one is tried too."""
    if not isinstance(group, click.Group):
        return [before]
    names = group.list_commands(click.Context(group))
    return [
        found for name in names for found in commands(group.get_command(click.Context(group), name), (*before, name))
    ]


ALL = [words for words in commands() if words not in WITHOUT_DATABASE]


def test_the_list_is_not_empty_and_every_exception_exists():
    assert len(ALL) >= 11
    assert set(WORDS) | WITHOUT_DATABASE | MAKES_ONE | READS_ONLY <= set(commands())


@contextlib.contextmanager
def ordinary_user():
    """Be somebody who may not do everything, as root may."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture(scope="module")
async def ready(tmp_path_factory):
    """A database of this version, and a backup of it."""
    from pledge import declared
    from pledge.archive import making
    from pledge.commands.preparing import publish
    from pledge.database.unit import database

    folder = tmp_path_factory.mktemp("ready")
    engine, kept = database(), getattr(database(), "path", None)
    if kept is None:
        pytest.skip("run on SQLite")
    engine.path = str(folder / "ready.sqlite")
    await engine.start()
    await migrating.migrate()
    await publish()
    await making.back_up(folder / "ready.pledge", leave_out=declared.NOT_BACKED_UP, progress=lambda *_: None)
    await engine.stop()
    engine.path = kept
    return folder


@pytest.fixture
def place(ready, monkeypatch):
    """A folder of the ordinary user's, with a copy of the ready database and the backup.

    It is not among pytest's, which every run of pytest closes to others when it starts.
    """
    above = Path(tempfile.mkdtemp(prefix="pledge-place-"))
    folder = above / "place"
    folder.mkdir()
    for name in ("ready.sqlite", "ready.pledge"):
        (folder / name).write_bytes((ready / name).read_bytes())
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        above.chmod(0o755)
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(above)


@pytest.fixture
def run(monkeypatch):
    """Run a command against a database, here and as an ordinary user."""
    from pledge.database.unit import database

    kept = database().path
    monkeypatch.setenv("PLEDGE_BASE_URL", "http://127.0.0.1:8000")

    def it(words: tuple[str, ...], url: str, folder: Path, *more: str):
        names = {"FILE": str(folder / "ready.pledge"), "TO": str(folder / "new.pledge")}
        given = [names.get(word, word) for word in WORDS.get(words, ())]
        found: list = []
        database().path = url.removeprefix("sqlite:///")
        settings = {"PLEDGE_DATABASE_URL": url, "PLEDGE_BACKUPS": str(folder / "backups")}
        # what serve does before it listens; all that follows has the database that this has prepared
        command = click.Command("serve", callback=preparing.prepare) if words == ("serve",) else main
        arguments = [] if words == ("serve",) else [*words, *given, *more]

        def work() -> None:
            with ordinary_user():
                found.append(CliRunner(env=settings).invoke(command, arguments))

        thread = threading.Thread(target=work)  # commands have an event loop of their own
        thread.start()
        thread.join(60)
        return found[0]

    yield it
    database().path = kept


def contents(folder: Path) -> dict[str, str]:
    """Every file in a folder, but those that SQLite keeps beside its own."""
    return {
        str(path.relative_to(folder)): _content(path)
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def _content(path: Path) -> str:
    if not path.is_file():
        return "folder"
    if not os.access(path, os.R_OK):
        return str(path.stat())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def plain(found, *words: str) -> None:
    """One refusal: a sentence on one line, exit code 2, no traceback, and with --json the same as JSON."""
    assert found.exit_code == 2, (found.exit_code, found.stdout, found.stderr, found.exc_info)
    assert found.stderr.count("\n") == 1 and found.stderr.rstrip().endswith((".", ";")), found.stderr
    assert "Traceback" not in found.output
    for word in words:
        assert word in found.stderr, found.stderr


@pytest.mark.parametrize("state", STATES)
def test_a_database_that_is_not_as_it_should_be(state, place, run):
    make, words, may = STATES[state]
    file = place / "ready.sqlite"
    make(file)
    if os.geteuid() == 0 and make not in (unreadable,):
        for path in place.iterdir():
            os.chown(path, NOBODY, NOBODY)
    if not_ours := make in NOT_OURS:
        file.chmod(0o664)
    before = contents(place)
    for command in ALL:
        if command not in may:
            plain(run(command, f"sqlite:///{file}", place), *words)
            assert contents(place) == before, command
            if not_ours:
                assert file.stat().st_mode & 0o777 == 0o664, command
    if not_ours:
        said = run(("config",), f"sqlite:///{file}", place)
        assert said.exit_code == 0 and words[0] in said.stderr and "chmod 600" not in said.stderr
        assert file.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("command", sorted(MAKES_ONE))
def test_only_these_make_a_database(command, place, run):
    (place / "ready.sqlite").unlink()
    found = run(command, f"sqlite:///{place}/deep/er/new.sqlite", place)
    assert found.exit_code == 0, (found.output, found.stderr)
    assert (place / "deep/er/new.sqlite").stat().st_size > 0
    for path in (place / "deep", place / "deep/er"):
        assert path.stat().st_mode & 0o777 == 0o700


def test_a_database_that_another_process_keeps_to_itself(place, run):
    file = place / "ready.sqlite"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in ALL:
            if command == ("worker",):  # it waits
                continue
            found = run(command, f"sqlite:///{file}", place)
            if found.exit_code != 0:  # a command that only reads does not wait for it
                plain(found)
            if command in {("prune",), ("user", "add"), ("suppliers", "rerate")} and found.exit_code != 0:
                assert "Another process keeps the database to itself." in found.stderr
        assert run(("prune",), f"sqlite:///{file}", place).exit_code == 2
        other.execute("ROLLBACK")


def test_a_folder_that_cannot_be_written_to(place, run):
    """The database may be read there, or not; whoever writes is refused."""
    file = place / "ready.sqlite"
    in_a_closed_folder(file)
    before = contents(place)
    for command in ALL:
        if command == ("worker",):
            continue
        found = run(command, f"sqlite:///{file}", place)
        assert found.exit_code == 2, (command, found.output, found.stderr)
        plain(found)
        assert contents(place) == before, command
    place.chmod(0o700)


@pytest.mark.parametrize("command", [words for words in ALL if words not in MAKES_ONE], ids=" ".join)
def test_with_json_the_refusal_is_json_too(command, place, run):
    from pledge.cli import main

    step: click.Command = main
    for word in command:
        step = step.get_command(click.Context(step), word)
    if not any(option.name == "as_json" for option in step.params):
        pytest.skip("it prints no JSON")
    (place / "ready.sqlite").unlink()
    found = run(command, f"sqlite:///{place}/ready.sqlite", place, "--json")
    said = json.loads(found.stdout)["refused"]
    assert found.exit_code == 2 and said["code"] == "no-database" and found.stderr == said["message"] + "\n"


# — who can read it —


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_the_files_are_for_their_owner_alone_also_those_that_were_there_before(place, run, umask):
    old, new = place / "ready.sqlite", place / "a/b/new.sqlite"
    for path in (old, place):
        path.chmod(0o755)
    kept = os.umask(umask)
    try:
        for file in (old, new):
            assert run(("migrate",), f"sqlite:///{file}", place).exit_code == 0
        engine = engine_for(f"sqlite:///{new}")
        modes = asyncio.run(_modes_while_open(engine, new))
        assert run(("backup",), f"sqlite:///{old}", place).exit_code == 0
    finally:
        os.umask(kept)
    assert modes == {"new.sqlite": 0o600, "new.sqlite-wal": 0o600, "new.sqlite-shm": 0o600}
    assert old.stat().st_mode & 0o777 == 0o600 and (place / "new.pledge").stat().st_mode & 0o777 == 0o600
    assert place.stat().st_mode & 0o777 == 0o755  # a folder that was there stays as it is
    assert [path.stat().st_mode & 0o777 for path in (place / "a", place / "a/b")] == [0o700, 0o700]
    said = run(("config",), f"sqlite:///{old}", place)
    assert said.exit_code == 0 and f"look into the folder {place}" in said.stderr
    assert f"look into the folder {place / 'a'}" not in run(("config",), f"sqlite:///{new}", place).stderr


async def _modes_while_open(engine, file: Path) -> dict[str, int]:
    await engine.start()
    try:
        return {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
    finally:
        await engine.stop()


# — what it says cannot be printed —


@pytest.mark.parametrize("words", [("migrate",), ("backup",), ("restore", "--replace"), ("user", "add")], ids=" ".join)
def test_output_that_cannot_be_written_is_no_error_of_the_database(words, place):
    names = {"FILE": str(place / "ready.pledge"), "TO": str(place / "new.pledge")}
    command = words[: -1 if words[-1].startswith("--") else None]
    given = [names.get(word, word) for word in WORDS.get(command, ())]
    settings = {"PLEDGE_DATABASE_URL": f"sqlite:///{place}/ready.sqlite", "PLEDGE_BASE_URL": "http://127.0.0.1:8000"}
    reading, writing = os.pipe()
    os.close(reading)
    started = start(*words, *given, env=environment(**settings), stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    with started as process:
        _, said = process.communicate(timeout=20)
    assert process.returncode == 1 and said.count("\n") == 1, said
    assert said.startswith("It was done, but what it had to say could not be printed: Broken pipe.")


@pytest.mark.parametrize(("closed", "code"), [(">&-", 1), ("2>&-", 0), ("<&- >&- 2>&-", 1)])
def test_what_a_closed_stream_cannot_tell_is_done_all_the_same(closed, code, place):
    settings = environment(PLEDGE_DATABASE_URL=f"sqlite:///{place}/ready.sqlite", FILE=str(place / "new.pledge"))
    line = f'exec "{sys.executable}" -m pledge backup "$FILE" {closed}'
    done = subprocess.run(["sh", "-c", line], env=settings, capture_output=True, text=True, timeout=60)
    assert done.returncode == code and "Traceback" not in done.stderr
    with container.opened(place / "new.pledge") as archive:
        assert archive.manifest.rows > 0
    assert (place / "ready.sqlite").read_bytes().startswith(b"SQLite format 3\0")  # nothing was written into it
