"""Saying what the columns of a file are: what is proposed, what is asked, what is remembered."""

from functools import partial
from uuid import UUID

import pytest
from tests.suppliers.sending import (
    ACME,
    BEE,
    HEAD,
    LIST,
    confirmed,
    csv,
    id_of,
    imported,
    outlined,
    rows,
    send,
    states,
    suppliers,
    workbook,
)  # fmt: skip
from tests.support.cast import colleague
from tests.support.log import logged_as
from tests.support.workbooks import xlsx

from pledge.database.unit import write
from pledge.suppliers.files import proposing
from pledge.suppliers.files.states import confirm

YEAR = [(month, [HEAD, [f"{month} Ltd", "Bricks", "UK", 1, ""]]) for month in ("April", "May", "June")]


def choices(page) -> dict[str, str]:
    """Column field → what is chosen."""
    fields = page.fields(f"{page.url.partition('?')[0].removesuffix('/confirm')}/confirm")
    return {name: found[0] for name, found in fields.items() if name.startswith("column-")}


async def test_every_column_is_shown_with_samples_and_what_it_is(site, alice):
    page = await outlined(site, alice, workbook(*LIST))
    assert choices(page) == {
        "column-0-0": "name", "column-0-1": "goods_or_service", "column-0-2": "country_of_supply",
        "column-0-3": "spend", "column-0-4": "labour",
    }  # fmt: skip
    assert "Acme Ltd · Bee Legal LLP · Cee Cleaning Ltd" in page.text and "Headings in row 1" in page.text


async def test_a_year_of_sheets_under_the_same_headings_is_confirmed_once(site, alice):
    page = await outlined(site, alice, xlsx(*YEAR))
    assert "Read these sheets, which have the same headings" in page.text and len(choices(page)) == 5
    page = await page.submit(f"{page.url}/confirm", **{"sheets-0": ["0", "2"]})
    await site.work()
    assert set(await suppliers(alice)) == {"April Ltd", "June Ltd"}


async def test_hidden_sheets_are_listed_but_off_and_empty_ones_left_out(site, alice):
    content = xlsx(("Now", [HEAD, ACME]), ("Old", [HEAD, BEE]), ("Empty", []), Old="hidden")
    page = await outlined(site, alice, content)
    assert "Hidden in your file" in page.text and "“Empty”: It is empty." in page.text
    fields = page.fields(f"{page.url}/confirm")
    assert fields["sheets-0"] == ["0"]
    await page.submit(f"{page.url}/confirm", **{"sheets-0": ["0", "1"]})
    await site.work()
    assert set(await suppliers(alice)) == {"Acme Ltd", "Bee Legal LLP"}


async def test_a_sheet_without_names_is_off_with_the_reason_and_can_be_chosen_all_the_same(site, alice):
    notes = ("Notes", [["What", "Amount"], ["Acme Builders", 5], ["Dee Roofing", 6]])
    page = await outlined(site, alice, xlsx(("List", [HEAD, ACME]), notes))
    assert "We found no column with supplier names" in page.text
    assert "sheets-1" not in page.fields(f"{page.url}/confirm")
    page = await page.submit(f"{page.url}/confirm", **{"sheets-1": "1", "column-1-0": "name", "column-1-1": "spend"})
    await site.work()
    assert set(await suppliers(alice)) == {"Acme Ltd", "Acme Builders", "Dee Roofing"}


async def test_all_problems_are_told_at_once_and_what_was_chosen_is_kept(site, alice):
    other = ("Other", [["Vendor", "Net"], ["Dee Ltd", 5]])
    page = await outlined(site, alice, xlsx(("List", [HEAD, ACME]), other))
    changes = {"column-0-1": "spend", "column-0-0": "", "column-1-0": "", "column-1-1": "made-up"}
    page = await page.submit(f"{page.url}/confirm", **changes)
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors == [
        "Sheet “List”: “Spend in a year (£)” is chosen for two columns. Choose it once.",
        "Sheet “List”: Say which column has the names of your suppliers",
        "“What is column B, Net, in Other?” has an answer that is not on the page. Choose one of those that are.",
        "Sheet “Other”: Say which column has the names of your suppliers",
    ]
    anchors = {link.get("href") for link in page.document.xpath("//*[contains(@class,'error-summary')]//a")}
    assert all(page.document.xpath(f"//*[@id='{anchor[1:]}']") for anchor in anchors)
    assert choices(page)["column-0-1"] == "spend" and choices(page)["column-0-0"] == ""
    assert await states(alice) == ["outlined"]


