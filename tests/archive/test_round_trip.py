"""What was backed up is what is restored, whatever the database, its schema, and whoever writes meanwhile."""

import asyncio
import json
from functools import partial

import pysqlite3
import pytest
from tests.archive.contents import (
    back_up,
    everything,
    execute,
    fresh,
    in_archive,
    move,
    objects,
    restore,
    url_of,
    without_restoring,
)
from tests.support.command import pledge
from tests.support.databases import owned
from tests.support.log import unguarded_log

from pledge import app, declared
from pledge.accounts import people
from pledge.archive import container, making, schema
from pledge.archive.refusals import ArchiveRefused
from pledge.audit import chain
from pledge.database import clock, ids, migrating, sql
from pledge.database.unit import read, write
from pledge.organisations.rights import erasing


def ran(*arguments: str, **settings: str) -> str:
    found = pledge(*arguments, timeout=120, **settings)
    assert found.returncode == 0, found
    return found.stdout


async def test_every_row_comes_back_with_the_schema_around_it(lived_in, elsewhere, db, tmp_path):
    before, shape = await everything(), await objects(db)
    used = {name for name, rows in before.items() if rows}
    assert {"answer_fact", "assessment", "audit_entry", "event", "outbox", "signature", "upload_chunk"} <= used
    file = tmp_path / "a.pledge"
    manifest = await back_up(file)
    assert in_archive(file) == before
    assert manifest.rows == sum(map(len, before.values())) and manifest.database == db.engine_type
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.pledge"]

    await elsewhere()
    done = await restore(file)
    assert without_restoring(await everything()) == before
    assert await objects(db) == shape
    assert not done.replaced and done.migrated == [] and done.foreign_keys >= 37
    assert done.audit.fault is None and done.audit.sealed > 5
    assert await chain.seal() and (await chain.verify()).fault is None  # and the chain goes on


async def test_a_sqlite_file_is_the_same_to_the_byte_of_every_value(lived_in, elsewhere, db, tmp_path):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL's values have one form only")

    def values(path) -> dict[str, list]:
        connection = pysqlite3.connect(path)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for name in set(names) - {*declared.NOT_BACKED_UP, "migration", "audit_entry"}:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            shown = ", ".join(f"quote({column}), typeof({column})" for column in columns)
            found[name] = sorted(connection.execute(f"SELECT {shown} FROM {name}"))
        connection.close()
        return found

    before = values(db.path)
    await back_up(tmp_path / "a.pledge")
    await elsewhere()
    await restore(tmp_path / "a.pledge")
    assert values(db.path) == before


async def test_from_postgresql_to_sqlite_and_back_nothing_changes(lived_in, databases, db, tmp_path):
    if db.engine_type == "sqlite":
        pytest.skip("it runs where both databases are")
    before, shape = await everything(), await objects(db)
    first, second, file = str(tmp_path / "1.pledge"), str(tmp_path / "2.pledge"), tmp_path / "deep/pledge.sqlite"
    fresh = await databases.empty_url()

    def there_and_back() -> list[str]:
        return [
            ran("backup", first, PLEDGE_DATABASE_URL=url_of(db)),
            ran("restore", first, PLEDGE_DATABASE_URL=f"sqlite:///{file}"),
            ran("audit", "verify", PLEDGE_DATABASE_URL=f"sqlite:///{file}"),
            ran("backup", second, PLEDGE_DATABASE_URL=f"sqlite:///{file}"),
            ran("restore", second, PLEDGE_DATABASE_URL=fresh),
        ]

    await asyncio.to_thread(there_and_back)
    assert without_restoring(in_archive(tmp_path / "2.pledge")) == before
    await move(db, databases, fresh)
    assert without_restoring(await everything()) == before
    assert await objects(db) == shape
    assert (await chain.verify()).fault is None


