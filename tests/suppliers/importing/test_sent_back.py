"""An annotated workbook that was corrected and sent back: only what was changed counts, whatever became of its rows."""

import random
from functools import partial
from uuid import uuid4

import pytest
from openpyxl.utils import get_column_letter
from tests.suppliers.importing.test_fixing import row_address
from tests.suppliers.importing.test_import import job_of, long_list, run_dying, small_steps  # noqa: F401 - a fixture
from tests.suppliers.sending import (
    ACME,
    BEE,
    CEE,
    HEAD,
    annotated,
    csv,
    edited,
    id_of,
    imported,
    outlined,
    rows,
    send,
    suppliers,
    workbook,
)
from tests.support.workbooks import xlsx

from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.listed.rating import facts_of
from pledge.suppliers.rows.row_keys import KEY, RowKey, write_key
from pledge.suppliers.same.facts import SupplierFacts

BAD = ["", "Bricks", "Narnia", 5, ""]


async def upload_of(page) -> dict:
    (found,) = await rows("SELECT * FROM upload WHERE id = {}", id_of(page))
    return found


async def noted(page) -> dict[str, list[int]]:
    """The rows of a file by what was noted about them."""
    found: dict[str, list[int]] = {}
    for row in await rows("SELECT code, number FROM upload_issue WHERE upload = {} ORDER BY number", id_of(page)):
        found.setdefault(row["code"], []).append(row["number"])
    return found


async def send_back(site, person, page, change, name: str = "back.xlsx", **confirm):
    """Change the annotated workbook of a page, send it, and return what its page says."""
    content = edited(await annotated(person, page), lambda book: change(book.worksheets[0]))
    return await imported(site, person, content, name, **confirm)


@pytest.fixture
async def listed(site, alice):
    return await imported(site, alice, workbook(ACME, BAD, CEE))


async def test_we_know_the_file_again_and_propose_none_of_our_columns(site, alice, listed):
    page = await outlined(site, alice, await annotated(alice, listed), "back.xlsx")
    assert "We know this file: it has our notes in it" in page.text
    asked = [select.get("name") for select in page.document.xpath("//main//select")]
    assert asked == [f"column-0-{column}" for column in range(len(HEAD))]
    assert "Codes" not in page.text and "How to fix" not in page.text


async def test_the_columns_are_as_they_were_confirmed_before(site, alice):
    page = await imported(site, alice, workbook(ACME, BEE), column__0__1="", column__0__4="owner")
    again = await outlined(site, alice, await annotated(alice, page), "back.xlsx")
    fields = again.fields(f"{again.url}/confirm")
    assert (fields["column-0-1"], fields["column-0-4"]) == ([""], ["owner"])


async def test_a_corrected_row_is_taken_and_the_old_one_is_settled(site, alice, listed):
    def correct(sheet):
        sheet["A3"], sheet["C3"] = "Dee Ltd", "India"

    page = await send_back(site, alice, listed, correct)
    assert "Every row was taken" in page.text and "with our notes, sent back" in page.text
    assert set(await suppliers(alice)) == {"Acme Ltd", "Cee Cleaning Ltd", "Dee Ltd"}
    upload, old = await upload_of(page), await upload_of(listed)
    assert (upload["parent"], upload["added"], upload["changed"]) == (id_of(listed), 1, 0)
    assert (old["accepted"], old["rejected"], old["problems"]) == (2, 0, '{"fixed-in-file":1}')
    assert "Every row was taken, or put right in a newer file." in (await alice.get(listed.url)).text
    shown = await alice.get(row_address(listed, "0-3"))
    assert "put right in a file that you sent later" in shown.text and not shown.document.xpath("//main//form")
    settled = await rows("SELECT settled FROM upload_row WHERE upload = {} ORDER BY number", id_of(listed))
    assert [row["settled"] for row in settled] == ["", "replaced", ""]


