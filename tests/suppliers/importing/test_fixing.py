"""Putting a row right on its page: what is shown, what is taken, and who may."""

import asyncio
import random
from functools import partial

import pytest
from tests.suppliers.importing.test_import import FACTS, context
from tests.suppliers.sending import (
    ACME,
    BEE,
    CEE,
    HEAD,
    address_of,
    confirmed,
    csv,
    id_of,
    imported,
    rows,
    suppliers,
    workbook,
)
from tests.support.cast import colleague
from tests.support.log import logged_as
from tests.support.workbooks import xlsx

from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.files import turns
from pledge.suppliers.listed.rating import facts_of

BAD = ["", "Bricks", "Narnia", "x1", "robots"]
NUMBERED = ["Supplier name", "UK company number", "What they supply", "Spend", "SIC code"]


def row_address(page, place: str) -> str:
    return f"{page.url.partition('?')[0]}/rows/{place}"


async def upload_of(page) -> dict:
    (found,) = await rows("SELECT * FROM upload WHERE id = {}", id_of(page))
    return found


async def open_row(person, page, place: str):
    return await person.get(row_address(page, place))


@pytest.fixture
async def listed(site, alice):
    """The page of a file of three rows, of which the second cannot be taken."""
    return await imported(site, alice, workbook(ACME, BAD, CEE))


async def test_each_row_that_was_not_taken_leads_to_its_page(listed, alice):
    assert f"{listed.url}/rows/0-3" in listed.links() and "Fix this row" in listed.text
    page = await open_row(alice, listed, "0-3")
    assert page.status == 200 and "This row is not in your list yet" in page.text
    fields = page.fields(row_address(listed, "0-3"))
    assert {name: fields[name] for name in ("goods_or_service", "country_of_supply", "spend", "labour")} == {
        "goods_or_service": ["Bricks"], "country_of_supply": ["Narnia"], "spend": ["x1"], "labour": ["robots"],
    }  # fmt: skip
    assert page.errors == [
        "“Supplier name”: This row has no supplier name. Write the supplier’s name, or leave the row out"
        " if it is not a supplier.",
        "“Country they supply from”: We do not know a country called “Narnia”. Write one country by its English"
        " name or two-letter code. Leave this empty if you do not know.",
        "“Spend in a year (£)”: “x1” is not an amount of money. Write a number in pounds, such as 1250.00, or leave"
        " this empty.",
    ]
    assert "We cannot tell from “robots” whose workers do the work" in page.text


async def test_put_right_it_is_taken_joined_and_rated(site, listed, alice):
    page = await open_row(alice, listed, "0-3")
    page = await page.submit(
        row_address(listed, "0-3"), name="Dee Ltd", goods_or_service="Cotton", country_of_supply="China", spend="70"
    )
    assert page.status == 200 and "The row is in your list." in page.text
    assert "3 suppliers from 3 rows" in page.text and "Every row was taken" in page.text
    found = (await suppliers(alice))["Dee Ltd"]
    assert (found["level"], found["spend"], found["rows_named"]) == ("high", 7000, 1)
    upload = await upload_of(page)
    counts = ("accepted", "rejected", "suppliers", "next_supplier", "added", "changed")
    assert [upload[name] for name in counts] == [3, 0, 3, 3, 3, 0]
    assert upload["problems"] == '{"labour-unclear":1,"fixed-here":1}'
    assert await rows("SELECT code, value FROM upload_issue ORDER BY code") == [
        {"code": "fixed-here", "value": "Dee Ltd"}, {"code": "labour-unclear", "value": "robots"},
    ]  # fmt: skip
    (entry,) = await rows("SELECT * FROM audit_entry WHERE action = 'upload.row-fixed'")
    assert (entry["subject"], entry["person"]) == (str(id_of(page)), await logged_as(alice.id))
    assert entry["details"] == '{"row":3,"sheet":0}'


async def test_what_is_still_wrong_is_told_with_what_was_typed(listed, alice):
    page = await open_row(alice, listed, "0-3")
    page = await page.submit(row_address(listed, "0-3"), name="Dee Ltd", country_of_supply="Narnai")
    assert page.status == 422 and len(page.errors) == 2
    fields = page.fields(row_address(listed, "0-3"))
    assert (fields["name"], fields["country_of_supply"]) == (["Dee Ltd"], ["Narnai"])
    assert set(await suppliers(alice)) == {"Acme Ltd", "Cee Cleaning Ltd"}


