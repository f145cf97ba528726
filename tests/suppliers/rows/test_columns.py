import pytest

from pledge.suppliers.rows.columns import column_letter, missing_required, propose
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.rows.headers import Header, find_header, fingerprint, header_from

DATA = [["Acme Ltd", "Cleaning", 12.5], ["Bee Ltd", "Bricks", 3.0], ["Cee Ltd", "Legal fees", 7.0]]


def fields(headings, rows=(), **more) -> dict[str, str | None]:
    return {column.letter: column.field for column in propose(headings, rows, **more) if column.field}


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Supplier spend April 2026"]],
        [["Our suppliers", "", ""], [], ["Printed on", "2026-04-01", ""]],
        [[""]] * 28,
    ],
)
def test_headings_are_found_below_titles_and_empty_rows(above) -> None:
    rows = [*above, ["Supplier Name", "Category", "Amount"], *DATA]
    number = len(above) + 1
    assert find_header(rows) == Header(number, number, ("Supplier Name", "Category", "Amount"))


def test_headings_below_row_30_are_not_looked_for() -> None:
    assert find_header([*[["note"]] * 30, ["Supplier Name", "Category", "Amount"], *DATA]) is None


def test_two_rows_of_headings_are_joined_when_that_says_more() -> None:
    rows = [["Supplier", "Address", "", "Spend"], ["", "Town", "Postcode", ""], ["Acme Ltd", "Nelson", "BB9 5SR", 5.0]]
    header = find_header(rows, merged=[(1, 2, 1, 3)])
    assert (header.first_row, header.row) == (1, 2)
    assert fields(header.headings) == {"A": "name", "B": "town", "C": "postcode", "D": "spend"}


def test_a_group_above_the_headings_does_not_hide_them() -> None:
    rows = [["Supplier", "", "Contract", ""], ["Name", "Town", "Value", "Owner"], ["Acme Ltd", "Nelson", 5.0, "Pat"]]
    header = find_header(rows, merged=[(1, 1, 1, 2), (1, 3, 1, 4)])
    assert header.row == 2
    assert fields(header.headings) == {"A": "name", "B": "town", "C": "spend", "D": "owner"}


def test_rows_without_headings_have_none() -> None:
    assert find_header([["Acme Ltd", "Services", "Nelson"], ["Bee Ltd", "Bricks", "Colne"]]) is None
    assert find_header([["Acme Ltd", "03/04/2025", "4,072.51"]] * 5) is None
    assert find_header([]) is None


def test_a_last_row_of_headings_is_recognised() -> None:
    assert header_from(["Department Area", "Name:  ", "", "Amount Paid"], 405).row == 405
    assert header_from(["Acme Ltd", "Nelson", "12.00"], 405) is None


def test_every_field_is_found_by_its_own_name_and_its_title() -> None:
    for names in ([field.name for field in FIELDS], [field.title for field in FIELDS]):
        found = fields(names)
        assert list(found.values()) == [field.name for field in FIELDS]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("* SUPPLIER FINAL", "name"), ("Name:  ", "name"), ("Vendor", "name"), ("Supplier Name *", "name"),
        ("Net Amount(£)", "spend"), ("Sum of Invoice Nett Amount", "spend"), ("Amount (inc. VAT)", "spend"),
        ("* Expenditure Category", "goods_or_service"), ("Co. No.", "company_number"), ("CRN", "company_number"),
        ("Made in", "country_of_origin"), ("Country of Origin", "country_of_origin"), ("COUNTRY", "country_of_supply"),
        ("Post Code", "postcode"), ("e-mail", "email"), ("Supplier nmae", "name"), ("Postcodes", "postcode"),
    ],
)  # fmt: skip
def test_headings_from_real_files_are_known(heading: str, field: str) -> None:
    assert fields(["Zzz", heading]) == {"B": field}


@pytest.mark.parametrize(
    "heading", ["County", "Contact Name", "Payment Date", "Invoice No", "VAT number", "Line", "Address"]
)
def test_headings_of_other_things_are_left_alone(heading: str) -> None:
    assert fields([heading]) == {}


def test_headings_of_accounts_packages_are_known() -> None:
    xero = ["*ContactName", "AccountNumber", "EmailAddress", "FirstName", "POCity", "POPostalCode", "POCountry"]
    assert list(fields(xero).values()) == ["name", "reference", "email", "town", "postcode", "country_of_supply"]
    sage = ["A/C", "Name", "Address 1", "Town", "County", "Postcode", "Country", "Turnover YTD", "VAT Reg No."]
    assert list(fields(sage).values()) == ["reference", "name", "town", "postcode", "country_of_supply", "spend"]


def test_of_two_columns_for_one_field_the_better_heading_wins() -> None:
    assert fields(["Description", "Account Detail", "Name", "Supplier"]) == {"B": "goods_or_service", "D": "name"}


def test_values_speak_where_headings_do_not() -> None:
    rows = [
        ["Acme Ltd", "BB1 1AA", "a@example.com", "UK", "x"],
        ["Bee plc", "BB2 2BB", "b@example.com", "China", "y"],
    ] * 3
    assert fields(["F1", "F2", "F3", "F4", "F5"], rows) == {
        "A": "name", "B": "postcode", "C": "email", "D": "country_of_supply",
    }  # fmt: skip


def test_without_any_headings_numbers_and_amounts_speak_too() -> None:
    rows = [["Acme Ltd", "01234567", "4,072.51", "1"], ["Bee plc", "SC123456", "12.00", "2"]] * 3
    assert fields([], rows) == {"A": "name", "B": "company_number", "C": "spend"}


def test_values_that_contradict_a_heading_win() -> None:
    assert fields(["Supplier", "Supplier Name"], [[float(n), f"Firm {n} Ltd"] for n in range(8)]) == {"B": "name"}
    assert fields(["Name", "Spend"], [["Acme Ltd", "High"], ["Bee Ltd", "Low"]] * 4) == {"A": "name"}


def test_a_saved_choice_wins() -> None:
    assert fields(["Name", "Town"], saved={1: "name"}) == {"B": "name"}


def test_five_different_values_of_each_column_are_shown() -> None:
    (column,) = propose(["Name"], [[name] for name in "aabbccddeeffgg"])
    assert column.samples == ("a", "b", "c", "d", "e")


def test_a_fingerprint_is_the_same_for_the_same_headings_and_no_others() -> None:
    assert fingerprint(["Supplier", "* Spend "]) == fingerprint(["SUPPLIER", "spend", ""])
    assert fingerprint(["Supplier", "Spend"]) != fingerprint(["Spend", "Supplier"])


def test_columns_have_excels_letters() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_list_needs_names() -> None:
    assert missing_required(propose(["Town"], [])) == ["name"]
    assert missing_required(propose(["Supplier"], [])) == []
