from pledge.suppliers.joining import JoinedSupplier, Joiner
from pledge.suppliers.needs import needs_countries
from pledge.suppliers.normalise import name_key
from pledge.suppliers.risk import Supply
from pledge.suppliers.supplier_rows import SupplierRow


def joined(*rows: dict):
    joiner = Joiner(JoinedSupplier)
    for number, given in enumerate(rows, 2):
        joiner.add(SupplierRow(row=number, name_key=name_key(given["name"]), **given))
    return joiner.suppliers


def groups(*rows: dict) -> list[list[int]]:
    return [[row.row for row in supplier.rows] for supplier in joined(*rows)]


def test_payments_to_one_name_are_one_supplier() -> None:
    assert groups({"name": "Acme Ltd"}, {"name": "ACME LIMITED"}, {"name": "Acne Ltd"}) == [[2, 3], [4]]


def test_the_same_name_in_two_countries_is_two_suppliers() -> None:
    rows = [{"name": "Acme", "country_of_supply": code} for code in ("GB", "CN", None, "GB")]
    assert groups(*rows) == [[2, 5], [3], [4]]


def test_the_same_company_number_is_one_supplier_whatever_its_name() -> None:
    numbered = [{"name": name, "company_number": "1"} for name in ("Acme", "Acme Trading")]
    assert groups(*numbered, {"name": "Acme Trading"}) == [[2, 3, 4]]


def test_two_company_numbers_are_two_suppliers_even_of_one_name() -> None:
    rows = [{"name": "Acme", "company_number": number} for number in ("1", "2", None, "2", "1", "3")]
    assert groups(*rows) == [[2, 4, 6], [3, 5], [7]]


def test_a_number_found_later_belongs_to_the_name() -> None:
    later = [{"name": name, "company_number": "1"} for name in ("Acme", "Bee")]
    assert groups({"name": "Acme"}, *later) == [[2, 3, 4]]


def test_what_the_rows_say_is_put_together() -> None:
    (supplier,) = joined(
        {"name": "Acme Ltd", "spend": 100, "goods_or_service": "Bricks", "labour": "unknown", "on_site": False},
        {"name": "ACME", "spend": -30, "labour": "employees", "on_site": True, "licence_number": "L1"},
        {"name": "Acme", "goods_or_service": "Sand", "sic_codes": ("23320",)},
        {"name": "Acme", "goods_or_service": "Bricks"},
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
