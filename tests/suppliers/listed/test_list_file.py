"""The list as a file to keep: all that is known, nothing that a spreadsheet would run; and an import reads it."""

import csv
import io

import msgspec
from openpyxl import load_workbook
from tests.suppliers import sending
from tests.suppliers.sending import ACME, BEE, HEAD, LIST, imported, suppliers, workbook
from tests.support.cast import colleague

from pledge.suppliers.listed import list_file
from pledge.suppliers.listed.rating import facts_of
from pledge.suppliers.rows.fields import FIELDS

NASTY = ["=HYPERLINK(A1) Ltd", "@SUM(1)", "UK", 3, "employees"]


def sheet(content: bytes):
    return load_workbook(io.BytesIO(content)).active


async def test_both_files_have_every_supplier_the_greatest_risk_first(site, alice):
    await imported(site, alice, sending.csv(*LIST, NASTY), "list.csv")
    answer = await alice.get("/suppliers/list.xlsx")
    assert answer.response.headers["content-disposition"].startswith('attachment; filename="Suppliers.xlsx"')
    rows = [[cell.value for cell in row] for row in sheet(answer.response.content).iter_rows()]
    assert tuple(rows[0]) == list_file.HEADINGS
    assert rows[1][0] == "Acme Ltd" and rows[1][18] == "High" and "goods list" in rows[1][19] and rows[1][20]
    assert {row[0] for row in rows[1:]} == set(await suppliers(alice))
    assert rows[1][6] == 1000
    text = (await alice.get("/suppliers/list.csv")).response.content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert tuple(lines[0]) == list_file.HEADINGS and lines[1][0] == "Acme Ltd" and len(lines) == 5


async def test_no_cell_is_a_formula(site, alice):
    await imported(site, alice, sending.csv(*LIST, NASTY), "list.csv")
    found = [
        cell for row in sheet((await alice.get("/suppliers/list.xlsx")).response.content).iter_rows() for cell in row
    ]
    assert not [cell for cell in found if cell.data_type == "f"]
    (name,) = [cell for cell in found if cell.value == NASTY[0]]
    assert name.data_type == "s" and name.quotePrefix
    assert "'=HYPERLINK" in (await alice.get("/suppliers/list.csv")).html


FULL_HEAD = [field.title for field in FIELDS]
FULL = [
    "Eff Timber Ltd", "Timber, doors and frames", "01234567", "16230, 46730", "Trinidad and Tobago",
    "Trinidad and Tobago, Ghana", 12.5, "mixed", "yes", "no", "GLA/1", "Preston", "PR1 6WP", "office@eff.example.org",
    "www.eff.example.org", "007", "2026-11-01", "Alice",
]  # fmt: skip


async def test_what_was_kept_can_be_sent_again_and_changes_nothing(site, alice):
    await imported(site, alice, workbook(*LIST, ["Dee Ltd", "", "", "", ""]))
    await imported(site, alice, workbook(FULL, head=FULL_HEAD), "full.xlsx")
    before = {name: facts_of(row) for name, row in (await suppliers(alice)).items()}
    assert None not in msgspec.structs.astuple(before["Eff Timber Ltd"])
    for kind in ("xlsx", "csv"):
        content = (await alice.get(f"/suppliers/list.{kind}")).response.content
        page = await imported(site, alice, content, f"kept.{kind}")
        assert "As before" in page.text
        assert {name: facts_of(row) for name, row in (await suppliers(alice)).items()} == before


async def test_several_goods_stand_in_one_cell_and_are_rated_as_before(site, alice):
    """Which goods come from which country cannot be said in one line."""
    head = ["Supplier name", "What they supply", "Country made or grown"]
    await imported(site, alice, sending.csv(["Acme", "Cotton", "China"], ["Acme", "Legal fees", "UK"], head=head))
    before = (await suppliers(alice))["Acme"]["level"]
    content = (await alice.get("/suppliers/list.csv")).response.content
    await imported(site, alice, content, "kept.csv")
    after = (await suppliers(alice))["Acme"]
    assert facts_of(after).goods == ("Cotton; Legal fees",) and after["level"] == before == "high"


async def test_a_long_list_is_whole_and_in_order(site, alice, monkeypatch):
    monkeypatch.setattr(list_file, "_AT_ONCE", 7)
    given = [[f"Firm {number % 5} {number}", "Legal fees", "UK", number % 4, "employees"] for number in range(40)]
    await imported(site, alice, workbook(ACME, BEE, *given, head=HEAD))
    lines = list(
        csv.reader(io.StringIO((await alice.get("/suppliers/list.csv")).response.content.decode("utf-8-sig")))
    )[1:]
    assert len(lines) == len({line[0] for line in lines}) == 42
    low = [float(line[6]) for line in lines if line[18] == "Low"]
    assert low == sorted(low, reverse=True)


async def test_a_process_that_fails_is_said_and_leaves_nothing(site, alice, monkeypatch):
    await imported(site, alice, workbook(*LIST))
    monkeypatch.setattr(list_file, "LENGTH", list_file.LENGTH.__class__(">Q"))
    answer = await alice.get("/suppliers/list.xlsx")
    assert answer.status == 503 and "Try again in a minute" in answer.text


async def test_a_viewer_may_and_another_firm_gets_its_own(site, alice, charlie):
    await imported(site, alice, workbook(*LIST))
    vera = await colleague(site, "Vera", alice, "viewer")
    assert "Acme Ltd" in (await vera.get("/suppliers/list.csv")).html
    assert "Acme Ltd" not in (await charlie.get("/suppliers/list.csv")).html
