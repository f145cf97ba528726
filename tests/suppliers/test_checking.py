import io
import random

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.support.workbooks import saved, xlsx

from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.rows.planning import outline

HEAD = ["Supplier name", "What they supply", "Country", "Spend", "Labour"]
FIRMS = [
    ["Acme Ltd", "Legal fees", "UK", 100.0, "employees"],
    ["Bee Ltd", "Bricks", "India", 50.0, ""],
    ["ACME LIMITED", "Legal fees", "United Kingdom", 25.5, "employees"],
]


def test_a_workbook_is_checked_as_it_would_be_proposed(run_check) -> None:
    result = run_check(xlsx(("List", [HEAD, *FIRMS]), ("Notes", [["Remember"], ["the milk"]])), "my list.xlsx")
    assert (result.file, result.format, result.encoding) == ("my list.xlsx", "xlsx", None)
    (sheet,) = result.sheets
    assert (sheet.name, sheet.rows, sheet.header_row) == ("List", 3, 1)
    assert sheet.columns == {
        "A": "name", "B": "goods_or_service", "C": "country_of_supply", "D": "spend", "E": "labour",
    }  # fmt: skip
    assert [(left_out.name, left_out.reason) for left_out in result.left_out] == [("Notes", "no-name-column")]
    assert (result.rows, result.accepted, result.rejected, result.warnings, result.issues) == (3, 3, 0, 0, [])
    assert result.suppliers == 2
    assert result.risk == {"high": 1, "medium": 0, "low": 1, "unknown": 0}


def test_every_sheet_with_suppliers_is_checked_though_headings_drift(run_check) -> None:
    april = [["Expenditure Category", "Total Invoice Amount", "SUPPLIER"], ["Cleaning", 5.0, "Acme Ltd"]]
    may = [
        ["* SUPPLIER FINAL", "* Expenditure Category", "Column1"],
        ["Bee Ltd", "Courier", "x"],
        ["ACME LIMITED", "Audit", ""],
    ]
    result = run_check(xlsx(("Apr", april), ("May", may), ("Lists", april), Lists="hidden"), "year.xlsx")
    assert [(sheet.name, sheet.rows) for sheet in result.sheets] == [("Apr", 1), ("May", 2)]
    assert result.sheets[1].columns == {"A": "name", "B": "goods_or_service"}
    assert [(left_out.name, left_out.reason) for left_out in result.left_out] == [("Lists", "hidden")]
    assert result.suppliers == 2
    assert result.ask_countries == ["Acme Ltd", "Bee Ltd"]


def test_issues_name_the_sheet_and_the_cell_as_excel_does(run_check) -> None:
    rows = [["Suppliers 2026"], [], HEAD, *FIRMS, ["", "Bricks", "Narnia", "x1", "robots"]]
    result = run_check(xlsx(("List", rows)), "list.xlsx")
    assert [(issue.sheet, issue.cell, issue.code) for issue in result.issues] == [
        ("List", "A7", "name-missing"), ("List", "C7", "country-unknown"), ("List", "D7", "spend-wrong"),
        ("List", "E7", "labour-unclear"),
    ]  # fmt: skip
    assert (result.rows, result.accepted, result.rejected, result.warnings) == (4, 3, 1, 1)


def test_a_text_file_is_a_sheet_named_like_the_file(run_check) -> None:
    result = run_check("Name\tAmount(£)\nAcme\t£5\n".encode("cp1252"), "spend.txt")
    assert (result.format, result.encoding, result.sheets[0].name) == ("tsv", "cp1252", "spend")


@pytest.mark.parametrize("count", [12, 29, 30, 100, 130, 300])
def test_headings_at_the_very_end_of_a_sorted_file_are_found(run_check, count) -> None:
    rows = [f"Dept {n % 7},Firm {n:03} Ltd,{n}.50" for n in range(count)]
    result = run_check("\n".join([*rows, "Department Area,Name:  ,Amount Paid"]), "sorted.csv")
    assert (result.sheets[0].header_row, result.rows, result.suppliers, result.issues) == (count + 1, count, count, [])


def test_a_list_without_any_headings_is_read_by_its_values(run_check) -> None:
    result = run_check("Acme Ltd,12.50\nBee plc,3.00\nCee Ltd,9.10\n")
    assert (result.sheets[0].header_row, result.sheets[0].columns) == (None, {"A": "name", "B": "spend"})
    assert result.rows == 3


