"""A PostgreSQL database that tests use one after the other: emptied in between, which takes less than a new one."""

from io import BytesIO
from typing import Any

import asyncpg

BEGIN = """
SET session_replication_role = replica;
SET lock_timeout = '2s';
"""
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
# What changes with whatever there is besides rows: tables, functions, rules, rights, settings.
CATALOGUES = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_policy", "pg_proc", "pg_trigger"),
    *("pg_namespace", "pg_type", "pg_default_acl", "pg_db_role_setting"),
    "pg_database WHERE datname = current_database()",
)
CATALOGUE = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM {name}" for name in CATALOGUES)
USES = 40  # then a new one: what tests deleted still lies in its files


class Emptied:
    """Remembers the rows and the catalogue of a new database, to bring the rows back and see a change of the other."""

    def __init__(self, url: str, superuser: str) -> None:
        self.url = url
        self._superuser = superuser
        self._uses = 0
        self._rows: dict[str, bytes] = {}
        self._catalogue: list[Any] = []
        self._filled = ""  # the statement that names the tables with rows
        self._connection: Any = None

    async def _connect(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._superuser, ssl=False)
            await self._connection.execute(BEGIN)
        return self._connection

    async def leave(self) -> None:
        """Close the connection, so that the database can be copied. The next use opens it again."""
        if self._connection is not None:
            await self._connection.close()

    @classmethod
    async def of(cls, url: str, superuser: str) -> "Emptied":
        """Take charge of a new database. ``superuser`` is its address for whoever may delete everything."""
        made = cls(url, superuser)
        connection = await made._connect()
        made._catalogue = await connection.fetch(CATALOGUE)
        names = [name for (name,) in await connection.fetch(TABLES)]
        made._filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
        for (name,) in await connection.fetch(made._filled):
            rows = BytesIO()
            await connection.copy_from_table(name, output=rows, format="binary")
            made._rows[name] = rows.getvalue()
        return made

    async def empty(self) -> bool:
        """Make it as it was when new. False when it cannot be: then it is not to be used again."""
        self._uses += 1
        if self._uses == USES:
            return False
        try:
            connection = await self._connect()
            await connection.execute(OTHERS)
            if await connection.fetch(CATALOGUE) != self._catalogue:
                return False
            filled = [name for (name,) in await connection.fetch(self._filled)]
            await connection.execute("".join(f"DELETE FROM {name};" for name in filled))
            for name, rows in self._rows.items():
                await connection.copy_to_table(name, source=BytesIO(rows), format="binary")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # somebody holds a lock, or ended us
            return False
        return True
