"""The annotated workbook: what is in it, and that it changes nothing when it comes back as it went out."""

import datetime
import io
import itertools
import subprocess
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.suppliers.sending import (
    ACME,
    BEE,
    HEAD,
    annotated,
    csv,
    id_of,
    imported,
    outlined,
    rows,
    suppliers,
    workbook,
)
from tests.support.cast import colleague
from tests.support.workbooks import xlsx

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.limits import Limit
from pledge.suppliers.files import clearing, receiving
from pledge.suppliers.importing import annotating
from pledge.suppliers.rows.codes import CODES
from pledge.suppliers.rows.row_keys import HEADINGS, KEY, RowKey, read_key
from pledge.suppliers.writing import file_making
from pledge.web import file_turns

BAD = ["", "Bricks", "Narnia", "x1", "robots"]


def cells(content: bytes, sheet: int = 0) -> list[list]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(values_only=True)]


async def test_the_columns_stay_as_they_are_and_ours_stand_beside_them(site, alice):
    day = datetime.datetime(2026, 3, 4)  # noqa: DTZ001 - a day, as openpyxl gives it
    head = [*HEAD, "Last checked", "Notes"]
    given_rows = [
        [*ACME, day, "+44 is text"],
        [*BAD, None, True],
        ["Dee Ltd", "Tea", "UK", "£5 to £7", None, None, "@x"],
    ]
    page = await imported(site, alice, workbook(*given_rows, head=head))
    content = await annotated(alice, page)
    found = cells(content)
    assert found[0] == [*head, *HEADINGS]
    assert [row[: len(head)] for row in found[1:]] == [
        [*ACME, day, "+44 is text"], [None, *BAD[1:], None, True], given_rows[2],
    ]  # fmt: skip
    assert [row[7] for row in found[1:]] == ["Taken", "Not taken", "Taken"]
    assert found[2][8] == (
        "Supplier name: This row has no supplier name.\nCountry: We do not know a country called “Narnia”.\n"
        "Spend: “x1” is not an amount of money.\n"
        "Labour: We cannot tell from “robots” whose workers do the work, so we count it as unknown."
    )
    assert "Write the supplier’s name in this cell" in found[2][9] and found[1][8] is None
    assert "We read “£5 to £7” as £6.00." in found[3][8]
    assert [read_key(alice.organisation, row[10]) for row in found[1:]] == [
        RowKey(id_of(page), 0, n) for n in (2, 3, 4)
    ]


async def test_no_cell_is_a_formula_and_the_key_is_hidden(site, alice):
    evil = ["=HYPERLINK(1)", "+1", "-2", "@SUM(A1)", "\t=1"]
    page = await imported(site, alice, csv(evil, BAD, head=HEAD), "=evil.csv")
    sheet, codes = load_workbook(io.BytesIO(await annotated(alice, page))).worksheets
    assert all(cell.data_type != "f" for row in [*sheet.iter_rows(), *codes.iter_rows()] for cell in row)
    assert [cell.value for cell in sheet[2]][:4] == ["=HYPERLINK(1)", "+1", "-2", "@SUM(A1)"]
    assert sheet["A2"].quotePrefix and sheet["B2"].quotePrefix
    hidden = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    assert [sheet[f"{letter}1"].value for letter in hidden] == [KEY]
    assert sheet.auto_filter.ref == "A1:I3" and sheet.freeze_panes == "A2"


async def test_the_second_sheet_lists_every_code(site, alice):
    page = await imported(site, alice, workbook(ACME))
    content = await annotated(alice, page)
    assert load_workbook(io.BytesIO(content)).sheetnames == ["Suppliers", "Codes"]
    assert {row[0] for row in cells(content, 1)[1:]} == set(CODES)


async def test_every_chosen_sheet_is_there_with_titles_and_two_rows_of_headings(site, alice):
    title = [["Suppliers of 2026"], [], ["Supplier", None, "Spend"], ["Name", "Country", None], ["Acme", "UK", 5]]
    page = await imported(
        site, alice, xlsx(("One", title), ("Two", [HEAD, ACME, ["Total", None, None, 7]]), ("Other", [["x"]]))
    )
    content = await annotated(alice, page)
    assert load_workbook(io.BytesIO(content)).sheetnames == ["One", "Two", "Codes"]
    one = cells(content)
    assert one[0][0] == "Suppliers of 2026" and one[3][3:] == list(HEADINGS) and one[4][3] == "Taken"
    assert [row[5] for row in cells(content, 1)] == ["Status", "Taken", "Left out"]


async def test_a_text_file_comes_back_as_a_workbook_of_texts(site, alice):
    page = await imported(site, alice, b"Supplier name,Company number\nAcme,01234567\nBee,x,extra\n", "l.csv")
    found = cells(await annotated(alice, page))
    assert found[1][:4] == ["Acme", "01234567", None, "Taken"] and found[2][:4] == ["Bee", "x", "extra", "Not taken"]


