"""A PostgreSQL database that tests use one after the other: emptied in between, which takes less than a new one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import asyncpg

EMPTY = """
SET session_replication_role = replica;
SET lock_timeout = '2s';
DO $$
DECLARE name regclass; holds boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO holds;
        IF holds THEN EXECUTE format('DELETE FROM %s', name); END IF;
    END LOOP;
END $$
"""
# What changes with whatever there is besides rows: tables, functions, rules, rights, settings.
CATALOGUES = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_policy", "pg_proc", "pg_trigger"),
    *("pg_namespace", "pg_type", "pg_default_acl", "pg_db_role_setting"),
    "pg_database WHERE datname = current_database()",
)
CATALOGUE = " UNION ALL ".join(f"SELECT count(*), max(xmin::text::bigint) FROM {name}" for name in CATALOGUES)
USES = 40  # then a new one: what tests deleted still lies in its files


class Emptied:
    """Remembers the rows and the catalogue of a new database, to bring the rows back and see a change of the other.

    It holds no connection in between: tests end connections, and copy the database, which nobody may have open then.
    """

    def __init__(self, url: str, superuser: str) -> None:
        self.url = url
        self._superuser = superuser
        self._uses = 0
        self._rows: dict[str, bytes] = {}
        self._catalogue: list[Any] = []

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self._superuser, ssl=False)
        try:
            yield connection
        finally:
            await connection.close()

    @classmethod
    async def of(cls, url: str, superuser: str) -> "Emptied":
        """Take charge of a new database. ``superuser`` is its address for whoever may delete everything."""
        made = cls(url, superuser)
        async with made._connected() as connection:
            made._catalogue = await connection.fetch(CATALOGUE)
            for (name,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {name})"):
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
            async with self._connected() as connection:
                if await connection.fetch(CATALOGUE) != self._catalogue:
                    return False
                await connection.execute(EMPTY)
                for name, rows in self._rows.items():
                    await connection.copy_to_table(name, source=BytesIO(rows), format="binary")
        except asyncpg.PostgresError:  # somebody holds a lock
            return False
        return True
