import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge.suppliers.rows.codes import CODES
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow
from pledge.suppliers.rows.validation import RowChecker

HEADINGS = tuple(field.title for field in FIELDS)
PLAN = SheetPlan(
    sheet=0,
    name="List",
    columns={index: field.name for index, field in enumerate(FIELDS)},
    first_data_row=2,
    header_row=1,
    headings=HEADINGS,
)
PLACE = {field.name: index for index, field in enumerate(FIELDS)}
GOOD = {
    "name": "Acme Ltd", "goods_or_service": "Bricks", "company_number": "01234567", "sic_code": "23320",
    "country_of_supply": "UK", "country_of_origin": "India", "spend": 12.5, "labour": "employees", "on_site": "no",
    "subcontracts": "no", "licence_number": "ABC-1", "town": "Nelson", "postcode": "BB9 5SR",
    "email": "office@example.co.uk", "website": "www.example.co.uk", "reference": "S1", "last_checked": "2026-03-01",
    "owner": "Pat",
}  # fmt: skip


def row(**changes):
    return [{**GOOD, **changes}[field.name] for field in FIELDS]


def check(*rows, plan=PLAN, first=2):
    return RowChecker(plan).check(first, list(rows))


def told(batch) -> list[tuple[str, str]]:
    return [(issue.cell, issue.code) for issue in batch.issues]


def at(field: str, number: int = 2) -> str:
    return f"{column_letter(PLACE[field])}{number}"


def test_a_good_row_becomes_a_supplier() -> None:
    batch = check(row())
    assert batch.issues == batch.rejected == []
    assert batch.accepted == [
        SupplierRow(
            row=2, name="Acme Ltd", name_key="acme", form="ltd", goods_or_service="Bricks", company_number="01234567",
            sic_codes=("23320",), country_of_supply="GB", countries_of_origin=("IN",), spend=1250, labour="employees",
            on_site=False, subcontracts=False, licence_number="ABC-1", town="Nelson", postcode="BB9 5SR",
            email="office@example.co.uk", website="www.example.co.uk", reference="S1",
            last_checked=datetime.date(2026, 3, 1), owner="Pat",
        )
    ]  # fmt: skip


def test_only_a_name_is_needed() -> None:
    (supplier,) = check(["Acme Ltd", *[""] * 17]).accepted
    assert supplier == SupplierRow(row=2, name="Acme Ltd", name_key="acme", form="ltd")


# What can be put into a cell → the code it must bring, and whether the row is rejected.
WRONG = {
    "name": [
        ("", "name-missing"), ("n/a", "name-placeholder"), ("REDACTED", "name-placeholder"),
        ("Third Party Supplier", "name-placeholder"), (12345.0, "name-no-letters"), ("2026-04-30", "name-no-letters"),
        ("x" * 201, "name-too-long"),
    ],
    "goods_or_service": [("x" * 1001, "text-too-long"), ("Caf\ufffd", "broken-characters")],
    "company_number": [
        ("123456789", "company-number-wrong"), ("none known", "company-number-wrong"), (45790.0, "leading-zeros"),
        ("ZZ123456", "company-number-prefix"),
    ],
    "sic_code": [("98765", "sic-unknown"), (1110.0, "sic-completed")],
    "country_of_supply": [("Narnia", "country-unknown"), ("Bangaldesh", "country-unknown"), ("EU", "country-several")],
    "country_of_origin": [("Narnia", "country-unknown"), ("various", "country-several")],
    "spend": [("a lot", "spend-wrong"), ("€5", "spend-currency"), ("under 5k", "spend-band")],
    "labour": [("robots", "labour-unclear")],
    "on_site": [("maybe", "yes-no-unclear")],
    "subcontracts": [("perhaps", "yes-no-unclear")],
    "postcode": [("Nelson", "postcode-wrong")],
    "email": [("office at example", "email-wrong")],
    "website": [("our site", "website-wrong")],
    "last_checked": [("soon", "date-unclear")],
    "town": [("Nel\u200bson", "hidden-characters"), ("#N/A", "cell-error"), (None, "formula-not-calculated")],
    "owner": [("#DIV/0!", "cell-error")],
    "reference": [("S\x001", "hidden-characters")],
}  # fmt: skip
CASES = [(field, value, code) for field, values in WRONG.items() for value, code in values]


@pytest.mark.parametrize(("field", "value", "code"), CASES)
def test_each_wrong_value_is_told_at_its_cell(field: str, value: object, code: str) -> None:
    batch = check(row(**{field: value}))
    assert told(batch) == [(at(field), code)]
    rejected = CODES[code].severity == "reject"
    assert (batch.rejected, len(batch.accepted)) == (([2], 0) if rejected else ([], 1))


def test_every_code_can_happen() -> None:
    elsewhere = {"company-number-abroad", "extra-cells", "sheet-cut", "total-row", "heading-again"}
    elsewhere |= {"left-out", "fixed-here", "fixed-in-file", "row-key-unknown", "row-key-twice"}  # of whole rows
    assert {code for _, _, code in CASES} | elsewhere == set(CODES)


def test_an_issue_is_told_in_words_with_what_to_do() -> None:
    (issue,) = check(row(country_of_supply="Bangaldesh")).issues
    assert (issue.sheet, issue.cell, issue.severity, issue.value) == ("List", "E2", "reject", "Bangaldesh")
    assert issue.message == "We do not know a country called “Bangaldesh”."
    assert issue.fix == "Did you mean Bangladesh? Write one country by its English name or two-letter code."