async def test_only_what_was_changed_in_the_file_counts(site, alice, listed):
    acme = (await suppliers(alice))["Acme Ltd"]["id"]
    await (await alice.get(f"/suppliers/{acme}/edit")).submit(goods="Wool", labour="agency")
    before = (await suppliers(alice))["Cee Cleaning Ltd"]

    def change(sheet):
        sheet["D2"] = 2000

    page = await send_back(site, alice, listed, change)
    after = await suppliers(alice)
    facts = facts_of(after["Acme Ltd"])
    assert (facts.goods, facts.labour, facts.spend) == (("Wool",), "agency", 200_000)
    assert after["Cee Cleaning Ltd"] == before
    shown = await alice.get(f"{page.url}/changes?kind=changed")
    assert "Spend in a year (£): £1,000 → £2,000" in shown.text and "1 supplier" in shown.text


async def test_a_new_name_is_the_same_supplier_under_another_name(site, alice, listed):
    before = await suppliers(alice)

    def rename(sheet):
        sheet["A2"], sheet["A4"] = "Acme Holdings", "Bee Legal LLP"

    await imported(site, alice, csv(BEE), "bee.csv")
    await send_back(site, alice, listed, rename)
    after = await suppliers(alice)
    assert after["Acme Holdings"]["id"] == before["Acme Ltd"]["id"]
    # one that names another supplier of the list is that one's
    assert set(after) == {"Acme Holdings", "Bee Legal LLP", "Cee Cleaning Ltd"}
    assert after["Cee Cleaning Ltd"] == before["Cee Cleaning Ltd"]
    await imported(site, alice, csv(["Acme Ltd", "", "China", 7, ""]), "later.csv")
    assert (await suppliers(alice))["Acme Ltd"]["id"] == before["Acme Ltd"]["id"], "the old name is still known"


async def test_one_of_several_payments_that_gets_another_name_is_another_supplier(site, alice):
    page = await imported(site, alice, workbook(ACME, ["Acme Ltd", "Tea", "China", 50, ""], BEE))

    def rename(sheet):
        sheet["A3"] = "Dee Ltd"

    await send_back(site, alice, page, rename)
    found = await suppliers(alice)
    assert (found["Acme Ltd"]["spend"], found["Acme Ltd"]["rows_named"], found["Dee Ltd"]["spend"]) == (
        100_000,
        1,
        5000,
    )
    assert facts_of(found["Acme Ltd"]).goods == ("Cotton T-shirts",)


async def test_a_corrected_company_number_is_the_same_supplier(site, alice):
    head = ["Supplier name", "UK company number"]
    page = await imported(site, alice, xlsx(("S", [head, ["Acme", "01234567"], ["Bee", "7654321"]])))
    before = await suppliers(alice)

    def correct(sheet):
        sheet["B2"], sheet["B3"] = "01234568", None

    await send_back(site, alice, page, correct)
    after = await suppliers(alice)
    assert [(after[name]["id"], after[name]["company_number"]) for name in ("Acme", "Bee")] == [
        (before["Acme"]["id"], "01234568"), (before["Bee"]["id"], None),
    ]  # fmt: skip


def shuffle(sheet) -> None:
    """Sort the rows, move the columns about, rename some and our own, and delete and add rows and columns."""
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    head, body = table[0], table[1:]
    body = [row for row in reversed(body) if row[0] != "Gone Ltd"] + [["New Ltd", "Tea", "India", 3]]
    order = [8, 2, 0, 5, 1, 3, 4]  # the key first; without two of ours
    renamed = {"What they supply": "Supplies", KEY: "internal"}
    sheet.delete_rows(1, sheet.max_row)
    sheet.auto_filter.ref = None
    for row in [[renamed.get(cell, cell) for cell in head], *body]:
        sheet.append([row[place] if place < len(row) else None for place in order] + ["mine"])
    for column in range(1, 12):
        sheet.column_dimensions[get_column_letter(column)].hidden = False


