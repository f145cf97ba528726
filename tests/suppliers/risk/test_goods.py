import pytest

from pledge.suppliers.risk.goods import (
    countries_listed,
    forced_labour_goods,
    goods_in_words,
    goods_of_sic,
    listed,
    listings,
)
from pledge.suppliers.risk.wording import Phrases, singular
from pledge.suppliers.words.countries import find_country
from pledge.suppliers.words.data_files import read_table


def test_the_whole_edition_is_there() -> None:
    rows = read_table("dol_goods_2022")
    assert len(rows) == len(listings()) == 467
    assert len({row["good"] for row in rows}) == 169
    assert sum(listing.derived for listing in listings().values()) == 10
    assert all(find_country(row["country"]) for row in rows)


def test_every_good_of_the_list_is_recognised_by_some_words() -> None:
    known = {good for row in read_table("goods_words") for good in row["goods"].split("|") if good}
    assert known == {good for good, _ in listings()}


@pytest.mark.parametrize(
    "row", [row for row in read_table("goods_words") if row["goods"]], ids=lambda row: row["goods"][:30]
)
def test_every_word_finds_its_goods(row) -> None:
    for word in row["words"].split("|"):
        assert set(goods_in_words(f"supply of {word.upper()}, weekly")) & set(row["goods"].split("|")), word


@pytest.mark.parametrize("row", [row for row in read_table("goods_words") if not row["goods"]])
def test_phrases_to_pass_over_find_nothing(row) -> None:
    for phrase in row["words"].split("|"):
        assert goods_in_words(phrase) == (), phrase


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Gold jewellery", "Gold"), ("T-shirts & workwear", "Garments"), ("WORK BOOTS", "Footwear"),
        ("berries", "Blueberries"), ("SUPPLIES.FRESH_FISH", "Fish"),
        ("nitrile gloves (box 100)", "Rubber Gloves"), ("solar PV", "Polysilicon"),
        ("Batteries: lithium-ion battery", "Lithium-Ion Batteries"),
        ("indian sandstone paving", "Sandstone"), ("tinned tomatoes", "Tomato Products"),
    ],
)  # fmt: skip
def test_goods_are_found_in_what_people_write(text: str, good: str) -> None:
    assert good in goods_in_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Goldsmiths Ltd", "Gold membership", "service desk", "car wash", "hairdressing", "leadership training",
        "glassblowing course", "Ironing service", "sand blasting", "diamond drilling", "legal fees", "stonemasonry",
    ],
)  # fmt: skip
def test_goods_are_not_found_inside_other_words(text: str) -> None:
    assert goods_in_words(text) == ()


def test_goods_by_sic_code() -> None:
    assert "Garments" in goods_of_sic("14120")
    assert "Bricks" in goods_of_sic("23320")
    assert goods_of_sic("69201") == ()


def test_a_good_is_listed_for_its_countries_only() -> None:
    assert listed(("Bricks",), "IN")[0].forced_labour
    assert listed(("Bricks",), "GB") == ()
    assert {"IN", "PK"} <= countries_listed(("Bricks",))
    assert "GB" not in countries_listed(("Bricks", "Gold"))
    assert forced_labour_goods("CN") > 10
    assert forced_labour_goods("DE") == 0


def test_goods_further_down_a_chain_count() -> None:
    (battery,) = listed(("Lithium-Ion Batteries",), "CN")
    assert battery.derived and not battery.forced_labour


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("boxes", "box"),
        ("berries", "berry"),
        ("shoes", "shoe"),
        ("glasses", "glass"),
        ("tomatoes", "tomato"),
        ("houses", "house"),
        ("watches", "watch"),
        ("brushes", "brush"),
        ("bags", "bag"),
    ],
)
def test_one_form_for_singular_and_plural(many: str, one: str) -> None:
    assert singular(many) == singular(one)


@pytest.mark.parametrize("word", ["glass", "citrus", "tennis", "gas"])
def test_a_word_that_only_looks_like_a_plural_stays_as_it_is(word: str) -> None:
    assert singular(word) == word


def test_phrases_side_by_side_are_all_found() -> None:
    assert Phrases([("brick", "B"), ("gold", "G")]).find("brick gold bricks brick") == ("B", "G")


def test_the_longest_phrase_wins_and_hides_its_words() -> None:
    phrases = Phrases([("rubber", "R"), ("glove", "G"), ("rubber glove", "RG"), ("rubber stamp", None)])
    assert phrases.find("Rubber gloves and rubber") == ("RG", "R")
    assert phrases.find("a rubber stamp, a glove") == ("G",)