async def test_no_sheet_at_all_is_a_problem(site, alice):
    page = await outlined(site, alice, xlsx(*YEAR))
    page = await page.submit(f"{page.url}/confirm", **{"sheets-0": None})
    assert page.status == 422 and page.errors == ["Choose at least one sheet with suppliers"]


async def test_problems_of_a_sheet_that_is_not_read_do_not_matter(site, alice):
    other = ("Other", [["Vendor", "Net"], ["Dee Ltd", 5]])
    page = await outlined(site, alice, xlsx(("List", [HEAD, ACME]), other))
    page = await page.submit(f"{page.url}/confirm", **{"sheets-1": None, "column-1-0": ""})
    assert page.status == 200 and await states(alice) == ["confirmed"]


@pytest.mark.parametrize("name", ["column-0-99", "column-7-0", "sheets-9", "column-x", "sheets-"])
async def test_columns_and_sheets_that_do_not_exist_are_refused(site, alice, name):
    page = await outlined(site, alice, workbook(*LIST))
    page = await page.submit(f"{page.url}/confirm", **{name: "name"})
    assert page.status == 422 and "did not fit the file" in page.errors[0] and await states(alice) == ["outlined"]


async def test_a_form_of_another_organisation_confirms_nothing(site, alice, charlie):
    page = await outlined(site, alice, workbook(*LIST))
    hers = page.fields(f"{page.url}/confirm")
    assert (await charlie.post(f"{page.url}/confirm", hers)).status == 409
    assert await states(alice) == ["outlined"]


async def test_what_a_colleague_confirmed_meanwhile_stands(site, alice, bob):
    hers = await outlined(site, alice, workbook(*LIST))
    his = await bob.get(hers.url)
    await his.submit(f"{hers.url}/confirm", **{"column-0-3": ""})
    page = await hers.submit(f"{hers.url}/confirm")
    assert page.status == 200 and page.url == hers.url
    await site.work()
    assert (await suppliers(alice))["Acme Ltd"]["spend"] is None


async def test_confirming_twice_imports_once(site, alice):
    page = await outlined(site, alice, workbook(*LIST))
    await page.submit(f"{page.url}/confirm")
    await page.submit(f"{page.url}/confirm")
    assert len(await rows("SELECT id FROM job WHERE kind = 'suppliers.import'")) == 1
    upload = UUID(page.url.rpartition("/")[2])
    plan = await rows("SELECT plan FROM upload")
    assert not await write(partial(confirm, alice.scope, upload, "[]"))  # a colleague at the same moment
    assert await rows("SELECT plan FROM upload") == plan


async def test_a_column_left_out_is_not_taken_and_that_is_remembered_for_these_headings(site, alice, bob, charlie):
    await imported(site, alice, workbook(*LIST), **{"column-0-4": ""})
    assert (await suppliers(alice))["Acme Ltd"]["labour"] is None
    page = await outlined(site, bob, workbook(["Dee", "Bricks", "UK", 1, "agency"]))
    assert choices(page)["column-0-4"] == "" and choices(page)["column-0-0"] == "name"
    page = await outlined(site, charlie, workbook(*LIST))
    assert choices(page)["column-0-4"] == "labour", "another firm decides for itself"


async def test_the_newest_choice_for_a_header_counts(site, alice):
    head = ["Who", "Thing A", "Thing B"]
    first = workbook(["Acme Ltd", "x", "y"], ["Bee Ltd", "x", "y"], head=head)
    await imported(site, alice, first, **{"column-0-0": "name", "column-0-1": "town"})
    await imported(site, alice, csv(["Dee Ltd", "x", "y"], head=head), "b.csv", **{"column-0-1": "reference"})
    page = await outlined(site, alice, csv(["Eff Ltd", "x", "y"], head=head), "c.csv")
    assert choices(page) == {"column-0-0": "name", "column-0-1": "reference", "column-0-2": ""}