async def test_rows_are_found_again_sorted_moved_renamed_deleted_and_added(site, alice):
    page = await imported(site, alice, workbook(ACME, BEE, ["Gone Ltd", "x", "UK", 1, ""], BAD, CEE))
    before = await suppliers(alice)
    again = await outlined(site, alice, edited(await annotated(alice, page), lambda book: shuffle(book.worksheets[0])))
    again = await again.submit(f"{again.url}/confirm", **{"column-0-4": "goods_or_service"})
    await site.work()
    again = await alice.get(again.url)
    after = await suppliers(alice)
    assert {name: row for name, row in after.items() if name != "New Ltd"} == before
    upload = await upload_of(again)
    assert (upload["parent"], upload["added"], upload["changed"], upload["rejected"]) == (id_of(page), 1, 0, 1)
    assert "In your list, but not in this file1" in again.text


async def test_decisions_of_members_hold_when_the_file_comes_back(site, alice):
    total = ["Total", "Fuel", "UK", 70, ""]
    page = await imported(site, alice, workbook(ACME, BAD, ["", "x", "UK", 1, ""], total, CEE))
    fixed = row_address(page, "0-3")
    await (await alice.get(fixed)).submit(fixed, name="Dee Ltd", country_of_supply="India")
    await (await alice.get(row_address(page, "0-4"))).submit(f"{row_address(page, '0-4')}/leave-out")
    await (await alice.get(row_address(page, "0-5"))).submit(row_address(page, "0-5"))
    before = await suppliers(alice)
    assert set(before) == {"Acme Ltd", "Cee Cleaning Ltd", "Dee Ltd", "Total"}
    again = await imported(site, alice, await annotated(alice, page), "back.xlsx")
    assert await suppliers(alice) == before
    assert await noted(again) == {"fixed-here": [3, 5], "left-out": [4]}
    upload = await upload_of(again)
    assert (upload["accepted"], upload["rejected"], upload["added"], upload["changed"]) == (4, 0, 0, 0)
    third = await imported(site, alice, edited(await annotated(alice, again), lambda book: None), "third.xlsx")
    assert await suppliers(alice) == before and await noted(third) == await noted(again)


async def test_a_row_that_a_newer_file_has_right_stays_settled(site, alice, listed):
    def correct(sheet):
        sheet["A3"], sheet["C3"] = "Dee Ltd", "India"

    await send_back(site, alice, listed, correct)
    before = await suppliers(alice)
    again = await imported(site, alice, await annotated(alice, listed), "old.xlsx")
    assert await suppliers(alice) == before and await noted(again) == {"fixed-in-file": [3]}


async def test_it_can_come_back_as_a_text_file(site, alice, listed):
    content = edited(await annotated(alice, listed), lambda book: None)
    from tests.suppliers.importing.test_annotating import cells

    text = "\n".join(",".join('"' + str(cell or "").replace('"', '""') + '"' for cell in row) for row in cells(content))
    before = await suppliers(alice)
    again = await imported(site, alice, text.encode(), "back.csv")
    assert await suppliers(alice) == before
    assert (await upload_of(again))["parent"] == id_of(listed)


# — as few writes as it takes —


async def test_k_changed_rows_write_k_suppliers(site, alice):
    table = [[f"Firm {n} Ltd", "Tea", "India", n, ""] for n in range(200)]
    page = await imported(site, alice, workbook(*table))
    before = await rows("SELECT id, revision, updated FROM supplier ORDER BY id")

    def change(sheet):
        for number in (5, 50, 150):
            sheet[f"D{number}"] = 10**6 + number

    again = await send_back(site, alice, page, change)
    after = await rows("SELECT id, revision, updated FROM supplier ORDER BY id")
    written = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(written) == 3 and {row["revision"] for row in written} == {1}
    assert (await upload_of(again))["changed"] == 3


async def test_another_export_that_says_the_same_writes_nothing_either(site, alice):
    await imported(site, alice, workbook(ACME, BEE))
    before = await suppliers(alice)
    page = await imported(site, alice, csv(ACME, BEE), "export.csv")
    assert await suppliers(alice) == before
    assert (await upload_of(page))["changed"] == 0 and (await upload_of(page))["parent"] is None


# — keys that tell nothing —


