"""Fresh databases for tests: a copied SQLite file, or a PostgreSQL database made from a template."""

import asyncio
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.support.emptied import Emptied


def owned(url: str, role: str = "pledge_owner") -> str:
    """The address of the same PostgreSQL database for another role, the tables' owner when none is named."""
    return re.sub(r"//\w+@", f"//{role}@", url)


class SQLiteFiles:
    """Migrates one file, then copies it for every test.

    A migrated file is kept under the path in PLEDGE_TEST_TEMPLATE, if there is one, for the next process.
    """

    some_url = "sqlite:///unused"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        self.kept = os.environ.get("PLEDGE_TEST_TEMPLATE", "")

    async def prepare(self) -> None:
        from pledge.commands.preparing import publish
        from pledge.database.migrating import migrate
        from pledge.database.unit import database

        if self.kept and Path(self.kept).exists():
            shutil.copy(self.kept, self.template)
            return
        engine = database()
        engine.path = str(self.template)
        await engine.start()
        await migrate()
        await publish()
        await engine.stop()  # the last connection to close folds the log into the file
        if self.kept:
            shutil.copy(self.template, self.kept)

    async def new_url(self) -> str:
        path = self.folder / f"{uuid4().hex}.sqlite"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    async def lend(self) -> str:
        """The URL of a new database for one test, which gives it back."""
        return await self.new_url()

    async def give_back(self, engine) -> None:
        await engine.stop()
        await self.drop(engine)

    async def empty_url(self) -> str:
        return f"sqlite:///{self.folder / uuid4().hex}.sqlite"

    async def copy(self, engine) -> str:
        """The URL of a copy of the engine's database, which nothing has open."""
        path = self.folder / f"{uuid4().hex}.sqlite"
        shutil.copy(engine.path, path)
        return f"sqlite:///{path}"

    def point(self, engine, url: str) -> None:
        engine.path = url.removeprefix("sqlite:///")

    def url(self, engine) -> str:
        return f"sqlite:///{engine.path}"

    async def drop(self, engine) -> None:
        for path in Path(engine.path).parent.glob(f"{Path(engine.path).name}*"):
            path.unlink()

    async def as_owner(self, engine, statement: str) -> None:
        """Run one statement as whoever owns the tables."""
        from pledge.database import sql
        from pledge.database.unit import write

        await write(lambda: sql.rows(statement))

    def close(self) -> None:
        return


def _binaries() -> Path:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "postgres").exists():
            return folder
    sys.exit("The tests need a PostgreSQL server. Install the Debian package postgresql, or run make test as root.")


ROLE, OWNER, SUPERUSER = "pledge_app", "pledge_owner", "postgres"
OTHERS = ("stranger", "passworded")  # may do nothing; needs a password, and has none
GUIDE = Path(__file__).parents[2] / "docs/postgresql.md"


def documented() -> tuple[list[str], list[str]]:
    """The statements of docs/postgresql.md: what a superuser runs once, and what the owner runs in a database."""
    once, inside = re.findall(r"```sql\n(.*?)```", GUIDE.read_text().partition("## Using it")[0], re.DOTALL)
    return _statements(once), _statements(inside)


def _statements(text: str) -> list[str]:
    return [statement.strip() for statement in re.sub("--.*", "", text).split(";") if statement.strip()]


