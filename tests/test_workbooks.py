"""Workbooks written row by row: they hold what was given, they are what Excel expects, and never hold a formula."""

import datetime
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from pledge.workbooks import Column, Workbook, sheet_title

DAY = datetime.date(2026, 11, 21)


def written(*rows, **looks) -> bytes:
    file = io.BytesIO()
    with Workbook(file) as book, book.sheet("Suppliers", **looks) as sheet:
        for number, row in enumerate(rows, 1):
            sheet.row(number, row)
    return file.getvalue()


def read(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "value",
    [
        "Acme & Söhne <Ltd>", " two  spaces ", "a\r\nb\tc", "_x0041_", "=1+1", "#N/A", "0123", 1.5, -0.001,
        12345678901234567.0,
        True, False, DAY, datetime.datetime(2026, 11, 21, 9, 30, 5), datetime.time(9, 30), datetime.timedelta(hours=30),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_values_come_back_as_they_went_in(value) -> None:
    assert read(written(["x", value])) == [["x", value]]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a\0b\x0bc", "abc"), ("x" * 32_768, "x" * 32_767), (float("nan"), "nan"), (float("inf"), "inf"),
        (datetime.date(1066, 10, 14), "1066-10-14"), ("\ud800", "?"), (None, ""), ("", ""), (7, 7.0),
    ],
)  # fmt: skip
def test_what_a_workbook_cannot_hold_becomes_text_that_it_can(value, found) -> None:
    assert read(written(["x", value, "y"])) == [["x", found, "y"]]


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_text_makes_a_workbook_without_a_formula(rows) -> None:
    book = load_workbook(io.BytesIO(written(*rows)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert all(isinstance(cell.value, str) for cell in cells if cell.data_type == "s")


def test_sheets_look_as_they_were_asked_to() -> None:
    file = io.BytesIO()
    with Workbook(file) as book:
        looks = {"columns": [Column(3, 20, True), Column(1, 12)], "frozen": 2, "merged": ["A1:B1"], "filtered": "A2:C9"}
        with book.sheet("It's one", **looks) as sheet:
            sheet.row(1, ["a", "b"], {0: "heading"})
            sheet.row(9, ["=x"], {0: "bad"})
        with book.sheet("Two") as sheet:
            sheet.row(1, ["+1"])
    one, two = load_workbook(file).worksheets
    assert (one.freeze_panes, one.auto_filter.ref, str(one.merged_cells.ranges)) == (
        "A3",
        "A2:C9",
        "{<MergedCellRange A1:B1>}",
    )
    assert one.column_dimensions["C"].hidden and one.column_dimensions["A"].width == 12
    assert one["A1"].font.bold and one["A9"].fill.fgColor.rgb == "FFF6D7D2" and one.max_row == 9
    assert two["A1"].quotePrefix


@pytest.mark.parametrize(
    ("name", "taken", "title"),
    [
        ("Suppliers", [], "Suppliers"), ("a/b:c?[d]*\\", [], "a b c  d"), ("", [], "Sheet"), ("'x'", [], "x"),
        ("Suppliers", ["SUPPLIERS"], "Suppliers 2"), ("x" * 40, [], "x" * 31), ("x" * 40, ["x" * 31], "x" * 27 + " 2"),
    ],
)  # fmt: skip
def test_a_sheet_has_a_name_that_is_allowed(name, taken, title) -> None:
    assert sheet_title(name, taken) == title
