import io
import zipfile
from datetime import timedelta

from openpyxl import load_workbook
from tests.events.making import NOW

from pledge.events.running.attendee_file import HEAD, workbook
from pledge.events.running.organising import Attendee

FORMULAS = ("=1+1", "+1", "-2+3", "@SUM(A1)", '=HYPERLINK("https://evil.example.org")', "\t=1", "007", "1e5", "TRUE")


def test_every_cell_is_a_text_whatever_it_looks_like():
    came = NOW + timedelta(hours=1)
    content = workbook([Attendee(text, text, text, NOW, came if text == "007" else None) for text in FORMULAS])
    sheet = load_workbook(io.BytesIO(content))["Attendees"]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(HEAD)
    assert [row[0].value for row in rows[1:]] == list(FORMULAS)
    assert {cell.data_type for row in rows for cell in row} == {"s"}
    assert rows[1][3].value == "21 November 2026 at midday" and rows[1][4].value == "Not checked in"
    assert [row[0].value for row in rows if row[4].value == "21 November 2026 at 1pm"] == ["007"]


def test_the_file_itself_has_no_formula_and_no_link():
    archive = zipfile.ZipFile(io.BytesIO(workbook([Attendee(text, "", "", NOW) for text in FORMULAS])))
    xml = "".join(archive.read(name).decode() for name in archive.namelist() if "worksheets" in name)
    assert "<f>" not in xml and "hyperlink" not in xml.lower().replace("hyperlink(", "")


def test_an_empty_list_is_a_sheet_with_its_head():
    sheet = load_workbook(io.BytesIO(workbook([])))["Attendees"]
    assert [cell.value for cell in sheet[1]] == ["Name", "Organisation", "Booked by", "Booked", "Checked in"]
    assert sheet.max_row == 1


def test_a_long_text_wraps_in_its_cell():
    sheet = load_workbook(io.BytesIO(workbook([Attendee("W" * 200, "Acme Ltd", "Bea", NOW)])))["Attendees"]
    assert [cell.value for cell in sheet[2]] == [
        "W" * 200,
        "Acme Ltd",
        "Bea",
        "21 November 2026 at midday",
        "Not checked in",
    ]
    assert [cell.alignment.wrap_text for cell in sheet[2]] == [True] * 5
    assert sheet.column_dimensions["A"].width == 32