def test_all_issues_of_a_row_are_told_at_once_in_the_order_of_its_cells() -> None:
    batch = check(row(name="", company_number="1 2", country_of_supply="Narnia", spend="x", email="y"))
    assert told(batch) == [
        (at("name"), "name-missing"),
        (at("company_number"), "leading-zeros"),
        (at("country_of_supply"), "country-unknown"),
        (at("spend"), "spend-wrong"),
        (at("email"), "email-wrong"),
    ]


def test_an_error_in_place_of_a_name_rejects_the_row() -> None:
    batch = check(row(name="#N/A"), row(name=None))
    assert told(batch) == [
        ("A2", "cell-error"), ("A2", "name-missing"), ("A3", "formula-not-calculated"), ("A3", "name-missing"),
    ]  # fmt: skip
    assert batch.rejected == [2, 3]


def test_empty_rows_totals_and_headings_are_no_suppliers() -> None:
    blank = [""] * 18
    total = [*blank[:5], "Total", 99.0, *blank[7:]]
    count = [2.0, *blank[1:5], "Total", *blank[6:]]
    batch = check(row(), blank, [" ", *blank[1:]], list(HEADINGS), row(name="Grand total:"), total, [], row(), count)
    assert told(batch) == [("A5", "heading-again"), ("A6", "total-row"), ("F7", "total-row"), ("F10", "total-row")]
    assert [issue.value for issue in batch.issues[1:]] == ["Grand total:", "Total", "Total"]
    assert batch.rejected == []
    assert [supplier.row for supplier in batch.accepted] == [2, 9]


def test_a_supplier_called_like_its_heading_is_a_supplier() -> None:
    plan = SheetPlan(0, "List", {0: "name", 1: "town"}, 2, 1, ("Firm", "Town"))
    assert check(["Firm", "Nelson"], plan=plan).accepted[0].name == "Firm"


def test_a_total_in_the_name_of_a_firm_is_a_firm() -> None:
    assert check(row(name="Total Produce Ltd")).accepted[0].name == "Total Produce Ltd"


def test_suppliers_abroad_need_no_uk_number_or_postcode() -> None:
    batch = check(row(country_of_supply="Germany", company_number="HRB 12345678", postcode="10115 "))
    assert told(batch) == [("C2", "company-number-abroad")]
    assert (batch.accepted[0].company_number, batch.accepted[0].postcode) == (None, "10115")


def test_cells_that_slipped_to_the_right_are_told_in_text_files_only() -> None:
    plan = SheetPlan(0, "List", {0: "name", 1: "town"}, 2, 1, ("Name", "Town"), text_file=True)
    rows = [["Acme", " Ltd", "Nelson"], ["Bee Ltd", "Colne", "", ""]]
    assert told(check(*rows, plan=plan)) == [("C2", "extra-cells")]
    book = SheetPlan(0, "List", {0: "name", 1: "town"}, 2, 1, ("Name", "Town"))
    assert told(check(*rows, plan=book)) == []


def test_rows_above_the_data_are_passed_over_and_rows_may_come_in_pieces() -> None:
    checker = RowChecker(PLAN)
    first = checker.check(1, [list(HEADINGS), row(), row(spend="x")])
    second = checker.check(4, [row(name="Bee Ltd")])
    assert [supplier.row for supplier in first.accepted + second.accepted] == [2, 4]
    assert first.rejected == [3]
    assert checker.check(4, [row(name="Bee Ltd")]) == second, "a batch may be checked again"


def test_headings_below_the_data_are_not_a_row() -> None:
    plan = SheetPlan(0, "List", {0: "name", 1: "town"}, 1, 3, ("Name", "Town"))
    batch = check(["Acme Ltd", "x"], ["Bee Ltd", "y"], ["Name", "Town"], plan=plan, first=1)
    assert (len(batch.accepted), batch.issues) == (2, [])


names = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz é&'-", min_size=3, max_size=30).filter(
    lambda name: sum(map(str.isalpha, name)) > 2
)
good_rows = st.builds(
    lambda name, spend, number: row(name=f"{name} Ltd", spend=spend / 100, company_number=f"{number:08}"),
    names, st.integers(-(10**9), 10**9), st.integers(1, 99_999_999),
)  # fmt: skip
injected = st.dictionaries(
    st.tuples(st.integers(0, 19), st.sampled_from(sorted(WRONG))), st.integers(0, 20), max_size=25
)


@given(st.lists(good_rows, min_size=20, max_size=20), injected)
def test_the_cells_told_are_exactly_the_cells_made_wrong(rows, wrong) -> None:
    expected = set()
    rejected = set()
    for (number, field), choice in wrong.items():
        value, code = WRONG[field][choice % len(WRONG[field])]
        rows[number][PLACE[field]] = value
        expected.add((at(field, number + 2), code))
        if CODES[code].severity == "reject":
            rejected.add(number + 2)
    batch = check(*rows)
    assert set(told(batch)) == expected
    assert len(batch.issues) == len(expected)
    assert set(batch.rejected) == rejected
    assert {supplier.row for supplier in batch.accepted} == set(range(2, 22)) - rejected
