"""The rule table, row by row."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge.organisations.sectors import RISK_SECTORS
from pledge.suppliers.risk.rules import LEVELS, RULES, Facts, Supply, rate, sectors_in_words
from pledge.suppliers.words.data_files import read_table

KNOWN = {"country_of_supply": "GB", "labour": "employees"}


def facts(text: str | None = "Legal fees", origins=(), sics=(), **given) -> Facts:
    return Facts((Supply(text, origins, sics),), **{**KNOWN, **given})


# (rule, facts to which it applies, the same with what matters changed so that it does not, the level of the first)
ROWS = [
    ("goods-listed", facts("Bricks", ("IN",)), facts("Bricks", ("DE",)), "high"),
    ("goods-listed", facts("Bricks", country_of_supply="IN"), facts("Bricks", country_of_supply="DE"), "high"),
    ("goods-listed", facts("Garments", ("BD",)), facts("Garments", ("GB",)), "high"),  # child labour alone counts
    ("goods-listed", facts("Lithium batteries", ("CN",)), facts("Lithium batteries", ("KR",)), "high"),  # derived
    ("goods-listed", facts(None, ("IN",), ("23320",)), facts(None, ("GB",), ("23320",)), "high"),
    (
        "licence-missing", facts("Fruit picking", labour="agency"),
        facts("Fruit picking", labour="agency", licensed=True), "high",
    ),
    ("licence-missing", facts("Labour provider for food packing"), facts("Food packing"), "high"),
    ("sector-high", facts("Office cleaning"), facts("Cleaning products"), "high"),
    ("sector-high", facts(None, sics=("81210",)), facts(None, sics=("69201",)), "high"),
    ("sector-and-labour", facts("Courier", labour="subcontract"), facts("Courier"), "high"),
    ("sector-and-labour", facts("Security guards", labour="mixed"), facts("Security guards", labour=None), "high"),
    ("sector-medium", facts("Security guards"), facts("Security software"), "medium"),
    ("sector-medium", facts("Laptops", ("KR",)), facts("Laptops", ("GB",)), "medium"),  # “imported”
    ("country-listed", facts(country_of_supply="IN"), facts(country_of_supply="DE"), "medium"),
    ("country-listed", facts("Stationery", ("CN",)), facts("Stationery", ("FR",)), "medium"),
    ("labour-agency", facts(labour="agency"), facts(), "medium"),
    ("labour-subcontract", facts(labour="subcontract"), facts(), "medium"),
    ("labour-mixed", facts(labour="mixed"), facts(), "medium"),
    ("subcontracts", facts(subcontracts=True), facts(subcontracts=False), "medium"),
    ("on-site", facts(on_site=True), facts(on_site=False), "medium"),
    ("origin-unknown", facts("Bricks"), facts("Bricks", ("GB",)), "unknown"),
    ("origin-unknown", facts("Sand", country_of_supply=None), facts("Sand", ("GB",)), "unknown"),
    ("supply-unknown", facts(None), facts(), "unknown"),
    ("sector-unknown", facts("Widgets"), facts("Widgets", sics=("69201",)), "unknown"),
    ("sic-ambiguous", facts(None, sics=("45200",)), facts("Car wash", sics=("45200",)), "unknown"),
    ("country-unknown", facts(country_of_supply=None), facts(), "unknown"),
    ("labour-unknown", facts(labour=None), facts(), "unknown"),
    ("labour-unknown", facts(labour="unknown"), facts(), "unknown"),
    ("nothing-found", facts(), facts(labour=None), "low"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "applies", "not_so", "level"), ROWS)
def test_each_rule_applies_when_it_should_and_only_then(rule: str, applies: Facts, not_so: Facts, level: str) -> None:
    risk = rate(applies)
    assert risk.level == level
    (reason, *_) = [reason for reason in risk.reasons if reason.rule == rule]
    assert reason.level == RULES[rule].level
    assert reason.source.startswith(RULES[rule].source)
    assert risk.action == RULES[risk.reasons[0].rule].action
    assert rule not in {reason.rule for reason in rate(not_so).reasons}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts("Stationery", country_of_supply="VN"), "was not recognised among"),
        (facts(None, country_of_supply="VN"), "may be among"),
    ],
)
def test_of_a_listed_country_it_says_what_is_true_of_what_one_buys(given: Facts, said: str) -> None:
    (text,) = [reason.text for reason in rate(given).reasons if reason.rule == "country-listed"]
    assert text.endswith(f" made with forced labour in Vietnam. What you buy {said} them.")


def test_every_rule_has_a_row_here() -> None:
    assert {row[0] for row in ROWS} == set(RULES)


def test_every_rule_is_dated_and_rests_on_something() -> None:
    for rule in RULES.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", rule.checked)
        assert rule.source and rule.when.endswith(".") and rule.action.endswith(".")
        assert rule.level in LEVELS


anything = st.builds(
    Facts,
    st.lists(
        st.builds(
            Supply,
            st.sampled_from([None, "Bricks", "Widgets", "Legal fees", "Courier", "Cleaning", "Agency staff", "gold"]),
            st.lists(st.sampled_from(["GB", "IN", "DE", "CN"]), max_size=2, unique=True).map(tuple),
            st.lists(st.sampled_from(["81210", "69201", "45200", "14120"]), max_size=2, unique=True).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    st.none() | st.sampled_from(["GB", "IN", "DE"]),
    st.none() | st.sampled_from(["employees", "agency", "subcontract", "mixed", "unknown"]),
    st.none() | st.booleans(),
    st.none() | st.booleans(),
    st.booleans(),
)  # fmt: skip


@given(anything)
def test_what_we_do_not_know_is_never_low(given: Facts) -> None:
    risk = rate(given)
    if given.labour in (None, "unknown") or given.country_of_supply is None or not given.supplies:
        assert risk.level != "low"
    if any(supply.text is None and not supply.sic_codes for supply in given.supplies):
        assert risk.level != "low"
    if risk.level == "low":
        assert [reason.rule for reason in risk.reasons] == ["nothing-found"]
        assert "no proof" in risk.reasons[0].text


@given(anything)
def test_the_level_is_that_of_the_weightiest_reason(given: Facts) -> None:
    risk = rate(given)
    order = ["high", "medium", "unknown", "low"]
    levels = [order.index(reason.level) for reason in risk.reasons]
    assert levels == sorted(levels)
    assert risk.level == risk.reasons[0].level
    assert risk.action
    assert risk.version


@given(anything, st.permutations(range(4)))
def test_the_order_of_supplies_does_not_change_the_level(given: Facts, order: list[int]) -> None:
    shuffled = tuple(given.supplies[place] for place in order if place < len(given.supplies))
    assert rate(given._replace(supplies=shuffled)).level == rate(given).level


@given(anything)
def test_learning_that_agency_workers_do_the_work_never_lowers_the_level(given: Facts) -> None:
    order = ["high", "medium", "unknown", "low"]
    before, after = rate(given._replace(labour=None)), rate(given._replace(labour="agency"))
    assert order.index(after.level) <= order.index(before.level)


def test_nothing_says_that_a_supplier_is_safe() -> None:
    texts = [reason.text for row in ROWS for case in row[1:3] for reason in rate(case).reasons]
    assert not [text for text in texts if re.search(r"\b(safe|clean|no risk|not on)\b", text, re.IGNORECASE)]


def test_the_edition_is_shown() -> None:
    reason = rate(facts("Bricks", ("IN",))).reasons[0]
    assert "2022 edition" in reason.source
    assert reason.text == "“Bricks” from India: Bricks on the goods list for forced labour and child labour."


def test_the_country_that_was_taken_for_the_origin_is_said() -> None:
    assert "as you did not say where" in rate(facts("Bricks", country_of_supply="IN")).reasons[0].text


def test_fifty_supplies_do_not_make_fifty_reasons() -> None:
    many = Facts(tuple(Supply(f"Widget {number}") for number in range(50)), **KNOWN)
    (first, second, third) = rate(many).reasons
    assert first.rule == second.rule == third.rule == "sector-unknown"
    assert third.text.endswith("The same holds for 47 more of their supplies.")


def test_three_reasons_of_one_rule_are_all_there_and_no_more_is_said() -> None:
    three = Facts(tuple(Supply(f"Widget {number}") for number in range(3)), **KNOWN)
    assert [reason.text for reason in rate(three).reasons] == [
        f"We do not recognise “Widget {number}”." for number in range(3)
    ]


def test_of_many_reasons_of_one_rule_the_last_that_is_told_speaks_of_the_others() -> None:
    many = Facts((*(Supply(f"Widget {number}") for number in range(5)), Supply("Laptops", ("KR",))), **KNOWN)
    first, *others = rate(many).reasons
    assert (first.rule, [reason.rule for reason in others]) == ("sector-medium", ["sector-unknown"] * 3)
    assert others[-1].text == "We do not recognise “Widget 2”. The same holds for 2 more of their supplies."


def test_the_reason_that_speaks_of_the_others_keeps_what_it_rests_on() -> None:
    work = ("Office cleaning", "Car wash", "Nail bar", "Fruit picking")  # of four sectors, each with its own evidence
    reasons = rate(Facts(tuple(Supply(text) for text in work), **KNOWN)).reasons
    assert [reason.rule for reason in reasons] == ["sector-high"] * 3
    assert reasons[2].text.endswith(
        ": Nail bars, beauty and hairdressing. The same holds for 1 more of their supplies."
    )
    assert reasons[2].source.endswith("Helpline 2017 8%, 2019 beauty/spa 7%")


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Sand", "Kenya, Nigeria, Uganda"),
        ("Salt", "Afghanistan, Bangladesh, Cambodia, Niger"),  # four are all named
        ("Bananas", "Belize, Brazil, Ecuador, Nicaragua and 1 more"),
    ],
)
def test_of_goods_whose_origin_is_not_known_it_says_where_they_are_listed(text: str, listed: str) -> None:
    (reason,) = [reason for reason in rate(facts(text)).reasons if reason.rule == "origin-unknown"]
    assert reason.text == (
        f"“{text}” may be goods that are listed for {listed}. You did not say where they are made or grown."
    )


@pytest.mark.parametrize(
    ("text", "origin", "listed", "why"),
    [
        # the list: tea from India for forced labour alone; mica, incense and padlocks for child labour alone
        ("Mica", "IN", "India: Mica", "child labour"),
        ("Mica and tea", "IN", "India: Mica, Tea", "forced labour and child labour"),
        ("Mica, padlocks and tea", "IN", "India: Mica, Locks, Tea", "forced labour and child labour"),
        ("Mica, padlocks, tea and incense", "IN", "India: Mica, Locks, Tea and more", "forced labour and child labour"),
        (
            "Coal and lithium batteries", "CN", "China: Coal, Lithium-Ion Batteries",
            "forced labour and forced or child labour further down the chain",
        ),
    ],
)  # fmt: skip
def test_of_listed_goods_it_says_which_and_for_what(text: str, origin: str, listed: str, why: str) -> None:
    assert rate(facts(text, (origin,))).reasons[0].text == f"“{text}” from {listed} on the goods list for {why}."


def test_the_sectors_that_a_supplier_works_in_are_kept_beside_its_level() -> None:
    both = Facts((Supply("Security guards"), Supply("Office cleaning")), **KNOWN)
    assert rate(both).sectors == ("cleaning", "security")
    assert rate(facts()).sectors == ()


def test_a_supply_known_by_its_code_alone_is_called_by_what_the_code_means() -> None:
    assert (
        rate(facts(None, sics=("81210",)))
        .reasons[0]
        .text.startswith("SIC 81210 (General cleaning of buildings) is work or goods of a UK risk sector: ")
    )


@pytest.mark.parametrize("row", read_table("sector_words"), ids=lambda row: row["sector"] or "none")
def test_every_word_finds_its_sector(row) -> None:
    for word in row["words"].split("|"):
        found = sectors_in_words(f"{word} in Burnley")
        assert row["sector"] in found if row["sector"] else found == (), word


def test_every_sector_has_words_and_every_word_a_sector() -> None:
    assert {row["sector"] for row in read_table("sector_words")} - {""} == set(RISK_SECTORS)


def test_the_code_that_must_be_asked_about_is_in_the_table_of_sectors() -> None:
    assert "45200" in RISK_SECTORS["car_wash"].sic_codes


def test_the_rules_do_no_input_or_output() -> None:
    source = Path("src/pledge/suppliers/risk/rules.py").read_text("utf-8")
    assert not re.search(r"\b(open|requests|datetime|time|random|os)\b\(", source)