async def test_lists_without_headings_are_shown_by_their_values_and_not_remembered(site, alice):
    content = b"Acme Ltd,12.50\nBee plc,3.00\nCee Ltd,9.10\n"
    page = await outlined(site, alice, content, "bare.csv")
    assert "We found no headings" in page.text and choices(page)["column-0-0"] == "name"
    await page.submit(f"{page.url}/confirm")
    assert not await rows("SELECT * FROM saved_columns")


async def test_two_sheets_without_headings_are_asked_apart(site, alice):
    one = ("One", [["Acme Ltd", 12.5], ["Bee plc", 3.25], ["Cee Ltd", 9.75]])
    two = ("Two", [[12.5, "Dee Ltd"], [3.25, "Eff plc"], [9.75, "Gee Ltd"]])
    page = await outlined(site, alice, xlsx(one, two))
    assert choices(page)["column-0-0"] == "name" and choices(page)["column-1-1"] == "name"


async def test_headings_below_their_data_are_found_and_the_data_read(site, alice):
    data = [f"Firm {number:02} Ltd,x,UK,{number}" for number in range(40)]
    content = "\r\n".join([*data, "Supplier name,What,Country,Amount"]).encode()
    page = await imported(site, alice, content, "sorted.csv")
    assert "40 suppliers from 40 rows" in page.text


async def test_more_columns_than_one_form_carries_are_left_out_with_the_reason(site, alice, monkeypatch):
    monkeypatch.setattr(proposing, "COLUMNS_ON_PAGE", 6)
    wide = ("Wide", [["Vendor", "b", "c", "d"], ["Dee Ltd", 1, 2, 3]])
    page = await outlined(site, alice, xlsx(("List", [HEAD, ACME]), wide))
    assert "“Wide”: There are too many different columns for one page" in page.text
    assert "sheets-1" not in page.html
    assert (await page.submit(f"{page.url}/confirm", **{"sheets-1": "1"})).status == 422
    assert (await page.submit(f"{page.url}/confirm", **{"sheets-0": ["0", "1"]})).status == 422


async def test_the_largest_form_there_can_be_is_one_that_can_be_sent(site, alice):
    sheets = [
        (f"S{n}", [["Supplier name", *[f"{n} {column}" for column in range(60)]], [f"Firm {n} Ltd", *"x" * 60]])
        for n in range(20)
    ]
    page = await outlined(site, alice, xlsx(*sheets))
    assert page.html.count("<select") <= 400
    page = await page.submit(f"{page.url}/confirm")
    assert page.status == 200 and await states(alice) == ["confirmed"]


async def test_names_of_sheets_and_columns_are_shown_as_text(site, alice):
    head = ["Supplier name", "<b>What</b>", "\u202eback\u202c"]
    page = await outlined(site, alice, xlsx(("<i>S", [head, ["Acme <script>", "a", "b"]])))
    assert "<b>What" not in page.html and "<script>alert" not in page.html and "&lt;b&gt;What" in page.html


async def test_the_page_of_a_confirmed_file_says_that_one_may_leave(site, alice):
    page = await confirmed(site, alice, workbook(*LIST))
    assert "You can leave this page" in page.text and page.response.headers["refresh"] == "3"


async def test_what_is_stored_of_a_choice_names_who_made_it(site, alice, bob):
    page = await outlined(site, alice, workbook(*LIST))
    page = await (await bob.get(page.url)).submit(f"{page.url}/confirm")
    (found,) = await rows("SELECT confirmed_by FROM upload WHERE id = {}", id_of(page))
    assert found["confirmed_by"] == bob.id
    audited = await rows("SELECT action, person FROM audit_entry WHERE action LIKE 'upload.%' ORDER BY at")
    assert [(row["action"], row["person"]) for row in audited] == [
        ("upload.received", await logged_as(alice.id)), ("upload.confirmed", await logged_as(bob.id)),
    ]  # fmt: skip


async def test_a_viewer_sees_the_proposal_and_a_page_for_it_alone(site, alice):
    page = await send(alice, workbook(*LIST))
    await site.work()
    viewer = await colleague(site, "Vera", alice, "viewer")
    page = await viewer.get(page.url)
    assert "Check the columns" in page.text and "<button" not in page.html.partition("<main")[2].partition("</main")[0]