async def test_a_fixed_row_belongs_to_the_supplier_that_an_import_would_join_it_to(site, listed, alice):
    before = (await suppliers(alice))["Acme Ltd"]
    page = await open_row(alice, listed, "0-3")
    await page.submit(row_address(listed, "0-3"), name="ACME LIMITED", country_of_supply="China", spend="70", labour="")
    after = (await suppliers(alice))["Acme Ltd"]
    assert after["id"] == before["id"] and (after["spend"], after["rows_named"]) == (107_000, 2)
    assert facts_of(after).goods == ("Cotton T-shirts", "Bricks")
    upload = await upload_of(listed)
    assert [upload[name] for name in ("suppliers", "added", "changed")] == [2, 2, 0]


@pytest.mark.parametrize("seed", range(3))
async def test_fixing_comes_to_the_same_as_importing_the_row_right(site, alice, charlie, seed):
    """Rows are broken one by one; when all are put right, the list is what it is without any of them broken."""
    chance = random.Random(seed)
    numbers = {"Acme Ltd": "01234567", "ACME": 1234567, "Acme Trading": "07654321", "Bee": "", "Cee & Co": ""}
    right = [
        [name, chance.choice([numbers[name], ""]), chance.choice(["Tea", "", "Cotton"]), n, ""]
        for n, name in enumerate(chance.choices(list(numbers), k=12))
    ]
    broken = [[*row[:3], "much", ""] if n % 2 and n > 6 else row for n, row in enumerate(right)]
    await imported(site, charlie, xlsx(("S", [NUMBERED, *right])))
    page = await imported(site, alice, xlsx(("S", [NUMBERED, *broken])))
    for n, row in enumerate(right):
        if broken[n] is not row:
            address = row_address(page, f"0-{n + 2}")
            assert (await (await alice.get(address)).submit(address, spend=str(row[3]))).status == 200
    listed = [
        await rows(f"SELECT {FACTS} FROM supplier WHERE organisation = {{}} ORDER BY name", who.organisation)
        for who in (alice, charlie)
    ]
    assert listed[0] == listed[1]


async def test_the_same_form_twice_takes_the_row_once(listed, alice):
    address = row_address(listed, "0-3")
    page = await alice.get(address)
    typed = {"name": "Dee Ltd", "country_of_supply": "UK", "spend": "1"}
    one, two = await asyncio.gather(page.submit(address, **typed), page.submit(address, **typed))
    assert one.url == two.url and len(await suppliers(alice)) == 3
    assert (await upload_of(listed))["accepted"] == 3


async def test_two_colleagues_do_not_undo_each_other_unseen(listed, alice, bob):
    address = row_address(listed, "0-3")
    hers, his = await alice.get(address), await bob.get(address)
    await his.submit(address, name="Dee Ltd", country_of_supply="UK", spend="1")
    page = await hers.submit(address, name="Eff Ltd", country_of_supply="UK", spend="2")
    assert page.status == 409 and "was changed while your page was open" in page.errors[0]
    assert page.fields(address)["name"] == ["Dee Ltd"] and "Eff Ltd" not in await suppliers(alice)
    told = page.text.partition("What you typed")[2]
    assert "Supplier name Eff Ltd" in told and "Country they supply from UK" in told and "Seen" not in told


async def test_while_a_file_is_read_rows_wait(site, listed, alice):
    address = row_address(listed, "0-3")
    page = await alice.get(address)
    other = await confirmed(site, alice, csv(BEE), "two.csv")
    await write(partial(turns.begin, alice.scope, id_of(other)))
    answer = await page.submit(address, name="Dee Ltd", country_of_supply="UK", spend="1")
    assert answer.status == 409 and "We are reading a file into your list just now" in answer.text
    assert (await upload_of(listed))["accepted"] == 2


async def test_the_context_of_the_score_follows(site, alice):
    page = await imported(site, alice, workbook(BEE, ["Dee Ltd", "Cotton", "Chinaa", 1, ""]))
    assert not await context(alice)
    address = row_address(page, "0-3")
    await (await alice.get(address)).submit(address, country_of_supply="China")
    assert await context(alice)


async def test_after_one_row_comes_the_next_that_waits(site, alice):
    page = await imported(site, alice, xlsx(("May", [HEAD, BAD, ACME, BAD]), ("June", [HEAD, BAD])))
    shown = await open_row(alice, page, "0-4")
    typed = {"country_of_supply": "UK", "spend": "1"}
    for name, place in (("Dee Ltd", "1-2"), ("Eff Ltd", "0-2")):
        shown = await shown.submit(shown.url.partition("?")[0], name=name, **typed)
        assert shown.url == f"{row_address(page, place)}?notice=row-saved-next" and "Here is the next one" in shown.text
    shown = await shown.submit(f"{row_address(page, '0-2')}/leave-out")
    assert shown.url == f"{page.url}?notice=row-left-out"
    shown = await (await open_row(alice, page, "0-4")).submit(row_address(page, "0-4"), spend="2")
    assert shown.url == f"{page.url}?notice=row-saved"