def test_an_old_xls_and_its_twin_give_the_same_result(run_check) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    for at, row in enumerate([HEAD, *FIRMS, ["", "", "Narnia", "", ""]]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    data = io.BytesIO()
    book.save(data)
    old = run_check(data.getvalue(), "a.xls")
    new = run_check(xlsx(("List", [HEAD, *FIRMS, ["", "", "Narnia", "", ""]])), "a.xls")
    assert (old.issues, old.rows, old.suppliers, old.risk) == (new.issues, new.rows, new.suppliers, new.risk)


def test_errors_and_formulas_are_told_at_their_cells(run_check) -> None:
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(["Acme Ltd", "Bricks", "#N/A", "=1+1", ""])
    book.active["C2"].data_type = "e"
    result = run_check(saved(book), "list.xlsx")
    assert [(issue.cell, issue.code, issue.value) for issue in result.issues] == [
        ("C2", "cell-error", "#N/A"), ("D2", "formula-not-calculated", ""),
    ]  # fmt: skip
    assert result.accepted == 1


def test_more_below_many_empty_rows_is_told(run_check) -> None:
    result = run_check(xlsx(("List", [HEAD, *FIRMS, *[[None]] * 1500, FIRMS[0]])), "list.xlsx")
    assert [(issue.cell, issue.code) for issue in result.issues] == [("A4", "sheet-cut")]
    assert result.rows == 3


@pytest.mark.parametrize("row", [100_000, 1_048_576])  # the last one of a sheet
def test_what_stands_far_below_is_told_too(run_check, row) -> None:
    book = Workbook()
    for line in (HEAD, *FIRMS):
        book.active.append(line)
    book.active.cell(row, 1, "Far Below Ltd")
    result = run_check(saved(book), "list.xlsx")
    assert [(issue.cell, issue.code) for issue in result.issues] == [("A4", "sheet-cut")]


def test_lines_without_end_are_not_taken_for_nothing(run_check) -> None:
    lines = b"Supplier,Country\nAcme Ltd,UK\n" + b",\n" * 1_060_000 + b"Far Below Ltd,UK\n"
    assert [issue.code for issue in run_check(lines, "list.csv").issues] == ["sheet-cut"]


def test_a_list_with_countries_asks_for_none(run_check) -> None:
    assert run_check("Name,Made in\nAcme,\n").ask_countries == []


def test_rows_far_down_are_checked_like_the_first(run_check) -> None:
    rows = [f"Firm {number} Ltd,UK" for number in range(2, 5002)]
    for number in (1, 130, 131, 1000, 4321):
        rows[number - 2] = f"Firm {number} Ltd,Narnia" if number > 1 else rows[0]
    result = run_check("\n".join(["Name,Country", *rows]))
    assert [issue.cell for issue in result.issues] == ["B130", "B131", "B1000", "B4321"]
    assert (result.rows, result.rejected) == (5000, 4)


def test_outline_offers_every_sheet_with_its_columns(tmp_path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx(("List", [HEAD, *FIRMS]), ("Old", [HEAD, *FIRMS]), Old="hidden"))
    with path.open("rb") as file:
        sheets = outline(file, "xlsx")
        assert [(sheet.info.name, sheet.info.hidden) for sheet in sheets] == [("List", False), ("Old", True)]
        assert [column.samples for column in sheets[0].columns][:2] == [
            ("Acme Ltd", "Bee Ltd", "ACME LIMITED"), ("Legal fees", "Bricks"),
        ]  # fmt: skip
        remembered = {sheets[0].fingerprint: {1: "name"}}
        again = outline(file, "xlsx", saved=remembered.get)
    assert dict(again[0].plan.columns) == {1: "name"}
    assert again[0].columns[1].how == "saved"


texts = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ éßøÉ&'()-./;:,\"=+@", min_size=3, max_size=25).map(str.strip)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(texts.map(lambda text: f"Ab{text} Ltd"), texts, st.integers(0, 10**9)), min_size=3, max_size=30),
    st.sampled_from(["xlsx", "csv", "semicolon", "xls"]),
)
def test_what_is_written_is_read_again(tmp_path_factory, read_rows, rows, kind) -> None:
    table = [["Supplier name", "Town", "Spend"], *[[name, town, pence / 100] for name, town, pence in rows]]
    if kind == "xlsx":
        book = Workbook()
        for at, row in enumerate(table, 1):
            for column, value in enumerate(row, 1):
                cell = book.active.cell(at, column, value)
                cell.data_type = "s" if isinstance(value, str) else "n"
        content = saved(book)
    elif kind == "xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("S")
        for at, row in enumerate(table):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
        data = io.BytesIO()
        old.save(data)
        content = data.getvalue()
    else:
        import csv

        file = io.StringIO()
        csv.writer(file, delimiter=";" if kind == "semicolon" else ",").writerows(table)
        content = file.getvalue().encode()
    (read,) = read_rows(content).values()
    if kind in ("csv", "semicolon"):
        table = [[str(cell) for cell in row] for row in table]
    assert [list(row) for row in read] == table


def test_a_cut_file_never_ends_in_anything_but_a_result_or_a_refusal(run_check) -> None:
    chance = random.Random(7)
    content = xlsx(("List", [HEAD, *FIRMS]))
    for _ in range(25):
        broken = bytearray(content[: chance.randrange(1, len(content))] if chance.random() < 0.3 else content)
        for _ in range(chance.randrange(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            assert run_check(bytes(broken), "list.xlsx").rows >= 0
        except FileRefused as refused:
            assert refused.message
