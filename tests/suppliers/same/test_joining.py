import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.facts import Told
from pledge.suppliers.same.joining import JoinedSupplier, Joiner, Known
from pledge.suppliers.same.needs import needs_countries
from pledge.suppliers.words.normalise import name_parts


def joined(*rows: dict):
    joiner = Joiner(JoinedSupplier)
    for number, fields in enumerate(rows, 2):
        joiner.add(row_of(number, **fields))
    return joiner.suppliers


def row_of(number: int, **fields) -> SupplierRow:
    key, form = name_parts(fields["name"])
    return SupplierRow(row=number, name_key=key, form=form, **fields)


def groups(*rows: dict) -> list[list[int]]:
    return [[row.row for row in supplier.rows] for supplier in joined(*rows)]


def test_payments_to_one_name_are_one_supplier() -> None:
    assert groups({"name": "Acme Ltd"}, {"name": "ACME LIMITED"}, {"name": "Acne Ltd"}) == [[2, 3], [4]]


def test_the_same_name_in_two_countries_is_two_suppliers() -> None:
    rows = [{"name": "Acme", "country_of_supply": code} for code in ("GB", "CN", None, "GB")]
    assert groups(*rows) == [[2, 5], [3], [4]]


def test_a_blank_country_belongs_to_the_only_namesake() -> None:
    assert groups(*[{"name": "Acme", "country_of_supply": code} for code in (None, "GB", None)]) == [[2, 3, 4]]


def test_the_same_company_number_is_one_supplier_when_the_names_are_not_unlike() -> None:
    numbered = [{"name": name, "company_number": "1"} for name in ("Acme", "Acme Trading")]
    assert groups(*numbered, {"name": "Acme Trading"}) == [[2, 3, 4]]


def test_two_company_numbers_are_two_suppliers_even_of_one_name() -> None:
    rows = [{"name": "Acme", "company_number": number} for number in ("1", "2", None, "2", "1", "3", None)]
    assert groups(*rows) == [[2, 6], [3, 5], [4, 8], [7]]


def test_a_number_found_later_belongs_to_the_name() -> None:
    later = [{"name": name, "company_number": "1"} for name in ("Acme", "Acme Trading")]
    assert groups({"name": "Acme"}, *later) == [[2, 3, 4]]


def test_one_number_does_not_make_one_of_two_quite_different_names() -> None:
    rows = [{"name": name, "company_number": "1"} for name in ("Bellholme Dyes", "Quickstep Laundry", "Bellholme Dye")]
    assert groups(*rows, {"name": "Quickstep Laundry"}) == [[2, 4], [3, 5]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"town": "Burnley"}, {"town": "Preston"}, {"town": "BURNLEY, Lancs"}], [[2, 4], [3]]),
        ([{"postcode": "BB11 1AA"}, {"postcode": "PR1 1AA"}, {"postcode": "BB11 1AA", "town": "x"}], [[2, 4], [3]]),
        ([{"email": "a@one.example"}, {"email": "b@two.example"}, {"email": "c@one.example"}], [[2, 4], [3]]),
        # what says nothing else goes to nobody in particular, but always to the same
        ([{"town": "Burnley"}, {"town": "Preston"}, {}, {"town": "Preston"}, {}], [[2], [3, 5], [4, 6]]),
        ([{}, {"town": "Burnley"}, {"town": "Preston"}, {}], [[2, 3, 5], [4]]),
        # a name that two suppliers have decides nothing, also not about a third
        ([{"town": "Burnley"}, {"town": "Preston"}, {}, {"town": "Leeds"}], [[2], [3], [4], [5]]),
        ([{"reference": "7"}, {"reference": "8"}], [[2, 3]]),
    ],
)
def test_the_very_same_name_is_one_supplier_unless_something_contradicts(rows, expected) -> None:
    assert groups(*[{"name": "Acme Ltd", **row} for row in rows]) == expected


@pytest.mark.parametrize(
    ("names", "more", "expected"),
    [
        (("Acme Ltd", "ACME LIMITED", "The Acme Ltd."), {}, [[2, 3, 4]]),
        (("Acme Ltd", "Acme"), {}, [[2], [3]]),
        (("Acme Ltd", "Acme PLC"), {"postcode": "BB11 1AA"}, [[2], [3]]),
        (("Acme Ltd", "Acme"), {"postcode": "BB11 1AA"}, [[2, 3]]),
        (("Acme Ltd", "Acme"), {"reference": "A7"}, [[2, 3]]),
        (("Acme Ltd", "Acme"), {"country_of_supply": "GB"}, [[2], [3]]),
    ],
)
def test_another_spelling_needs_a_second_fact(names, more, expected) -> None:
    assert groups(*[{"name": name, **more} for name in names]) == expected