# — no supplier —


async def test_a_row_that_is_no_supplier_is_left_out_and_can_come_back(listed, alice):
    address = row_address(listed, "0-3")
    page = await (await alice.get(address)).submit(f"{address}/leave-out")
    assert "The row is left out" in page.text and "Every row was taken or left out." in page.text
    assert (await upload_of(listed))["problems"] == '{"left-out":1}' and (await upload_of(listed))["rejected"] == 0
    shown = await alice.get(f"{listed.url}?code=left-out")
    assert "You said that this row is not a supplier" in shown.text and address in shown.links()
    page = await (await alice.get(address)).submit(f"{address}/leave-out")
    assert "no longer left out" in page.text and "1 row was not taken" in page.text
    assert (await upload_of(listed))["rejected"] == 1
    logged = await rows("SELECT action FROM audit_entry WHERE action LIKE 'upload.row%' ORDER BY at")
    assert [entry["action"] for entry in logged] == ["upload.row-left-out", "upload.row-put-back"]


async def test_what_we_took_for_a_total_can_be_said_to_be_a_supplier(site, alice):
    page = await imported(site, alice, workbook(ACME, ["Total", "Fuel", "UK", 70, ""]))
    address = row_address(page, "0-3")
    assert address in (await alice.get(f"{page.url}?severity=mended")).links()
    shown = await alice.get(address)
    assert "This row is left out" in shown.text and shown.fields(address)["name"] == ["Total"]
    await shown.submit(address)
    assert (await suppliers(alice))["Total"]["spend"] == 7000
    upload = await upload_of(page)
    assert (upload["accepted"], upload["rejected"], upload["problems"]) == (2, 0, '{"fixed-here":1}')


async def test_a_total_that_is_not_left_out_after_all_is_taken_at_once(site, alice):
    page = await imported(site, alice, workbook(ACME, ["Total", "Fuel", "UK", 70, ""]))
    address = row_address(page, "0-3")
    await (await alice.get(address)).submit(f"{address}/leave-out")
    assert set(await suppliers(alice)) == {"Acme Ltd", "Total"}


# — what we mended —


@pytest.fixture
async def mended(site, alice):
    """A file in which we put back a zero, completed a code and read a band."""
    return await imported(site, alice, xlsx(("S", [NUMBERED, ["Acme", 1234567, "Tea", "£5 to £7", 4339]])))


async def test_what_we_made_of_a_cell_stands_beside_what_the_file_says(mended, alice):
    page = await alice.get(await address_of(alice, "Acme"))
    address = row_address(mended, "0-2")
    assert address in page.links()
    page = await alice.get(address)
    fields = page.fields(address)
    assert [fields[name] for name in ("company_number", "spend", "sic_code")] == [["01234567"], ["6"], ["43390"]]
    for words in (
        "We read “1234567” as company number 01234567",
        "We read “£5 to £7” as £6.00",
        "We read “4339” as SIC",
    ):
        assert words in page.text


async def test_another_value_wins_and_an_empty_one_too(mended, alice):
    address = row_address(mended, "0-2")
    page = await (await alice.get(address)).submit(address, company_number="", spend="5", sic_code="43310")
    found = (await suppliers(alice))["Acme"]
    assert (found["company_number"], found["spend"], facts_of(found).sic_codes) == (None, 500, ("43310",))
    assert (await upload_of(page))["problems"] == '{"fixed-here":1}'
    assert [entry["change"] for entry in await rows("SELECT change FROM upload_supplier")] == ["new"]


async def test_saved_as_it_is_nothing_changes(mended, alice):
    address, before = row_address(mended, "0-2"), await suppliers(alice)
    assert (await (await alice.get(address)).submit(address)).status == 200
    assert await suppliers(alice) == before and (await upload_of(mended))["problems"].count("fixed") == 0


async def test_a_number_that_another_supplier_has_is_refused_with_its_name(site, mended, alice):
    await imported(site, alice, xlsx(("S", [NUMBERED, ["Bee", "07654321", "Tea", 1, ""]])), "b.xlsx")
    address = row_address(mended, "0-2")
    page = await (await alice.get(address)).submit(address, company_number="7654321")
    assert page.status == 422 and "“Bee” in your list has this company number already" in page.errors[0]


async def test_so_it_is_for_a_row_that_would_become_a_new_supplier(site, alice):
    rows_given = [["Bellholme Dyes", "07654321", "Dye", 1, ""], ["Quickstep", "07654321", "Tea", "much", ""]]
    file = await imported(site, alice, xlsx(("S", [NUMBERED, *rows_given])))
    address = row_address(file, "0-3")
    page = await (await alice.get(address)).submit(address, spend="5")
    assert page.status == 422 and "“Bellholme Dyes” in your list has this company number already" in page.errors[0]
    await page.submit(address, company_number="")
    assert set(await suppliers(alice)) == {"Bellholme Dyes", "Quickstep"}