async def test_sign_ins_links_and_limits_are_not_in_the_file_and_do_not_come_back(lived_in, elsewhere, tmp_path):
    assert (await lived_in.get("/home")).url == "/home"
    page = await lived_in.browser.site.browser().get("/register")
    await page.submit(organisation_name="New", name="N", email="n@example.org", password="three brown oak tables")
    await lived_in.browser.site.work()
    counts = {}
    for name in ("link", "session", "throttle"):
        counts[name] = await read(partial(sql.value, f"SELECT count(*) FROM {name}"))
    assert all(counts.values()), counts
    manifest = await back_up(tmp_path / "a.pledge")
    # these six, which docs/backup.md names, and nothing that anybody would miss
    assert set(manifest.left_out) == {"kept_page", "known_browser", "link", "session", "submission", "throttle"}
    assert not {member.name for member in manifest.tables} & set(declared.NOT_BACKED_UP)
    await elsewhere()
    await restore(tmp_path / "a.pledge")
    for name in declared.NOT_BACKED_UP:
        assert await read(partial(sql.value, f"SELECT count(*) FROM {name}")) == 0
    assert (await lived_in.get("/home")).url.startswith("/sign-in")


async def test_no_table_refers_to_one_that_is_left_out(db):
    tables = await read(schema.tables)
    assert {table.name for table in tables} >= set(declared.NOT_BACKED_UP) | set(declared.FILLED_BY_INSTALLING)
    assert not [table.name for table in tables if table.parents & set(declared.NOT_BACKED_UP)]


async def test_what_an_older_schema_knew_suppliers_by_is_known_afterwards(db, elsewhere):
    await elsewhere()
    await write(partial(migrating.apply, [found for found in migrating.known() if found < "pledge_2026_11_22_15"]))
    organisation, supplier = ids.new_id(), ids.new_id()
    await execute(
        "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
        "headcount_band, labour, outside_work, listed_goods) VALUES ({}, 'Firm', {}, '', '', '', '', '', '', '', "
        "'', '', {})",
        organisation, clock.now(), False,
    )  # fmt: skip
    await execute(
        "INSERT INTO supplier (id, organisation, revision, name, name_key, supplies, words, rows_named, updated, "
        "level, reasons, listed_goods, risk_version, rated) "
        "VALUES ({}, {}, 0, 'Acme Ltd', 'acme', '[]', 'acme', 1, {}, 'low', '[]', {}, '1', {})",
        supplier, organisation, clock.now(), False, clock.now(),
    )  # fmt: skip
    await execute(
        "INSERT INTO supplier_alias (organisation, supplier, name_key, country) VALUES ({}, {}, 'acme foods', 'GB')",
        organisation, supplier,
    )  # fmt: skip
    await write(partial(migrating.apply, migrating.known()))
    (mark,) = await read(partial(sql.rows, "SELECT supplier, name_key, mark FROM supplier_mark"))
    assert dict(mark) == {"supplier": supplier, "name_key": "acme foods", "mark": "acme foods|GB||||"}


async def test_goods_that_stood_among_the_kinds_of_work_are_goods_bought_afterwards(db, elsewhere):
    await elsewhere()
    await write(partial(migrating.apply, [name for name in migrating.known() if name < "pledge_2026_11_29_28"]))
    said = {'["construction","ppe","electronics"]': None, '["care"]': None, "[]": None, "": None}
    for work in said:
        said[work] = ids.new_id()
        await execute(
            "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
            "headcount_band, labour, outside_work, listed_goods) VALUES ({}, 'Firm', {}, '', '', '', '', '', {}, '', "
            "'', '', {})",
            said[work], clock.now(), work, False,
        )  # fmt: skip
    await write(partial(migrating.apply, migrating.known()))
    rows = await read(partial(sql.rows, "SELECT id, risk_sectors, goods_bought FROM organisation"))
    after = {row["id"]: (row["risk_sectors"], row["goods_bought"]) for row in rows}
    assert [after[said[work]] for work in said] == [
        ('["construction"]', '["gloves","electronics"]'), ('["care"]', "[]"), ("[]", "[]"), ("", "[]"),
    ]  # fmt: skip