async def test_a_forged_key_tells_nothing(site, alice, listed):
    before = await suppliers(alice)

    def forge(sheet):
        column = sheet.max_column
        sheet.cell(2, column).value = write_key(alice.organisation, RowKey(uuid4(), 0, 2))
        sheet.cell(4, column).value = "pl." + "A" * 36

    page = await send_back(site, alice, listed, forge)
    assert await suppliers(alice) == before
    assert (await noted(page))["row-key-unknown"] == [2, 4]
    shown = await alice.get(f"{page.url}?severity=mended")
    assert "The row’s hidden key is not of the file that was sent back" in shown.text


async def test_a_key_of_a_row_that_the_file_never_had_tells_nothing(site, alice, listed):
    def forge(sheet):
        sheet.cell(2, sheet.max_column).value = write_key(alice.organisation, RowKey(id_of(listed), 0, 99))

    page = await send_back(site, alice, listed, forge)
    assert (await noted(page))["row-key-unknown"] == [2] and (await upload_of(page))["changed"] == 0


async def test_another_firms_workbook_is_read_as_any_other_file(site, alice, charlie, listed):
    hers = await suppliers(alice)
    page = await imported(site, charlie, await annotated(alice, listed), "theirs.xlsx")
    his = await suppliers(charlie)
    assert set(his) == set(hers) and not {row["id"] for row in his.values()} & {row["id"] for row in hers.values()}
    upload = await upload_of(page)
    assert (upload["parent"], upload["added"]) == (None, 2)
    assert (await noted(page))["row-key-unknown"] == [2, 3, 4]
    assert await suppliers(alice) == hers and (await upload_of(listed))["rejected"] == 1


async def test_a_copied_row_with_another_name_is_another_supplier(site, alice, listed):
    """Whoever adds a supplier by copying a row copies its key too, above or below it."""
    before = await suppliers(alice)

    def copy(sheet):
        for source, target, name in ((2, 5, "Dee Ltd"), (4, 6, "Eff Ltd")):
            for cell in sheet[source]:
                sheet.cell(target, cell.column).value = cell.value
            sheet.cell(target, 1).value = name

    page = await send_back(site, alice, listed, copy)
    after = await suppliers(alice)
    assert {name: after[name] for name in before} == before and set(after) - set(before) == {"Dee Ltd", "Eff Ltd"}
    assert (await noted(page))["row-key-twice"] == [2, 4, 5, 6]


async def test_rows_without_their_keys_are_known_by_their_cells(site, alice):
    """Of two namesakes, a row without a number goes where it was, not to whichever comes first."""
    head = ["Supplier name", "UK company number", "Spend"]
    table = [["Acme", "", 1], ["Bee", "", 9], ["Acme", "01234567", 2], ["Acme", "07654321", 4], ["Acme", "", 8]]
    page = await imported(site, alice, xlsx(("S", [head, *table])))
    before = await rows("SELECT * FROM supplier ORDER BY id")
    assert len(before) == 3

    def lose_keys(sheet):
        for number in (2, 6):
            sheet.cell(number, sheet.max_column).value = None

    again = await send_back(site, alice, page, lose_keys)
    assert await rows("SELECT * FROM supplier ORDER BY id") == before
    assert (await upload_of(again))["parent"] == id_of(page)


async def test_of_rows_of_two_files_those_of_the_one_named_most_are_known(site, alice, listed):
    other = await imported(site, alice, workbook(BEE), "bee.xlsx")
    key = write_key(alice.organisation, RowKey(id_of(other), 0, 2))
    before = await suppliers(alice)

    def add(sheet):
        sheet.append([*BEE, "Taken", None, None, key])

    page = await send_back(site, alice, listed, add)
    assert await suppliers(alice) == before
    assert (await upload_of(page))["parent"] == id_of(listed) and (await noted(page))["row-key-unknown"] == [5]


async def test_a_sheet_may_be_renamed(site, alice, listed):
    before = await suppliers(alice)

    def rename(sheet):
        sheet.title = "Renamed"

    page = await send_back(site, alice, listed, rename)
    assert await suppliers(alice) == before and (await upload_of(page))["parent"] == id_of(listed)