async def test_a_number_that_an_import_left_with_another_supplier_is_still_shown(site, alice):
    rows_given = [["Bellholme Dyes", "07654321", "Dye", 1, ""], ["Quickstep", "07654321", "Tea", 2, ""]]
    file = await imported(site, alice, xlsx(("S", [NUMBERED, *rows_given])))
    address = row_address(file, "0-3")
    page = await alice.get(address)
    assert page.fields(address)["company_number"] == ["07654321"]
    await page.submit(address, company_number="07654320")
    assert (await suppliers(alice))["Quickstep"]["company_number"] == "07654320"


async def test_what_was_changed_by_hand_since_stays(mended, alice):
    await (await alice.get(f"{await address_of(alice, 'Acme')}/edit")).submit(goods="Coffee", labour="agency")
    address = row_address(mended, "0-2")
    await (await alice.get(address)).submit(address, spend="5")
    found = facts_of((await suppliers(alice))["Acme"])
    assert (found.goods, found.labour, found.spend) == (("Coffee",), "agency", 500)


async def test_a_newer_file_knows_better_than_a_row_of_an_older_one(site, alice):
    old = await imported(site, alice, csv(ACME, ["Acme Ltd", "Wool", "China", "much", "agency"]), "2025.csv")
    await imported(site, alice, csv(["Acme Ltd", "Cotton", "China", 7, ""]), "2026.csv")
    address = row_address(old, "0-3")
    await (await alice.get(address)).submit(address, spend="3")
    found = (await suppliers(alice))["Acme Ltd"]
    assert (found["spend"], found["rows_named"], facts_of(found).goods) == (700, 1, ("Cotton", "Wool"))


# — who may, and what is not there —


async def test_a_viewer_sees_the_problems_and_changes_nothing(site, listed, alice):
    viewer = await colleague(site, "Vera", alice, "viewer")
    address = row_address(listed, "0-3")
    data = (await alice.get(address)).fields(address)
    page = await viewer.get(listed.url)
    assert "Narnia" in page.text and address not in page.links()
    assert (await viewer.get(address)).status == 403
    for path in (address, f"{address}/leave-out"):
        assert (await viewer.post(path, data)).status == 403
    assert (await upload_of(listed))["rejected"] == 1


async def test_another_firms_row_is_not_there(listed, alice, charlie):
    address = row_address(listed, "0-3")
    data = (await alice.get(address)).fields(address)
    assert (await charlie.get(address)).status == 404
    data["organisation"] = [str(charlie.organisation)]
    for path in (address, f"{address}/leave-out"):
        assert (await charlie.post(path, data)).status == 404


async def test_a_row_that_is_not_there_is_not_found(listed, alice):
    for place in ("0-99", "1-3", "0-1", "x", "0", "0-3-3", "0-03", "-1-3", "99999-1", "0-99999999", "٣-3"):
        assert (await alice.get(row_address(listed, place))).status == 404, place


async def test_rows_of_a_file_that_is_not_imported_have_no_page(site, alice):
    waiting = await confirmed(site, alice, csv(BAD, head=HEAD))
    assert (await alice.get(row_address(waiting, "0-2"))).status == 404


# — the problems of one sheet —


async def test_problems_can_be_narrowed_to_a_sheet(site, alice):
    page = await imported(site, alice, xlsx(("May", [HEAD, ACME, BAD]), ("June", [HEAD, BAD, BAD])))
    assert "May, cell A3" in page.text and "June, cell A2" in page.text
    page = await alice.get(f"{page.url}?code=country-unknown&sheet=1")
    assert "June, cell C2" in page.text and "May, cell" not in page.text and "Page 1 of 1" in page.text
    assert "May, cell C3" in (await alice.get(f"{page.url.partition('?')[0]}?severity=reject&sheet=7")).text
    shown = await alice.get(f"{row_address(page, '1-2')}")
    assert "Row 2 of sheet “June”" in shown.text


async def test_of_a_rejected_row_only_the_chosen_columns_are_kept(site, alice):
    head = ["Supplier name", "Spend", "Bank account"]
    await imported(site, alice, csv(["Acme", "much", "12-34-56 1234"], head=head))
    (row,) = await rows("SELECT content FROM upload_row")
    assert row["content"] == '["Acme","much"]'


async def test_a_supplier_that_is_gone_is_added_again_when_its_row_is_saved(mended, alice):
    await write(partial(sql.rows, "DELETE FROM supplier"))
    address = row_address(mended, "0-2")
    await (await alice.get(address)).submit(address, spend="5")
    assert (await suppliers(alice))["Acme"]["spend"] == 500