class PostgresServer:
    """A throw-away PostgreSQL server on a socket in a temporary folder.

    Its roles are those of docs/postgresql.md, made by its own statements: tests use their databases as ROLE, what
    migrates does so as OWNER, and only databases themselves are made by the superuser.
    """

    some_url = "postgresql://unused"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.binaries = _binaries()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.template = "pledge_template"
        self._emptied: Emptied | None = None
        said = subprocess.run(
            [str(self.binaries / "postgres"), "--version"], check=True, capture_output=True, text=True
        )
        self.version = int(said.stdout.split()[2].partition(".")[0])

    def _as_server_user(self) -> dict[str, object]:
        """The server refuses to run as root; then it runs as the user postgres."""
        if os.geteuid() != 0:
            return {}
        user = pwd.getpwnam("postgres")
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _command(self, name: str, *arguments: str) -> None:
        command = [str(self.binaries / name), *arguments]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, env={}, **self._as_server_user()
        )

    def start_empty(self) -> None:
        user = self._as_server_user()
        if user:
            os.chown(self.folder, int(str(user["user"])), int(str(user["group"])))
        self._command("initdb", "-D", str(self.data), "-A", "trust", "-U", SUPERUSER, "-N", "-E", "UTF8", "--locale=C")
        rules = self.data / "pg_hba.conf"
        rules.write_text(f"host all {OTHERS[1]} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        self.up()

    def up(self) -> None:
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=80"
        log = str(self.folder / "server.log")
        self._command("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", options)

    def down(self) -> None:
        self._command("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))

    async def start_for_owner(self) -> str:
        """Start with the roles and the database of the guide, and return the address of one like it, for its owner."""
        await asyncio.to_thread(self.start_empty)
        once, inside = documented()
        for statement in once:
            await self._admin(statement)
        for role in OTHERS:
            await self._admin(f"CREATE ROLE {role} LOGIN")
        for statement in inside:
            await self._execute(statement, self._url("pledge", OWNER))
        return await self.empty_url()

    async def prepare(self) -> None:
        await self.start_for_owner()
        await self._admin(f"CREATE DATABASE {self.template} TEMPLATE pledge OWNER {OWNER}")
        from pledge.commands.preparing import publish
        from pledge.database.migrating import migrate
        from pledge.database.unit import database

        engine = database()
        self.point(engine, self._url(self.template, OWNER))
        await engine.start()
        await migrate()
        await publish()
        await engine.stop()

    def _url(self, name: str, role: str) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{name}"

    @staticmethod
    async def _execute(statement: str, url: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(url, ssl=False)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _admin(self, statement: str, name: str = "postgres") -> None:
        await self._execute(statement, self._url(name, SUPERUSER))

    async def new_url(self) -> str:
        return await self._copy(self.template)

    async def copy(self, engine) -> str:
        """The URL of a copy of the engine's database, which nothing has open."""
        if self._emptied is not None:
            await self._emptied.leave()
        return await self._copy(engine.config["dsn"].rsplit("/", 1)[1])

    async def _copy(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        # without STRATEGY every page goes through the write-ahead log, which takes eight times as long
        strategy = "STRATEGY FILE_COPY" if self.version >= 15 else ""
        await self._admin(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} {strategy}")
        return self._url(name, ROLE)

    async def lend(self) -> str:
        """The URL of a database that is like new, for one test, which gives it back."""
        if self._emptied is None:
            url = await self.new_url()
            self._emptied = await Emptied.of(url, owned(url, SUPERUSER))
        return self._emptied.url

    async def give_back(self, engine) -> None:
        """Take a lent database back. While it can be lent again the engine stays open: connecting takes long."""
        lent = self._emptied
        if lent is not None and self.url(engine) == lent.url and engine.pool is not None and await lent.empty():
            return
        await engine.stop()
        if lent is not None:
            await lent.leave()
            self._emptied = None
            self.point(engine, lent.url)
        await self.drop(engine)

    async def empty_url(self) -> str:
        """A database as the guide has it before the first ``pledge migrate``, for its owner."""
        return owned(await self._copy("pledge"))

    def point(self, engine, url: str) -> None:
        if engine.pool is not None:  # it was lent before
            for pool in (engine.pool, engine._glances, engine._scoped_glances):
                pool.terminate()
            engine.pool = None
        engine.config = {"dsn": url}

    def url(self, engine) -> str:
        return str(engine.config["dsn"])

    async def drop(self, engine) -> None:
        name = engine.config["dsn"].rsplit("/", 1)[1]
        await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    async def as_owner(self, engine, statement: str) -> None:
        """Run one statement as whoever owns the tables."""
        await self._execute(statement, owned(self.url(engine)))

    async def as_superuser(self, engine, statement: str) -> None:
        """Run one statement in the engine's database as the cluster's superuser."""
        await self._admin(statement, self.url(engine).rsplit("/", 1)[1])

    def close(self) -> None:
        self.down()
