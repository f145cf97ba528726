"""A row on its page: what we read is written so that it is read as the same again."""

import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pledge.suppliers.rows import row_texts
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow
from pledge.suppliers.words.choices import LABOUR
from pledge.suppliers.words.countries import country_list, country_names, parse_countries
from pledge.suppliers.words.normalise import name_parts
from pledge.suppliers.words.sic import sic_names

PLAN = SheetPlan(0, "List", {place: field.name for place, field in enumerate(FIELDS)}, first_data_row=2)
CODES = sorted(country_names())
ROW = st.builds(
    SupplierRow,
    row=st.just(7),
    name=st.sampled_from(["Acme Ltd", "Total", "Supplier & Söhne"]),
    name_key=st.just(""),
    goods_or_service=st.sampled_from([None, "Cotton; tea"]),
    company_number=st.sampled_from([None, "01234567", "SC001234", "IP12345R"]),
    sic_codes=st.lists(st.sampled_from(sorted(sic_names())), max_size=3, unique=True).map(tuple),
    country_of_supply=st.none() | st.sampled_from(CODES),
    countries_of_origin=st.lists(st.sampled_from(CODES), max_size=3, unique=True).map(tuple),
    spend=st.none() | st.integers(-(10**12), 10**12),
    labour=st.none() | st.sampled_from(LABOUR),
    on_site=st.none() | st.booleans(),
    subcontracts=st.none() | st.booleans(),
    postcode=st.sampled_from([None, "BB11 3DF"]),
    last_checked=st.none() | st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)),
)


@given(ROW)
def test_what_was_read_is_read_again_from_its_own_words(row: SupplierRow) -> None:
    key, form = name_parts(row.name)
    row = replace(row, name_key=key, form=form)
    again, issues = row_texts.check(PLAN, 7, row_texts.of_row(PLAN, row, {}))
    assert (again, issues) == (row, [])


def test_what_was_not_taken_stands_as_the_file_has_it() -> None:
    row = SupplierRow(7, "Acme", "acme", spend=500)
    texts = row_texts.of_row(PLAN, row, {"labour": "robots", "spend": "€5"})
    assert (texts["labour"], texts["spend"]) == ("robots", "5")


def test_of_a_rejected_row_the_cells_are_shown_as_a_person_sees_them() -> None:
    texts = row_texts.of_cells(PLAN, ["", "x", 1234567.0, None])
    assert (texts["name"], texts["company_number"], texts["sic_code"], texts["owner"]) == ("", "1234567", "", "")


def test_a_member_may_say_that_a_total_is_a_supplier() -> None:
    row, issues = row_texts.check(PLAN, 7, {"name": "Total", "spend": "5"})
    assert row is not None and row.name == "Total" and not issues
    row, issues = row_texts.check(PLAN, 7, {})
    assert row is None and [issue.code for issue in issues] == ["name-missing"]


def test_any_countries_are_written_so_that_they_are_read_again() -> None:
    for one in CODES:
        assert parse_countries(country_list([one])) == ((one,), None)
        for other in ("GB", "CN", "TT", "BA"):
            if one != other:
                assert parse_countries(country_list([one, other])) == ((one, other), None)