async def test_an_older_schema_is_restored_and_brought_to_this_one(db, elsewhere, tmp_path):
    shape = await objects(db)
    await elsewhere()
    early = migrating.known()[:3]
    await write(partial(migrating.apply, early))
    organisation, person = ids.new_id(), ids.new_id()
    await execute(
        "INSERT INTO person (id, email, email_key, name, password_hash, created) "
        "VALUES ({}, 'a@example.org', 'a@example.org', 'Alice', '', {})",
        person, clock.now(),
    )  # fmt: skip
    await execute(
        "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
        "headcount_band, labour, outside_work, listed_goods) VALUES ({}, 'Firm', {}, '', '', '', '', '', '', '', "
        "'', '', {})",
        organisation, clock.now(), False,
    )  # fmt: skip
    await execute(
        "INSERT INTO membership (id, organisation, person, role, created) VALUES ({}, {}, {}, 'owner', {})",
        ids.new_id(), organisation, person, clock.now(),
    )  # fmt: skip
    columns = {
        table.name: sorted(column.name for column in table.columns)
        for table in await read(schema.tables)
        if table.name not in declared.NOT_BACKED_UP
    }
    before = await everything(columns)
    assert "signature" not in before and len(before["person"]) == 1
    file = tmp_path / "old.pledge"
    assert (await back_up(file)).migrations == early
    await elsewhere()
    done = await restore(file)
    assert done.migrated == migrating.known()[3:]
    assert await migrating.applied() == migrating.known()
    assert without_restoring(await everything(columns)) == before  # later migrations add columns and tables
    assert await objects(db) == shape


# — while somebody writes —


async def test_a_backup_is_one_snapshot_while_a_writer_hammers(db, tmp_path):
    """Each unit writes a row at the beginning and one at the end of what is read; 20,000 rows stand between them."""
    many = [(ids.new_id(), "x", "{}", "done", clock.now(), 0, "", clock.now()) for _ in range(20_000)]
    await write(
        lambda: sql.many(
            "INSERT INTO job (id, kind, payload, state, run_after, attempts, error, created) "
            "VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            many,
        )
    )
    stop, written = asyncio.Event(), 0

    async def pair() -> None:
        await sql.rows("INSERT INTO installation (name, value) VALUES ({}, '')", f"pair {written}")
        await sql.rows(
            "INSERT INTO pledge_text (version, sha256, text, published) VALUES ({}, {}, '', {})",
            f"pair {written}", "0" * 64, clock.now(),
        )  # fmt: skip

    async def hammer() -> None:
        nonlocal written
        while not stop.is_set():
            await write(pair)
            written += 1

    hammering = asyncio.create_task(hammer())
    seen = []

    def progress(doing: str, table: str, rows: int) -> None:
        if doing == "Backing up" and not rows and table in ("installation", "release"):
            seen.append(written)

    while not written:
        await asyncio.sleep(0.01)
    for attempt in range(5):  # on a busy machine there may be little writing meanwhile
        file, least = tmp_path / f"{attempt}.pledge", written
        seen.clear()
        await making.back_up(file, leave_out=declared.NOT_BACKED_UP, progress=progress)
        began, ended = seen
        if ended > began + 5:
            break
    stop.set()
    await hammering
    assert ended > began + 5  # there was writing between the two tables
    found = in_archive(file)
    first = [row for row in found["installation"] if "pair" in row]
    last = [row for row in found["pledge_text"] if "pair" in row]
    assert len(first) == len(last) and least <= len(first) < ended


# — what may be replaced —


