"""Suppliers that other rules have rated are rated anew, for every organisation, and whoever is up to date is left."""

from functools import partial

from tests.commands.test_serving import url_of
from tests.suppliers.sending import LIST, imported, rows, suppliers, workbook
from tests.support.command import pledge

from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.listed import rerating
from pledge.suppliers.risk import rules


async def rated_by_older_rules(site, *people) -> dict:
    """Import the same list for each of them, as if long ago; return how an import rates it now."""
    for person in people:
        await imported(site, person, workbook(*LIST))
    fresh = await suppliers(people[0])
    await write(
        partial(
            sql.rows,
            "UPDATE supplier SET level = 'low', reasons = '[]', listed_goods = FALSE, risk_version = '2019.1' "
            "WHERE name <> 'Cee Cleaning Ltd'",
        )
    )
    await write(partial(sql.rows, "UPDATE organisation SET listed_goods = FALSE"))
    return fresh


async def test_every_organisations_suppliers_are_rated_as_an_import_would(site, alice, charlie):
    fresh = await rated_by_older_rules(site, alice, charlie)
    assert await rerating.rerate() == {"low → high": 2, "unchanged": 2}
    for person in (alice, charlie):
        for name, supplier in (await suppliers(person)).items():
            assert (supplier["level"], supplier["reasons"]) == (fresh[name]["level"], fresh[name]["reasons"]), name
            assert supplier["risk_version"] == rules.VERSION
    assert [row["listed_goods"] for row in await rows("SELECT listed_goods FROM organisation")] == [True, True]
    logged = await rows("SELECT details FROM audit_entry WHERE action = 'suppliers.rerated'")
    assert len(logged) == 2 and '"suppliers":2' in logged[0]["details"]
    assert not await rerating.rerate()


async def test_a_few_at_a_time_come_to_the_same(site, alice, monkeypatch):
    await rated_by_older_rules(site, alice)
    monkeypatch.setattr(rerating, "AT_ONCE", 1)
    assert sum((await rerating.rerate()).values()) == 2
    assert {row["risk_version"] for row in await rows("SELECT risk_version FROM supplier")} == {rules.VERSION}


async def test_the_command_says_what_moved(site, alice, db):
    await rated_by_older_rules(site, alice)
    answer = pledge("suppliers", "rerate", PLEDGE_DATABASE_URL=url_of(db))
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("2 suppliers were rated anew by rules ") and "low → high: 1" in answer.stdout
    again = pledge("suppliers", "rerate", "--json", PLEDGE_DATABASE_URL=url_of(db))
    assert '"suppliers": 0' in again.stdout
