"""What a file changed, whom it does not name, “this file is my whole list”, and the way back."""

from datetime import timedelta
from functools import partial

import pytest
from tests.suppliers.importing.test_import import context
from tests.suppliers.sending import ACME, BEE, CEE, confirmed, csv, id_of, imported, rows, suppliers, workbook
from tests.support.cast import colleague

from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.refusals import ChangedMeanwhile
from pledge.suppliers import comparing_routes
from pledge.suppliers.files import turns
from pledge.suppliers.importing import comparing
from pledge.suppliers.listed import queries

DEE = ["Dee Ltd", "Legal fees", "UK", 3, ""]


def table_of(page) -> list[str]:
    return [
        " ".join(cell.text_content() for cell in row.xpath("./th | ./td"))
        for row in page.document.xpath("//main//table[1]/tbody/tr")
    ]


def counts(page) -> dict[str, str]:
    """The table of what a file changed."""
    rows_found = page.document.xpath("//caption[. = 'What this file changed']/..//tbody/tr")
    return {row[0].text_content().strip(): row[1].text_content() for row in rows_found}


@pytest.fixture
async def second(site, alice):
    """The page of a second file: one supplier as before, one changed, one new, and one missing from it."""
    await imported(site, alice, workbook(ACME, BEE, CEE), "2025.xlsx")
    return await imported(site, alice, csv(BEE, ["Cee Cleaning Ltd", "Cleaning", "UK", 60, ""], DEE), "2026.csv")


async def test_the_page_of_a_file_counts_new_changed_unchanged_and_missing(second, alice):
    assert counts(second) == {"New": "1", "Changed": "1", "As before": "1", "In your list, but not in this file": "1"}
    for kind, name in (("new", "Dee Ltd"), ("unchanged", "Bee Legal LLP")):
        page = await alice.get(f"{second.url}/changes?kind={kind}")
        assert len(table_of(page)) == 1 and name in table_of(page)[0]
    page = await alice.get(f"{second.url}/changes?kind=changed")
    assert "What they supply: Office cleaning → Cleaning" in page.text
    assert "Spend in a year (£): £40 → £60" in page.text
    page = await alice.get(f"{second.url}/missing")
    assert table_of(page) == ["Acme Ltd High £1,000"]
    assert (await alice.get(f"{second.url}/changes?kind=x")).status == 404
    assert "nobody on this page" in (await alice.get(f"{second.url}/changes?kind=new&page=9")).text


async def test_of_the_first_file_everybody_is_new(site, alice):
    page = await imported(site, alice, workbook(ACME, BEE))
    assert counts(page) == {"New": "2", "Changed": "0", "As before": "0", "In your list, but not in this file": "0"}
    assert "names every supplier on your list" in (await alice.get(f"{page.url}/missing")).text


async def test_lists_have_pages(site, alice):
    await imported(site, alice, csv(*[[f"Old {n:02} Ltd", "Tea", "UK", n, ""] for n in range(25)]), "old.csv")
    page = await imported(site, alice, csv(*[[f"New {n:02} Ltd", "Tea", "UK", n, ""] for n in range(25)]), "new.csv")
    for address, word in ((f"{page.url}/changes?kind=new&", "New"), (f"{page.url}/missing?", "Old")):
        seen = []
        for number in (1, 2):
            shown = await alice.get(f"{address}page={number}")
            assert "25 suppliers, page" in shown.text
            seen += [line.split(" Ltd")[0] for line in table_of(shown)]
        assert seen == [f"{word} {n:02}" for n in range(25)]
    assert (await alice.get(f"{page.url}/missing?page=0")).status == 200


async def test_whom_a_member_changed_by_hand_is_marked(site, second, alice):
    acme = (await suppliers(alice))["Acme Ltd"]["id"]
    await (await alice.get(f"/suppliers/{acme}/edit")).submit(labour="agency")
    await write(partial(sql.rows, "UPDATE supplier SET first_upload = NULL WHERE name = 'Bee Legal LLP'"))
    page = await imported(site, alice, csv(DEE, ["Eff", "", "UK", 1, ""]), "three.csv")
    marks = [line for line in table_of(await alice.get(f"{page.url}/missing")) if "by hand" in line]
    assert [line.split("£")[0].strip() for line in marks] == [
        "Acme Ltd Changed by hand High", "Bee Legal LLP Added by hand Low",
    ]  # fmt: skip


async def test_rows_that_were_not_taken_come_before_whom_the_file_does_not_name(site, second, alice):
    bad = ["Acme Ltd", "Cotton", "Narnia", 5, ""]
    page = await imported(site, alice, csv(["Bee Legal LLP", "Tea", "UK", 1, ""], bad), "three.csv")
    for address, then in (("missing", "counts as not in this file"), ("whole-list", "goes off your list too")):
        shown = await alice.get(f"{page.url}/{address}")
        assert f"1 row was not taken. A supplier that only such a row names {then}." in shown.text
        rows_to_mend = await shown.follow("See what to put right first")
        assert "Narnia" in rows_to_mend.text
    assert "because no row that was taken names them" in shown.text and "Acme Ltd" in shown.text
    assert "was not taken" not in (await alice.get(f"{second.url}/missing")).text


