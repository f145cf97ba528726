import datetime

from hypothesis import given
from hypothesis import strategies as st

from pledge.suppliers.listed.editing import Edit, edited
from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.facts import SupplierFacts, Told, rated, updated
from pledge.suppliers.words.normalise import name_parts


def told(*rows: dict) -> Told:
    made = [
        SupplierRow(
            row=number,
            name_key=name_parts(given.get("name", "Acme"))[0],
            form=name_parts(given.get("name", "Acme"))[1],
            **{"name": "Acme", **given},
        )
        for number, given in enumerate(rows, 2)
    ]
    found = Told(0, made[0])
    for row in made[1:]:
        found.take(row)
    return found


def facts(*rows: dict) -> SupplierFacts:
    return told(*rows).facts()


def test_of_several_rows_the_first_that_says_something_counts() -> None:
    found = facts(
        {"town": None, "spend": 100, "email": None},
        {"town": "Burnley", "spend": 50, "email": "a@example.org", "last_checked": datetime.date(2026, 1, 2)},
        {"town": "Nelson", "last_checked": datetime.date(2025, 1, 2), "labour": "unknown"},
    )
    assert (found.town, found.spend, found.email) == ("Burnley", 150, "a@example.org")
    assert found.last_checked == datetime.date(2026, 1, 2) and found.labour is None


def test_one_row_and_the_same_row_twice_say_the_same_but_for_the_money() -> None:
    row = {"goods_or_service": "Bricks", "country_of_supply": "IN", "spend": 5, "town": "Pune", "labour": "agency"}
    once, twice = facts(row), facts(row, row)
    assert twice.spend == 10 and (once.supplies, once.town, once.labour) == (twice.supplies, twice.town, twice.labour)


def test_memory_for_one_supplier_is_bounded() -> None:
    many = told(*[{"goods_or_service": f"Thing {number}", "spend": 1} for number in range(1_500)])
    assert (many.rows, many.spend, len(many.facts().supplies)) == (1_500, 1_500, 200)
    assert len(many._different) == 1_000


def test_names_are_kept_with_all_that_rows_say_of_who_they_are() -> None:
    acme = {"name": "Acme Ltd", "country_of_supply": "GB"}
    found = told(acme, {"name": "Acme Trading"}, {**acme, "goods_or_service": "Sand"}, {**acme, "town": "Colne"})
    assert list(found.names) == [
        ("acme", "acme ltd|GB||||"), ("acme trading", "acme trading|||||"), ("acme", "acme ltd|GB|||colne|"),
    ]  # fmt: skip


def test_a_newer_file_wins_where_it_says_something() -> None:
    old = facts({"country_of_supply": "GB", "labour": "agency", "town": "Nelson", "spend": 7})
    new = facts({"country_of_supply": "DE", "labour": None, "town": None})
    now = updated(old, new)
    assert (now.country_of_supply, now.labour, now.town, now.spend) == ("DE", "agency", "Nelson", 7)


def test_origins_and_codes_stay_with_the_same_words() -> None:
    old = facts({"goods_or_service": "Cotton shirts", "countries_of_origin": ("CN",), "sic_codes": ("14110",)})
    same, other = facts({"goods_or_service": "COTTON SHIRTS"}), facts({"goods_or_service": "Bricks"})
    assert updated(old, same).supplies == (Supply("COTTON SHIRTS", ("CN",), ("14110",)),)
    assert updated(old, other).supplies == (Supply("Bricks"),)


def test_a_file_without_goods_leaves_them_and_its_origins_hold_for_all() -> None:
    old = facts({"goods_or_service": "Bricks", "countries_of_origin": ("GB",)}, {"goods_or_service": "Sand"})
    assert updated(old, facts({})).supplies == old.supplies
    assert updated(old, facts({"countries_of_origin": ("IN",)})).supplies == (
        Supply("Bricks", ("IN",)), Supply("Sand", ("IN",)),
    )  # fmt: skip


texts = st.sampled_from([None, "Bricks", "Cotton", "Legal fees"])
codes = st.sampled_from([(), ("GB",), ("CN", "IN")])
row_facts = st.fixed_dictionaries(
    {
        "goods_or_service": texts, "countries_of_origin": codes,
        "country_of_supply": st.sampled_from([None, "GB", "CN"]), "on_site": st.sampled_from([None, True, False]),
        "sic_codes": st.sampled_from([(), ("43390",)]), "spend": st.sampled_from([None, 0, 500]),
        "labour": st.sampled_from([None, "agency", "employees", "unknown"]),
    }
)  # fmt: skip


@given(st.lists(row_facts, min_size=1, max_size=4), st.lists(row_facts, min_size=1, max_size=4))
def test_applying_a_file_again_changes_nothing(first, second) -> None:
    """So an import that goes on after its worker died may repeat what it did."""
    once = updated(facts(*first), facts(*second))
    assert updated(once, facts(*second)) == once


@given(st.lists(row_facts, min_size=1, max_size=4))
def test_an_edit_that_changes_nothing_changes_nothing(rows) -> None:
    before = facts(*rows)
    goods = "\n".join(before.goods)
    same = Edit(
        goods, before.country_of_supply, before.countries_of_origin, before.labour, before.on_site, before.subcontracts
    )
    assert edited(before, same) == before


@given(st.lists(row_facts, min_size=1, max_size=4))
def test_what_is_searched_names_what_is_known(rows) -> None:
    found = facts(*rows)
    assert "acme" in found.words and all(text.lower() in found.words for text in found.goods)
    assert found.words.replace(" ", "").isalnum() and rated(found).reasons
