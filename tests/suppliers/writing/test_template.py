import io

import pytest
from openpyxl import Workbook, load_workbook
from tests.support.workbooks import saved

from pledge.cells import safe_cell, set_value
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.rows.codes import CODES
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.words.choices import LABOUR, parse_labour
from pledge.suppliers.words.countries import country_names
from pledge.suppliers.writing.template import SHEET, template_workbook

FILLED = {
    "Supplier name": "Acme Ltd", "What they supply": "Bricks", "UK company number": "01234567", "SIC code": "23320",
    "Country they supply from": "United Kingdom", "Country made or grown": "India", "Spend in a year (£)": 1250.5,
    "Whose workers": "employees", "Work on your site": "no", "Passes work on": "no", "Licence number": "A1",
    "Town": "Nelson", "Postcode": "BB9 5SR", "E-mail": "office@example.co.uk", "Website": "www.example.co.uk",
    "Your code for them": "007", "Last checked": "01/03/2026", "Your contact person": "Pat",
}  # fmt: skip


@pytest.fixture(scope="module")
def template() -> Workbook:
    return load_workbook(io.BytesIO(template_workbook()))


def test_the_first_sheet_has_our_columns_and_nothing_else(template) -> None:
    sheet = template[SHEET]
    assert template.sheetnames[0] == SHEET
    assert [cell.value for cell in sheet[1]] == [field.title for field in FIELDS]
    assert sheet.max_row == 1


def test_lists_to_choose_from_hold_what_we_understand(template) -> None:
    sheet = template[SHEET]
    ranges = {str(one.sqref).split(":")[0].rstrip("2"): one.formula1 for one in sheet.data_validations.dataValidation}
    letters = {field.name: sheet.cell(1, column).column_letter for column, field in enumerate(FIELDS, 1)}
    assert {f"{letters['labour']}2:{letters['labour']}1048576"} <= {
        str(one.sqref) for one in sheet.data_validations.dataValidation
    }
    assert len(ranges) == 3
    columns = [[cell.value for cell in column if cell.value] for column in template["Lists"].columns]
    assert columns == [list(LABOUR), ["yes", "no"], sorted(country_names().values(), key=str.casefold)]
    assert all(parse_labour(choice) == (choice, None) for choice in columns[0])
    assert template["Lists"].sheet_state == "hidden"


def test_columns_with_leading_zeros_are_text(template) -> None:
    sheet = template[SHEET]
    for column, field in enumerate(FIELDS, 1):
        letter = sheet.cell(1, column).column_letter
        if field.name in ("company_number", "sic_code", "postcode", "reference"):
            assert sheet.column_dimensions[letter].number_format == "@"


def test_it_explains_every_column_and_lists_every_code(template) -> None:
    explained = [row[1].value for row in template["How to fill this in"].iter_rows(min_row=2)]
    assert [field.meaning for field in FIELDS] == explained[: len(FIELDS)]
    codes = [row[0].value for row in template["What we may tell you"].iter_rows(min_row=2)]
    assert codes == list(CODES)


def test_no_cell_is_a_formula(template) -> None:
    for sheet in template:
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type == "f"]


def test_the_empty_template_is_refused_and_only_its_first_sheet_is_a_list(run_check) -> None:
    with pytest.raises(FileRefused) as refused:
        run_check(template_workbook(), "template.xlsx")
    assert refused.value.code == "no-suppliers"


def test_a_filled_template_is_taken_without_an_issue(run_check, template) -> None:
    book = load_workbook(io.BytesIO(template_workbook()))
    book[SHEET].append([FILLED[field.title] for field in FIELDS])
    result = run_check(saved(book), "template.xlsx")
    assert (result.rows, result.accepted, result.issues) == (1, 1, [])
    assert list(result.sheets[0].columns.values()) == [field.name for field in FIELDS]
    assert [sheet.name for sheet in result.sheets] == [SHEET]


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 1282", "-x", "@sum", "\t=1", '=HYPERLINK("x")', "a\x00b\x0b", "x" * 40_000]
)
def test_text_is_never_written_as_a_formula(text: str) -> None:
    book = Workbook()
    set_value(book.active["A1"], text)
    book.active.append([safe_cell(book.active, text), safe_cell(book.active, 5), safe_cell(book.active, None)])
    read = load_workbook(io.BytesIO(saved(book))).active
    for cell in (read["A1"], read["A2"]):
        assert cell.data_type == "s"
        assert cell.value == text.replace("\x00", "").replace("\x0b", "")[:32_767]
    assert read["B2"].value == 5