A_ROW = st.fixed_dictionaries(
    {"name": st.sampled_from(["Acme Ltd", "Acme", "ACME LIMITED", "Acme PLC", "Bee"])},
    optional={
        "company_number": st.sampled_from(["00000001", "00000002"]),
        "country_of_supply": st.sampled_from(["GB", "CN"]),
        "town": st.sampled_from(["Burnley", "Burnly", "Preston"]),
        "postcode": st.sampled_from(["BB11 1AA", "PR1 1AA"]),
        "email": st.sampled_from(["a@one.example", "b@two.example", "invented@gmail.com"]),
        "reference": st.sampled_from(["1", "2"]),
    },
)


@given(st.lists(A_ROW, max_size=12))
def test_a_list_sent_again_names_the_same_suppliers(given_rows) -> None:
    """Whatever the rows say and in whichever order: what an earlier row said finds the supplier of that row."""
    rows = [row_of(number, **fields) for number, fields in enumerate(given_rows, 2)]
    joiner = Joiner(JoinedSupplier)
    first = [joiner.add(row) for row in rows]
    again, known = Joiner(Known), {}
    told = {supplier: told_of(supplier, joiner) for supplier in joiner.suppliers}
    for supplier in joiner.suppliers:
        known[supplier] = Known(told[supplier].facts())
        again.know(known[supplier])
    for supplier in joiner.suppliers:
        for _, mark in told[supplier].names:
            again.know_by(known[supplier], mark)
    assert [again.add(row) for row in rows] == [known[supplier] for supplier in first]


def told_of(supplier: JoinedSupplier, joiner: Joiner) -> Told:
    rows = [
        replace(row, company_number=None, disputed_number=row.company_number) if joiner.disputed(row, supplier) else row
        for row in supplier.rows
    ]
    told = Told(0, rows[0])
    for row in rows[1:]:
        told.take(row)
    return told


@given(st.lists(A_ROW, max_size=12), st.integers(0, 12))
def test_a_joiner_that_is_told_what_was_joined_goes_on_as_the_first_would(given_rows, at) -> None:
    rows = [row_of(number, **fields) for number, fields in enumerate(given_rows, 2)]
    joiner = Joiner(JoinedSupplier)
    first = [joiner.suppliers.index(joiner.add(row)) for row in rows]
    second, parties = Joiner(Known), {}
    for number, row in zip(first[:at], rows[:at], strict=True) if at <= len(rows) else ():
        if number in parties:
            second.add_to(parties[number], row)
        else:
            parties[number] = Known(row)
            second.know(parties[number])
    if at <= len(rows):
        for number, row in zip(first[at:], rows[at:], strict=True):
            assert parties.setdefault(number, found := second.add(row)) is found


def test_what_the_rows_say_is_put_together() -> None:
    (supplier,) = joined(
        {"name": "Acme Ltd", "spend": 100, "goods_or_service": "Bricks", "labour": "unknown", "on_site": False},
        {"name": "ACME LIMITED", "spend": -30, "labour": "employees", "on_site": True, "licence_number": "L1"},
        {"name": "Acme Ltd", "goods_or_service": "Sand", "sic_codes": ("23320",)},
        {"name": "Acme Ltd", "goods_or_service": "Bricks"},
    )
    facts = supplier.facts()
    assert (supplier.name, supplier.spend) == ("Acme Ltd", 70)
    assert facts.supplies == (Supply("Bricks"), Supply("Sand", (), ("23320",)))
    assert (facts.labour, facts.on_site, facts.subcontracts, facts.licensed) == ("employees", True, None, True)


def test_two_kinds_of_labour_are_mixed() -> None:
    (supplier,) = joined({"name": "Acme", "labour": "agency"}, {"name": "Acme", "labour": "employees"})
    assert supplier.facts().labour == "mixed"


def test_no_spend_is_not_nothing_spent() -> None:
    one, two = joined({"name": "Acme"}, {"name": "Bee", "spend": 0})
    assert (one.spend, two.spend) == (None, 0)


def test_a_list_without_countries_asks_for_the_ten_it_pays_most() -> None:
    suppliers = joined(
        *[{"name": f"Firm {n:02}", "spend": n * 100} for n in range(15)], {"name": "Firm 01", "spend": 9_999}
    )
    asked = needs_countries(suppliers, has_country_column=False)
    assert [supplier.name for supplier in asked] == ["Firm 01", *[f"Firm {n:02}" for n in range(14, 5, -1)]]
    assert needs_countries(suppliers, has_country_column=True) == []


def test_without_spend_it_asks_for_the_ten_that_come_most_often() -> None:
    suppliers = joined(*[{"name": name} for name in "cabbcccdefghijkl"])
    asked = needs_countries(suppliers, has_country_column=False)
    assert [supplier.name for supplier in asked] == list("cbadefghij")