async def test_an_emptied_row_is_no_row(site, alice, listed):
    def empty(sheet):
        for column in range(1, len(HEAD) + 1):
            sheet.cell(3, column).value = None

    page = await send_back(site, alice, listed, empty)
    assert (await upload_of(page))["rejected"] == 0 and "In your list, but not in this file0" in page.text


async def test_a_file_without_headings_comes_back_too(site, alice):
    page = await imported(
        site, alice, csv(*([f"Firm {n} Ltd", "x"] for n in range(5)), head=["Acme Ltd", "Tea"]), "n.csv"
    )
    before = await suppliers(alice)
    assert len(before) == 6
    again = await outlined(site, alice, await annotated(alice, page), "back.xlsx")
    assert [select.get("name") for select in again.document.xpath("//main//select")] == ["column-0-0", "column-0-1"]
    await again.submit(f"{again.url}/confirm")
    await site.work()
    assert await suppliers(alice) == before


# — a worker that dies —


async def contents_of(person, page) -> list:
    found = [
        await rows(
            f"SELECT {', '.join(SupplierFacts.__struct_fields__)}, rows_named, level FROM supplier "
            "WHERE organisation = {} ORDER BY name, company_number, country_of_supply",
            person.organisation,
        )
    ]
    for columns, table, order in (
        ("sheet, number, status, supplier_number, content, hash, settled, origin", "upload_row", "sheet, number"),
        ("severity, sheet, number, place, code, value", "upload_issue", "severity, sheet, number, place, code"),
        ("number, change, differences", "upload_supplier", "number"),
        ("accepted, rejected, suppliers, problems, added, changed", "upload", "id"),
    ):
        key = "id" if table == "upload" else "upload"
        found.append(await rows(f"SELECT {columns} FROM {table} WHERE {key} = {{}} ORDER BY {order}", id_of(page)))
    return found


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
async def test_a_worker_that_dies_over_a_correction_loses_and_doubles_nothing(
    site,
    alice,
    charlie,
    small_steps,  # noqa: F811
    committed,
):
    content, chance = long_list(1, 250), random.Random(2)

    def correct(sheet):
        for number in range(2, 200):
            if sheet.cell(number, 1).value in (None, "n/a"):
                sheet.cell(number, 1).value, sheet.cell(number, 2).value = f"Fixed {number} Ltd", None
                sheet.cell(number, 4).value, sheet.cell(number, 5).value = "India", 7
            elif chance.random() < 0.1:
                sheet.cell(number, 5).value = 4711

    first = {who.name: await imported(site, who, content) for who in (alice, charlie)}
    state = chance.getstate()
    done = await send_back(site, charlie, first["Charlie"], correct)
    chance.setstate(state)
    changed = edited(await annotated(alice, first["Alice"]), lambda book: correct(book.worksheets[0]))
    page = await outlined(site, alice, changed, "back.xlsx")
    page = await page.submit(f"{page.url}/confirm")
    job = await job_of(page, alice)
    deaths = 0
    while await run_dying(site, job, 0 if committed else 1, committed=committed):
        deaths += 1
    assert deaths > 6
    assert await contents_of(alice, page) == await contents_of(charlie, done)
    assert await contents_of(alice, first["Alice"]) == await contents_of(charlie, first["Charlie"])
    assert (await upload_of(first["Alice"]))["problems"].count("fixed-in-file") == 1


async def test_the_same_workbook_twice_is_one_upload(site, alice, listed):
    content = await annotated(alice, listed)
    one = await imported(site, alice, content, "back.xlsx")
    two = await send(alice, content, "again.xlsx")
    assert id_of(one) == id_of(two) and "You sent this file before" in two.text


async def test_keys_of_a_supplier_that_is_gone_add_it_again(site, alice, listed):
    content = await annotated(alice, listed)
    await write(partial(sql.rows, "DELETE FROM supplier WHERE name = 'Acme Ltd'"))
    await imported(site, alice, content, "back.xlsx")
    assert (await suppliers(alice))["Acme Ltd"]["spend"] == 100_000