async def test_a_database_in_use_is_replaced_only_when_asked(lived_in, elsewhere, db, databases, tmp_path):
    file = tmp_path / "a.pledge"
    await back_up(file)
    before = await everything()
    await move(db, databases, await fresh(databases))  # a fresh installation: no need to ask
    assert not (await restore(file)).replaced
    await execute("UPDATE organisation SET name = 'Changed since'")
    changed = await everything()
    with pytest.raises(ArchiveRefused, match=r"in use .* --replace") as refused:
        await restore(file)
    assert refused.value.code == "not-empty" and await everything() == changed
    assert (await restore(file, replace=True)).replaced
    assert without_restoring(await everything()) == before
    assert (await restore(file, replace=True)).replaced  # and again, over itself


async def test_a_database_of_somebody_else_is_never_replaced(lived_in, elsewhere, tmp_path):
    file = tmp_path / "a.pledge"
    await back_up(file)
    await elsewhere()
    await execute("CREATE TABLE invoice (number INTEGER PRIMARY KEY)")
    for replace in (False, True):
        with pytest.raises(ArchiveRefused, match="not Pledge’s"):
            await restore(file, replace=replace)
    assert await read(partial(sql.rows, "SELECT * FROM invoice")) == []


async def test_hooks_run_on_the_newest_schema_in_the_same_transaction(lived_in, elsewhere, tmp_path):
    file = tmp_path / "a.pledge"
    await back_up(file)
    before = await everything()

    async def erase() -> None:
        await sql.rows("UPDATE person SET name = 'erased'")

    async def fail() -> None:
        raise ArchiveRefused("test", "The hook failed.")

    await elsewhere()
    with pytest.raises(ArchiveRefused, match="hook failed"):
        await restore(file, hooks=[erase, fail])
    assert await migrating.applied() == []  # as it was
    await restore(file, hooks=[erase])
    after = without_restoring(await everything())
    assert all("'erased'" in row for row in after.pop("person"))
    assert after == {name: rows for name, rows in before.items() if name != "person"}


async def test_a_policy_of_somebody_else_never_hides_rows_from_a_backup(db, databases, tmp_path):
    if db.engine_type == "sqlite":
        pytest.skip("SQLite has none")
    await databases.as_superuser(db, "CREATE ROLE plain_reader LOGIN")
    try:
        await execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain_reader")
        await execute("ALTER TABLE installation ENABLE ROW LEVEL SECURITY")
        await execute("CREATE POLICY nothing ON installation USING (false)")
        plain = owned(db.config["dsn"], "plain_reader")
        file = tmp_path / "a.pledge"
        found = await asyncio.to_thread(pledge, "backup", str(file), PLEDGE_DATABASE_URL=plain)
        assert found.returncode == 2 and "row-level security" in found.stderr and found.stderr.count("\n") == 1
        assert not file.exists()
    finally:
        await databases.as_superuser(db, "DROP OWNED BY plain_reader")
        await databases.as_superuser(db, "DROP ROLE plain_reader")


async def test_the_role_that_serves_backs_up_every_row(lived_in, db, databases, tmp_path):
    if db.engine_type == "sqlite":
        pytest.skip("SQLite has no roles")
    before = await everything()
    await move(db, databases, owned(db.config["dsn"], "pledge_app"))
    made = await back_up(tmp_path / "a.pledge")
    assert {member.name: member.rows for member in made.tables} == {name: len(rows) for name, rows in before.items()}


# — what cannot be —


async def test_a_row_whose_parent_is_missing_is_refused_and_nothing_is_changed(lived_in, elsewhere, tmp_path):
    file, forged = tmp_path / "a.pledge", tmp_path / "forged.pledge"
    await back_up(file)
    forge(file, forged, without="organisation")
    await elsewhere()
    with pytest.raises(Exception, match=r"refer to others|violates foreign key"):
        await restore(forged)
    assert await migrating.applied() == []


def forge(source, target, *, without: str) -> None:
    """Write an archive anew, whole in itself, with one table empty."""
    with container.opened(source) as archive, target.open("w+b") as file, container.Writer(file) as writer:
        manifest = archive.manifest
        for member in manifest.tables:
            columns = tuple(schema.Column(*column) for column in member.columns)
            with writer.table(schema.Table(member.name, columns, (), frozenset())) as lines:
                for rows in archive.rows(member) if member.name != without else ():
                    lines.write(rows)
        facts = {name: getattr(manifest, name) for name in ("pledge", "taken", "database", "migrations", "left_out")}
        writer.finish(**facts)


