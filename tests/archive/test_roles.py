"""On PostgreSQL with the roles of docs/postgresql.md: who may restore and migrate, and what the others are told."""

import asyncio
from functools import partial

import pytest
from tests.archive.contents import back_up, everything, fresh, move, restore, without_restoring
from tests.support.command import pledge
from tests.support.databases import owned

from pledge.database import migrating, roles, sql, troubles
from pledge.database.unit import read, write


@pytest.fixture
def postgres(db):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no roles")
    return db


async def test_the_owner_is_no_superuser_and_the_serving_role_owns_nothing(postgres):
    asked = "SELECT rolname, rolsuper OR rolbypassrls AS over FROM pg_roles WHERE rolname LIKE 'pledge%' ORDER BY 1"
    found = [(row["rolname"], row["over"]) for row in await read(partial(sql.rows, asked))]
    assert found == [("pledge_app", False), ("pledge_owner", False)]
    owners = await read(
        partial(
            sql.rows,
            "SELECT DISTINCT pg_get_userbyid(relowner)::text AS owner FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace",
        )
    )
    assert owners == [{"owner": "pledge_owner"}]


@pytest.mark.parametrize("used", [False, True], ids=["empty", "migrated"])
async def test_the_serving_role_has_its_rights_after_a_restore_however_they_were_given(
    lived_in, postgres, databases, tmp_path, used
):
    before, file = await everything(), tmp_path / "a.pledge"
    await back_up(file)
    await move(postgres, databases, await (fresh(databases) if used else databases.empty_url()))
    if used:  # by hand only, as for a database that had tables already
        await databases.as_owner(
            postgres, "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM pledge_app"
        )
    await restore(file, replace=used)
    assert without_restoring(await everything()) == before
    await move(postgres, databases, owned(databases.url(postgres), "pledge_app"))
    await read(roles.require_access)
    assert without_restoring(await everything()) == before


@pytest.mark.parametrize("role", ["pledge_app", "postgres", "stranger"])
async def test_nobody_but_the_owner_restores_or_migrates(postgres, databases, tmp_path, role):
    before, file = await everything(), tmp_path / "a.pledge"
    await back_up(file)
    await write(partial(sql.rows, "DELETE FROM migration WHERE name = {}", migrating.known()[-1]))
    url = databases.url(postgres)
    await move(postgres, databases, owned(url, role))
    said = "belong to the PostgreSQL role “pledge_owner”, and this is “" + role
    with pytest.raises(roles.NotAllowed, match=said):
        await restore(file, replace=True)
    if role != "stranger":
        with pytest.raises(roles.NotAllowed, match=said):
            await migrating.migrate()
    await move(postgres, databases, url)
    assert await everything() == before


async def test_a_role_that_may_not_make_tables_is_told_whose_work_it_is(postgres, databases):
    await move(postgres, databases, owned(await databases.empty_url(), "pledge_app"))
    with pytest.raises(roles.NotAllowed, match="“pledge_app” may not make tables"):
        await migrating.migrate()
    assert await migrating.applied() == []


async def test_any_role_that_may_read_is_told_that_nothing_is_to_be_done(postgres, databases):
    await move(postgres, databases, owned(databases.url(postgres), "pledge_app"))
    assert await migrating.migrate() == []


async def test_a_superuser_makes_nothing_in_a_database_of_somebody_else(postgres, databases):
    await move(postgres, databases, owned(await databases.empty_url(), "postgres"))
    with pytest.raises(roles.NotAllowed, match="database belongs to the PostgreSQL role “pledge_owner”, and this is"):
        await migrating.migrate()
    assert await migrating.applied() == []


async def test_a_role_without_rights_is_told_what_to_grant_and_never_that_migrations_are_missing(
    postgres, databases, tmp_path
):
    url = owned(databases.url(postgres), "stranger")

    def run(*arguments: str):
        found = pledge(*arguments, PLEDGE_DATABASE_URL=url)
        assert found.returncode == 2 and found.stderr.count("\n") == 1 and "migrations" not in found.stderr
        return found.stderr

    grant = "As their owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO stranger;\n"
    assert (await asyncio.to_thread(run, "audit", "verify")).endswith(grant)
    said = await asyncio.to_thread(run, "backup", str(tmp_path / "a.pledge"))
    assert said == "PostgreSQL does not let this role do it: permission denied for table migration. See " \
        "docs/postgresql.md for which role does what. Nothing was changed.\n"  # fmt: skip
    assert list(tmp_path.iterdir()) == []


async def test_a_table_of_a_later_migration_that_was_not_granted_is_named(postgres, databases):
    await databases.as_owner(postgres, "REVOKE INSERT ON event FROM pledge_app")
    await move(postgres, databases, owned(databases.url(postgres), "pledge_app"))
    with pytest.raises(roles.NotAllowed, match=r"may not use 1 of the tables \(event is one\)"):
        await read(roles.require_access)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (
            ("//pledge_owner@", "//passworded:wrong@"),
            "refused",
            "Check the role and the password in PLEDGE_DATABASE_URL",
        ),
        (("/test_", "/absent_"), "no-database", "Make it as docs/postgresql.md says, or check PLEDGE_DATABASE_URL."),
        (("127.0.0.1:", "127.0.0.1:1#"), "unreachable", "Check PLEDGE_DATABASE_URL."),
        (("", ""), "no-tls", "The server runs, and has no TLS. Switch that on there"),
    ],
)
async def test_a_server_that_does_not_let_us_in(postgres, databases, change, code, said):
    url = databases.url(postgres)
    wrong = url.replace(*change) if change[0] else f"{url}?sslmode=require"
    if "#" in wrong:
        wrong = f"postgresql://pledge_owner@127.0.0.1:9/{url.rpartition('/')[2]}"
    await postgres.stop()
    databases.point(postgres, wrong)
    with pytest.raises(Exception) as caught:
        await postgres.start()
    await postgres.stop()
    databases.point(postgres, url)
    found = troubles.unusable(caught.value, opening=True)
    assert found is not None and found.code == code
    assert found.message.startswith("The database cannot be opened: ") and said in found.message
    assert "wrong" not in found.message
    await postgres.start()
