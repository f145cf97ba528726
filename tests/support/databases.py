"""Fresh databases for tests: a copied SQLite file, or a PostgreSQL database made from a template."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4


class SQLiteFiles:
    """Migrates one file, then copies it for every test."""

    some_url = "sqlite:///unused"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"

    async def prepare(self) -> None:
        from pledge.app import publish
        from pledge.database.migrating import migrate
        from pledge.database.unit import database

        engine = database()
        engine.path = str(self.template)
        await engine.start()
        await migrate()
        await publish()
        await engine.stop()  # the last connection to close folds the log into the file

    async def new_url(self) -> str:
        path = self.folder / f"{uuid4().hex}.sqlite"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

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


ROLE = "pledge_app"  # owns nothing, so that row-level security holds for it, as docs/postgresql.md advises
GRANTS = (
    f"GRANT CREATE ON SCHEMA public TO {ROLE}",  # some tests break the database by a trigger
    f"GRANT TRIGGER ON ALL TABLES IN SCHEMA public TO {ROLE}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLE}",
)


class PostgresServer:
    """A throw-away PostgreSQL server on a socket in a temporary folder.

    Tests use their databases as ROLE; what migrates does so as ``pledge``, who owns the tables.
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
        self._command("initdb", "-D", str(self.data), "-A", "trust", "-U", "pledge", "-N", "-E", "UTF8", "--locale=C")
        self.up()

    def up(self) -> None:
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=80"
        log = str(self.folder / "server.log")
        self._command("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", options)

    def down(self) -> None:
        self._command("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))

    async def prepare(self) -> None:
        await asyncio.to_thread(self.start_empty)
        await self._admin(f"CREATE DATABASE {self.template}")
        from pledge.app import publish
        from pledge.database.migrating import migrate
        from pledge.database.unit import database

        engine = database()
        self.point(engine, self._url(self.template))
        await engine.start()
        await migrate()
        await publish()
        await engine.stop()
        await self._admin(f"CREATE ROLE {ROLE} LOGIN")
        for grant in GRANTS:
            await self._admin(grant, self.template)

    def _url(self, name: str, role: str = "pledge") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{name}"

    async def _admin(self, statement: str, name: str = "postgres") -> None:
        import asyncpg

        connection = await asyncpg.connect(self._url(name))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def new_url(self) -> str:
        return await self._copy(self.template)

    async def copy(self, engine) -> str:
        """The URL of a copy of the engine's database, which nothing has open."""
        return await self._copy(engine.config["dsn"].rsplit("/", 1)[1])

    async def _copy(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        # without STRATEGY every page goes through the write-ahead log, which takes eight times as long
        strategy = "STRATEGY FILE_COPY" if self.version >= 15 else ""
        await self._admin(f"CREATE DATABASE {name} TEMPLATE {template} {strategy}")
        return self._url(name, ROLE)

    async def empty_url(self) -> str:
        name = f"test_{uuid4().hex}"
        await self._admin(f"CREATE DATABASE {name}")
        return self._url(name)

    def point(self, engine, url: str) -> None:
        engine.config = {"dsn": url}

    def url(self, engine) -> str:
        return str(engine.config["dsn"])

    async def drop(self, engine) -> None:
        name = engine.config["dsn"].rsplit("/", 1)[1]
        await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    async def as_owner(self, engine, statement: str) -> None:
        """Run one statement as whoever owns the tables."""
        await self._admin(statement, engine.config["dsn"].rsplit("/", 1)[1])

    def close(self) -> None:
        self.down()