async def test_nobody_leaves_the_list_until_a_member_says_so(site, second, alice):
    assert "Acme Ltd" in await suppliers(alice) and await context(alice)
    page = await alice.get(f"{second.url}/missing")
    assert f"{second.url}/whole-list" in page.links()
    page = await alice.get(f"{second.url}/whole-list")
    assert "This takes 1 supplier off your list, because the file does not name it: Acme Ltd" in page.text
    page = await page.submit()
    assert page.status == 422 and page.errors == ["Tick the box if this file is your whole list"]
    assert (await suppliers(alice))["Acme Ltd"]["off_list"] is None
    page = await page.submit(sure="yes")
    assert "They are off your list" in page.text and "1 supplier off the list" in page.text
    listed = await alice.get("/suppliers")
    assert "Acme Ltd" not in listed.text and "3 suppliers" in listed.text
    assert await read(partial(queries.count, alice.scope)) == 3 and not await context(alice)
    assert "Acme" not in (await alice.get("/suppliers/countries")).text
    shown = await alice.get(second.url)
    assert counts(shown)["In your list, but not in this file and 1 off the list"] == "0"
    (entry,) = await rows("SELECT * FROM audit_entry WHERE action = 'suppliers.taken-off'")
    assert (entry["subject"], entry["details"]) == (str(id_of(second)), '{"suppliers":1}')


async def taken_off(person, page):
    form = await person.get(f"{page.url}/whole-list")
    return await form.submit(sure="yes")


async def test_who_is_off_the_list_can_be_put_back(second, alice):
    before = (await suppliers(alice))["Acme Ltd"]
    page = await taken_off(alice, second)
    shown = await alice.get(f"/suppliers/{before['id']}")
    assert "Off your list since" in shown.text and f"{second.url}/missing" in shown.links()
    page = await page.submit(f"{second.url}/put-back", button=f"supplier={before['id']}")
    assert "Back on your list" in page.text and "off the list" not in page.text
    after = (await suppliers(alice))["Acme Ltd"]
    kept = ("id", "name", "spend", "supplies", "level", "off_list", "off_list_upload")
    assert [after[name] for name in kept] == [before[name] for name in kept] and await context(alice)
    await taken_off(alice, second)
    page = await alice.get(f"{second.url}/missing")
    everybody = page.document.xpath("//form[contains(@action, 'put-back') and not(.//input[@name='supplier'])]")[0]
    await alice.post(
        f"{second.url}/put-back", {field.get("name"): field.get("value") for field in everybody.xpath(".//input")}
    )
    assert (await suppliers(alice))["Acme Ltd"]["off_list"] is None
    assert len(await rows("SELECT * FROM audit_entry WHERE action = 'suppliers.put-back'")) == 2


async def test_a_file_that_names_them_puts_them_back(site, second, alice):
    acme = (await suppliers(alice))["Acme Ltd"]["id"]
    await taken_off(alice, second)
    page = await imported(
        site, alice, csv(ACME, head=["Supplier name", "What they supply", "Country", "Spend", "Labour"])
    )
    found = (await suppliers(alice))["Acme Ltd"]
    assert (found["id"], found["off_list"]) == (acme, None)
    assert "Your list: off the list → on the list" in (await alice.get(f"{page.url}/changes?kind=changed")).text


async def test_after_thirty_days_they_are_gone_with_all_that_names_them(site, second, alice, charlie):
    await imported(site, charlie, workbook(ACME))
    await taken_off(alice, second)
    taken = clock.now()
    await write(partial(sql.rows, "UPDATE supplier SET off_list = {} WHERE off_list IS NOT NULL", taken))
    with clock.at(taken + timedelta(days=30)):
        assert await comparing.prune() == {"supplier": 0}
    with clock.at(taken + timedelta(days=30, seconds=1)):
        assert await comparing.prune() == {"supplier": 1}
    assert "Acme Ltd" not in await suppliers(alice) and "Acme Ltd" in await suppliers(charlie)
    linked = await rows("SELECT number FROM upload_supplier WHERE organisation = {}", alice.organisation)
    assert len(linked) == 5
    assert (await alice.get(f"{second.url}/missing")).status == 200


async def test_however_many_are_to_go_all_go_some_at_a_time(second, alice, monkeypatch):
    await write(partial(sql.rows, "UPDATE supplier SET off_list = {}", clock.now()))
    count = len(await suppliers(alice))
    monkeypatch.setattr(comparing, "_PRUNED_AT_ONCE", 1)
    with clock.at(clock.now() + timedelta(days=31)):
        assert count > 2 and await comparing.prune() == {"supplier": count}