async def test_a_viewer_may_have_it_and_another_firm_may_not(site, alice, charlie):
    page = await imported(site, alice, workbook(ACME))
    viewer = await colleague(site, "Vera", alice, "viewer")
    assert (await viewer.get(f"{page.url}/annotated.xlsx")).status == 200
    assert (await charlie.get(f"{page.url}/annotated.xlsx")).status == 404
    waiting = await outlined(site, alice, csv(BEE))
    assert (await alice.get(f"{waiting.url}/annotated.xlsx")).status == 409


async def test_when_the_bytes_are_gone_it_says_so(site, alice):
    page = await imported(site, alice, workbook(ACME, BAD))
    long_ago = clock.now() - datetime.timedelta(days=31)
    await write(partial(sql.rows, "UPDATE upload SET uploaded = {}", long_ago))
    await clearing.prune()
    answer = await alice.get(f"{page.url}/annotated.xlsx")
    assert answer.status == 409 and "after 30 days" in answer.text
    assert "annotated.xlsx" not in (await alice.get(page.url)).html


async def test_only_so_many_wait_for_one(site, alice, monkeypatch):
    page = await imported(site, alice, workbook(ACME))
    monkeypatch.setattr(file_turns, "WAITING", 0)
    answer = await alice.get(f"{page.url}/annotated.xlsx")
    assert answer.status == 503 and "Try again in a minute" in answer.text
    assert answer.response.headers["retry-after"] == "60"


async def test_what_cannot_be_written_is_a_plain_page(site, alice, monkeypatch):
    page = await imported(site, alice, workbook(ACME))
    monkeypatch.setattr(annotating.limits, "ANNOTATING_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(file_making, "Popen", lambda _, **options: subprocess.Popen(["sleep", "60"], **options))
    answer = await alice.get(f"{page.url}/annotated.xlsx")
    assert answer.status == 503 and "Something went wrong on our side" in answer.text


# — sent back —


async def state(person) -> dict[str, dict]:
    """The whole list, with the revision and the time of every supplier."""
    return await suppliers(person)


NAMES = st.sampled_from(
    ["Acme Ltd", "ACME LIMITED", "Bee", "Cee & Co", "+Dee", "Eff\u200b GmbH", "Total", "", "n/a", "Gee plc"]
)
ROW = st.tuples(
    NAMES,
    st.sampled_from(["Cotton", "Bricks", "", "#N/A", " x  y ", "a\nb"]),
    st.sampled_from(["UK", "China", "Narnia", "", "Trinidad and Tobago", "EU"]),
    st.one_of(st.sampled_from(["", "£5 to £9", "much", "€4", True]), st.integers(-5, 10**6), st.floats(-1e6, 1e6)),
    st.sampled_from(["", "robots", "agency", "employees"]),
    st.sampled_from(["", "1234567", 7654321, "SC1234", "x9"]),
    st.one_of(st.just(""), st.dates(datetime.date(1899, 1, 1), datetime.date(2040, 1, 1)), st.just("soon")),
).map(list)
FILES = st.tuples(st.lists(ROW, min_size=1, max_size=12), st.booleans(), st.integers(0, 3))
_counted = itertools.count()


@pytest.fixture
def many_files(monkeypatch):
    monkeypatch.setattr(receiving, "FILES", Limit("supplier-files", hits=10**6, seconds=3600))


async def nothing_changes(site, alice, file) -> None:
    given_rows, as_text, blank_rows = file
    head = [*HEAD, "Company number", "Last checked"]
    unique = [f"Firm {next(_counted)}", *[""] * 6]  # every example is another file
    table = [head, unique, *given_rows, *[[]] * blank_rows, ["Last Ltd", "", "", "", "", "", ""]]
    if as_text:
        lines = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in table)
        page = await imported(site, alice, "\r\n".join(lines).encode(), "l.csv")
    else:
        page = await imported(site, alice, xlsx(("Suppliers", table)))
    before = await rows("SELECT * FROM supplier WHERE organisation = {} ORDER BY id", alice.organisation)
    first = await rows("SELECT accepted, rejected, problems FROM upload WHERE id = {}", id_of(page))
    again = await imported(site, alice, await annotated(alice, page), "back.xlsx")
    assert await rows("SELECT * FROM supplier WHERE organisation = {} ORDER BY id", alice.organisation) == before
    (second,) = await rows("SELECT * FROM upload WHERE id = {}", id_of(again))
    assert (second["added"], second["changed"], second["parent"]) == (0, 0, id_of(page))
    assert [{name: second[name] for name in ("accepted", "rejected", "problems")}] == first


SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, suppress_health_check=SUPPRESSED)
@given(file=FILES)
async def test_sent_back_as_it_is_it_changes_nothing(site, alice, many_files, file):
    await nothing_changes(site, alice, file)


@pytest.mark.soak
@settings(max_examples=300, suppress_health_check=SUPPRESSED)
@given(file=FILES)
async def test_sent_back_as_they_are_many_files_change_nothing(site, alice, many_files, file):
    await nothing_changes(site, alice, file)
