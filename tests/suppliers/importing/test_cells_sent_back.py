"""A row that was put right here is known again when our copy of its file comes back, whatever its cells hold."""

import datetime
import io

import pytest
import xlwt
from tests.suppliers.importing.test_fixing import row_address
from tests.suppliers.sending import ACME, CEE, HEAD, annotated, id_of, imported, rows, suppliers, workbook

# What our copy of a file holds as it was, and what it cannot hold.
IN_A_WORKBOOK = {
    "a formula without a value": ["=A1&B1", "Bricks", "UK", 5, ""],
    "formulas beside the name": ["", "=A1", "UK", "=1+1", "=A1"],
    "errors": ["#REF!", "#N/A", "UK", "#DIV/0!", ""],
    "days and truth values": ["", datetime.date(2026, 3, 4), True, datetime.date(1899, 5, 1), False],
    "times": ["", datetime.datetime(2026, 3, 4, 13, 37, 11), datetime.time(9, 30), datetime.timedelta(hours=30), ""],  # noqa: DTZ001 - as Excel has it
    "text like our own marks": ["", "_x0041_", "=A1&B1 ", " a\nb ", "'+1"],
}


def old_workbook(*given: list) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suppliers")
    for number, row in enumerate(given):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def text_file(*given: list) -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in given).encode()


FILES = {
    **{kind: ("list.xlsx", workbook(ACME, row, CEE)) for kind, row in IN_A_WORKBOOK.items()},
    "whole numbers": ("list.xls", old_workbook(HEAD, ACME, ["", "Bricks", "UK", 5, ""], CEE)),
    "controls": ("list.csv", text_file(HEAD, ACME, ["\x01", "Br\x02icks", "UK", 5, "\ufffe"], CEE)),
}


@pytest.mark.parametrize("kind", FILES)
async def test_a_row_put_right_here_stays_so_when_the_file_comes_back(site, alice, kind):
    name, content = FILES[kind]
    page = await imported(site, alice, content, name)
    row = row_address(page, "0-3")
    fixed = await (await alice.get(row)).submit(
        row, name="Dee Ltd", goods_or_service="Bricks", country_of_supply="UK", spend="5", labour=""
    )
    assert "Every row was taken" in fixed.text
    before = await suppliers(alice)
    again = await imported(site, alice, await annotated(alice, page), "back.xlsx")
    assert "Every row was taken" in again.text and "In your list, but not in this file0" in again.text
    assert await suppliers(alice) == before and "Dee Ltd" in before
    (noted,) = await rows("SELECT number FROM upload_issue WHERE upload = {} AND code = 'fixed-here'", id_of(again))
    assert noted["number"] == 3
    shown = await alice.get(row_address(again, "0-3"))
    assert "not in your list yet" not in shown.text