async def test_only_those_that_were_shown_are_taken_off(site, second, alice, bob):
    """Somebody else changed the list while the page was open."""
    page = await alice.get(f"{second.url}/whole-list")
    bee = (await suppliers(alice))["Bee Legal LLP"]["id"]
    statement = "DELETE FROM upload_supplier WHERE supplier = {}"
    await write(partial(sql.rows, statement, bee))
    answer = await page.submit(sure="yes")
    assert answer.status == 409 and "Look again at whom this takes off the list" in answer.errors[0]
    assert "Bee Legal LLP" in answer.text and (await suppliers(alice))["Acme Ltd"]["off_list"] is None
    await answer.submit(sure="yes")
    assert {name for name, row in (await suppliers(alice)).items() if row["off_list"]} == {"Acme Ltd", "Bee Legal LLP"}
    one = await read(partial(comparing.absent, alice.scope, id_of(second)))
    with pytest.raises(ChangedMeanwhile):
        await write(partial(comparing.take_off, alice.scope, id_of(second), f"{one.seen} x"))


async def test_only_the_newest_file_can_be_the_whole_list(site, second, alice):
    form = await alice.get(f"{second.url}/whole-list")
    newer = await imported(site, alice, csv(["Eff", "", "UK", 1, ""]), "newer.csv")
    assert (await form.submit(sure="yes")).status == 409
    for path in ("missing", "whole-list"):
        assert "A newer file was read since" in (await alice.get(f"{second.url}/{path}")).text
    assert not any(row["off_list"] for row in (await suppliers(alice)).values())
    assert (await taken_off(alice, newer)).status == 200


async def test_while_a_file_is_read_nobody_is_taken_off(site, second, alice):
    form = await alice.get(f"{second.url}/whole-list")
    other = await confirmed(site, alice, csv(["Eff", "", "UK", 1, ""]), "newer.csv")
    await write(partial(turns.begin, alice.scope, id_of(other)))
    answer = await form.submit(sure="yes")
    assert answer.status == 409 and "We are reading a file" in answer.text


async def test_of_very_many_the_page_names_some_and_leads_to_all(site, second, alice, monkeypatch):
    monkeypatch.setattr(comparing_routes, "NAMED_AT_MOST", 1)
    page = await imported(site, alice, csv(["Eff", "", "UK", 1, ""]), "newer.csv")
    shown = await alice.get(f"{page.url}/whole-list")
    assert "And 3 more: see all of them" in shown.text and f"{page.url}/missing" in shown.links()


async def test_a_viewer_reads_it_all_and_changes_nothing(site, second, alice):
    viewer = await colleague(site, "Vera", alice, "viewer")
    data = (await alice.get(f"{second.url}/whole-list")).fields(f"{second.url}/whole-list")
    for path in ("missing", "changes?kind=changed", "changes?kind=new"):
        page = await viewer.get(f"{second.url}/{path}")
        assert page.status == 200 and not page.document.xpath("//main//form")
        assert f"{second.url}/whole-list" not in page.links()
    assert (await viewer.get(f"{second.url}/whole-list")).status == 403
    for path in ("whole-list", "put-back"):
        assert (await viewer.post(f"{second.url}/{path}", {**data, "sure": "yes"})).status == 403
    assert not any(row["off_list"] for row in (await suppliers(alice)).values())


async def test_another_firms_file_is_not_there(second, alice, charlie):
    data = (await alice.get(f"{second.url}/whole-list")).fields(f"{second.url}/whole-list")
    for path in ("missing", "changes", "whole-list"):
        assert (await charlie.get(f"{second.url}/{path}")).status == 404
    data |= {"organisation": [str(charlie.organisation)], "sure": ["yes"]}
    for path in ("whole-list", "put-back"):
        assert (await charlie.post(f"{second.url}/{path}", data)).status == 404
    assert not any(row["off_list"] for row in (await suppliers(alice)).values())


async def test_a_file_that_is_not_imported_has_none_of_these_pages(site, alice):
    page = await confirmed(site, alice, workbook(ACME))
    for path in ("missing", "changes", "whole-list"):
        assert (await alice.get(f"{page.url}/{path}")).status == 404
    data = {"organisation": str(alice.organisation), "sure": "yes", "seen": "0 None"}
    assert (await alice.post(f"{page.url}/whole-list", data)).status == 404
    assert (await alice.post(f"{page.url}/put-back", {**data, "supplier": "x"})).status == 404


async def test_of_files_read_before_this_was_counted_nothing_is_said(site, second, alice):
    await write(partial(sql.rows, "UPDATE upload SET added = NULL, changed = NULL"))
    assert counts(await alice.get(second.url)) == {}


async def test_who_is_missing_is_found_without_looking_through_the_file_for_each_supplier(site, alice):
    """PostgreSQL knows nothing of rows that were just added; with 100,000 of them this took more than a minute."""
    if database().engine_type == "sqlite":
        pytest.skip("SQLite looks for each by the index")
    page = await imported(site, alice, csv(*[[f"Old {n} Ltd", "Tea", "UK", n, ""] for n in range(400)]))
    statement = f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(*) FROM supplier s WHERE {comparing.MISSING}"
    plan = str(await read(partial(sql.value, statement, alice.scope.organisation, id_of(page))))
    assert "hashed SubPlan" in plan and "Removed by Join Filter" not in plan
