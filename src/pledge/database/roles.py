"""Which PostgreSQL role may do what: the tables' owner changes them, the role that serves uses them.

docs/postgresql.md says how both are made. On SQLite everybody who can open the file may do everything.
"""

from collections.abc import Sequence

from pledge.database import sql
from pledge.database.troubles import Unusable
from pledge.database.unit import database

USES = ("SELECT", "INSERT", "UPDATE", "DELETE")
# joined into statements below; nothing in it comes from outside
_OURS = "relnamespace = current_schema()::text::regnamespace AND relkind IN ('r', 'p')"


class NotAllowed(Unusable):
    """The role may not do what is asked. The message says which role may, or what to grant, in SQL."""

    def __init__(self, message: str) -> None:
        super().__init__("not-allowed", message)


async def require_access(uses: Sequence[str] = USES) -> None:
    """Let the current unit go on only if our role may use every table in these ways. Raises NotAllowed."""
    if database().engine_type == "sqlite":
        return
    role = await _role_in_schema()
    lacks = " OR ".join(f"NOT has_table_privilege(oid, '{use}')" for use in uses)
    closed = await sql.rows(f"SELECT relname FROM pg_class WHERE {_OURS} AND ({lacks}) ORDER BY relname")  # noqa: S608
    if closed:
        raise NotAllowed(
            f"The PostgreSQL role “{role}” may not use {len(closed)} of the tables ({closed[0]['relname']} is one). "
            f"As their owner run: GRANT {', '.join(uses)} ON ALL TABLES IN SCHEMA public TO {role};"
        )


async def require_owner() -> None:
    """Let the current unit change the schema only if the tables are our role's, and new ones can be. Raises NotAllowed.

    A superuser could change those of another, but what it makes is its own: the owner and the role that serves would
    be shut out.
    """
    if database().engine_type == "sqlite":
        return
    role = await _role_in_schema()
    owner = await sql.value(
        f"SELECT pg_get_userbyid(relowner) FROM pg_class WHERE {_OURS} "  # noqa: S608
        "AND pg_get_userbyid(relowner) <> current_user ORDER BY relname = 'migration' DESC LIMIT 1"
    )
    if owner is not None:
        raise NotAllowed(
            f"The tables belong to the PostgreSQL role “{owner}”, and this is “{role}”. Run it as “{owner}”: put "
            "that role into PLEDGE_DATABASE_URL."
        )
    keeper = await sql.value(
        "SELECT pg_get_userbyid(datdba) FROM pg_database JOIN pg_roles ON rolname = current_user "  # noqa: S608
        "WHERE datname = current_database() AND rolsuper AND datdba <> pg_roles.oid "
        f"AND NOT EXISTS (SELECT 1 FROM pg_class WHERE {_OURS})"
    )
    if keeper is not None:
        raise NotAllowed(
            f"The database belongs to the PostgreSQL role “{keeper}”, and this is “{role}”, a superuser. Run it as "
            f"“{keeper}”: put that role into PLEDGE_DATABASE_URL."
        )
    if not await sql.value("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
        raise NotAllowed(
            f"The PostgreSQL role “{role}” may not make tables in this database. Run it as the role that owns the "
            "database: put that role into PLEDGE_DATABASE_URL."
        )


async def _role_in_schema() -> str:
    found = await sql.row("SELECT current_user::text AS role, current_schema()::text AS schema")
    assert found is not None
    if found["schema"] is None:
        raise NotAllowed(
            f"The PostgreSQL role “{found['role']}” may not look into this database. As its owner run: "
            f"GRANT USAGE ON SCHEMA public TO {found['role']};"
        )
    return str(found["role"])


async def grants() -> list[tuple[str, str, str]]:
    """Return (table, privilege, role) for everything that others than the owner were granted on tables."""
    if database().engine_type == "sqlite":
        return []
    found = await sql.rows(
        "SELECT relname, privilege_type, coalesce(quote_ident(rolname), 'PUBLIC') AS role FROM pg_class "  # noqa: S608
        "CROSS JOIN LATERAL aclexplode(relacl) AS given LEFT JOIN pg_roles ON pg_roles.oid = given.grantee "
        f"WHERE {_OURS} AND given.grantee <> relowner ORDER BY relname"
    )
    return [(row["relname"], row["privilege_type"], row["role"]) for row in found]
