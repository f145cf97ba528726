"""What a corrected row or file changes of a supplier: only what it says differently."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from pledge.suppliers.importing.comparing import Shown, shown
from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.same.changes import Change, changes, corrected, filled, together
from pledge.suppliers.same.facts import SupplierFacts

TOLD = SupplierFacts(
    "Acme Ltd", "acme", (Supply("Cotton", ("CN",)), Supply("Bricks")), "01234567", "CN", 100_00, "employees", True
)  # fmt: skip


def test_a_correction_that_says_the_same_changes_nothing_said_since() -> None:
    now = replace(TOLD, labour="agency", spend=5, name="Acme Trading", supplies=(Supply("Wool"),))
    assert corrected(now, TOLD, TOLD) is now


def test_only_what_is_said_differently_counts() -> None:
    now = replace(TOLD, labour="agency", town="Nelson")
    found = corrected(now, replace(TOLD, spend=200_00, company_number="07654321", name="Acme", name_key="acme"), TOLD)
    assert changes(now, found) == (
        Change("name", "Acme Ltd", "Acme"), Change("company_number", "01234567", "07654321"),
        Change("spend", 100_00, 200_00),
    )  # fmt: skip


def test_what_is_no_longer_said_is_forgotten_if_nobody_said_otherwise_since() -> None:
    told = replace(TOLD, company_number=None, labour=None)
    found = corrected(replace(TOLD, labour="agency"), told, TOLD)
    assert (found.company_number, found.labour) == (None, "agency")


def test_of_what_they_supply_only_the_words_that_differ_are_replaced() -> None:
    now = replace(TOLD, supplies=(Supply("COTTON", ("TR",)), Supply("Bricks"), Supply("Tea")))
    told = replace(TOLD, supplies=(Supply("Cotton", ("IN",)), Supply("Wool")))
    assert corrected(now, told, TOLD).supplies == (Supply("Tea"), Supply("Cotton", ("IN",)), Supply("Wool"))


def test_a_new_file_says_all_of_it() -> None:
    now = replace(TOLD, labour="agency", town="Nelson")
    assert corrected(now, TOLD, None) == replace(TOLD, town="Nelson")


def test_an_older_file_only_fills_gaps() -> None:
    now = replace(TOLD, labour=None, spend=None, country_of_supply="IN")
    assert filled(now, TOLD) == replace(TOLD, spend=None, country_of_supply="IN")


SINGLE = {
    "labour": st.sampled_from([None, "agency", "mixed"]),
    "spend": st.none() | st.integers(0, 9),
    "on_site": st.none() | st.booleans(),
    "last_checked": st.none() | st.dates(),
    "supplies": st.lists(
        st.builds(Supply, st.sampled_from(["Tea", "tea", None]), st.sampled_from([(), ("IN",)])),
        max_size=3,
        unique=True,
    ).map(tuple),
}
FACTS = st.fixed_dictionaries(SINGLE).map(lambda given: SupplierFacts("Acme", "acme", **given))


@given(FACTS, FACTS)
def test_a_correction_of_what_is_as_the_file_said_leaves_it_as_the_file_says(before, after) -> None:
    found = corrected(before, after, before)
    assert replace(found, supplies=()) == replace(after, supplies=())
    assert set(found.supplies) == set(after.supplies)


@given(FACTS, FACTS, FACTS)
def test_changes_are_stored_and_two_of_them_are_one(one, two, three) -> None:
    first, then = changes(one, two), changes(two, three)
    assert json.decode(json.encode(first), type=tuple[Change, ...]) == first
    assert {change.field: change for change in together(first, then)} == {
        change.field: change for change in changes(one, three)
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("spend", None, 12345), ("Spend in a year (£)", "not known", "£123.45")),
        (Change("country_of_supply", "CN", "IN"), ("Country they supply from", "China", "India")),
        (Change("labour", "agency", None), ("Whose workers", "Agency workers", "not known")),
        (Change("on_site", True, False), ("Work on your site", "Yes", "No")),
        (Change("last_checked", None, "2026-11-21"), ("Last checked", "not known", "21 November 2026")),
        (Change("supplies", (), (Supply("Tea", ("IN", "CN"), ("46370",)), Supply(None))),
         ("What they supply", "not known", "Tea, made or grown in India, China, SIC 46370; not named")),
        (Change("rows", 1, 2), ("Rows that name it", "1", "2")),
        (Change("on_list", False, True), ("Your list", "off the list", "on the list")),
        (Change("town", "Nelson", "Colne"), ("Town", "Nelson", "Colne")),
    ],
)  # fmt: skip
def test_changes_are_told_in_words(change, words) -> None:
    assert shown(change) == Shown(*words)


def test_a_day_is_compared_as_it_is_stored() -> None:
    day = datetime.date(2026, 11, 21)
    assert changes(TOLD, replace(TOLD, last_checked=day)) == (Change("last_checked", None, "2026-11-21"),)