async def test_a_text_that_postgresql_cannot_keep_is_refused_in_one_sentence(db, databases, tmp_path):
    if db.engine_type == "sqlite":
        pytest.skip("SQLite keeps any text")
    path, file = tmp_path / "x.sqlite", tmp_path / "a.pledge"
    url, fresh = f"sqlite:///{path}", await databases.empty_url()

    def try_it():
        ran("migrate", PLEDGE_DATABASE_URL=url)
        connection = pysqlite3.connect(path)
        connection.execute("INSERT INTO installation (name, value) VALUES (?, ?)", ("nul", "a\0b"))
        connection.commit()
        connection.close()
        ran("backup", str(file), PLEDGE_DATABASE_URL=url)
        return pledge("restore", str(file), "--json", PLEDGE_DATABASE_URL=fresh)

    found = await asyncio.to_thread(try_it)
    assert found.returncode == 2 and found.stderr.count("\n") == 1
    assert json.loads(found.stdout)["refused"]["code"] == "does-not-fit" and "table installation" in found.stderr


async def test_a_value_that_is_not_what_its_column_says_is_named_and_no_backup_is_made(db, tmp_path):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL keeps no such value")
    for statement, table in (
        ("UPDATE questionnaire_version SET text = x'ff00'", "questionnaire_version"),
        ("UPDATE pledge_text SET published = 'yesterday'", "pledge_text"),
        ("INSERT INTO installation (name, value) VALUES ('x', x'00')", "installation has a value that is not text"),
        (f"INSERT INTO audit_entry VALUES ('{ids.new_id()}', '2026-01-01', 1, 1, '', '', '', 1.5, '')", "audit_entry"),
    ):  # the last to be spoilt is the first to be read
        async with unguarded_log():
            await execute(statement)
        with pytest.raises(ArchiveRefused, match=table):
            await back_up(tmp_path / "a.pledge")
        assert list(tmp_path.iterdir()) == []


async def test_a_database_without_tables_has_nothing_to_back_up(db, elsewhere, tmp_path):
    await elsewhere()
    with pytest.raises(ArchiveRefused, match="nothing to back up"):
        await back_up(tmp_path / "a.pledge")
    assert list(tmp_path.iterdir()) == []


async def test_a_type_that_is_unknown_is_refused_rather_than_left_out(db, tmp_path):
    await execute("ALTER TABLE installation ADD COLUMN odd REAL")
    with pytest.raises(ArchiveRefused, match=r"installation\.odd"):
        await back_up(tmp_path / "a.pledge")


def test_tables_in_a_circle_are_all_there():
    def table(name: str, *parents: str) -> schema.Table:
        return schema.Table(name, (), (), frozenset(parents))

    tables = [table("d", "c"), table("c", "b"), table("b", "c", "a"), table("a"), table("self", "self")]
    assert [found.name for found in schema.in_order(tables)] == ["a", "self", "b", "c", "d"]


async def test_whoever_was_erased_since_the_backup_is_erased_again_by_restoring_it(db, tmp_path):
    gone = await write(partial(people.add, "gone@example.org", "Gone Example", ""))
    await write(partial(people.add, "stays@example.org", "Stays Example", ""))
    file = tmp_path / "a.pledge"
    await back_up(file)
    receipt = await write(partial(erasing.erase_person, declared.HOLDINGS, gone))
    assert receipt is not None
    await restore(file, replace=True, hooks=await app.after_restore())
    assert [row["email"] for row in await read(partial(sql.rows, "SELECT email FROM person"))] == ["stays@example.org"]
    assert [found.id for found in await read(erasing.ledger)] == [receipt.id]
    assert (await chain.verify()).fault is None
