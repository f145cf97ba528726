"""Goods on the US Department of Labor's list of goods made with child or forced labour. Pure.

The list is a table that a newer edition may replace: ``data/dol_goods_2022.csv`` (edition of September 2022, whole;
US Government work). ``data/goods_words.csv`` says by which words and SIC codes we recognise the goods; that is ours.
Goods further down a chain (“derived”: palm oil products, lithium batteries, solar parts) count like the others.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from pledge.suppliers.risk.wording import Phrases
from pledge.suppliers.words.countries import find_country
from pledge.suppliers.words.data_files import read_table


class Listing(NamedTuple):
    """One good from one country (ISO alpha-2 code) as the list has it."""

    good: str
    country: str
    child_labour: bool
    forced_labour: bool
    derived: bool


@cache
def listings() -> dict[tuple[str, str], Listing]:
    """Return the whole list by (good, country code)."""
    found = {}
    for row in read_table("dol_goods_2022"):
        code = find_country(row["country"])
        assert code is not None, row["country"]
        forced = "Yes" in (row["forced_labour"], row["forced_child_labour"])
        derived = row["derived_labour_exploitation"] == "Yes"
        found[row["good"], code] = Listing(row["good"], code, row["child_labour"] == "Yes", forced, derived)
    return found


@cache
def _listed_countries() -> dict[str, frozenset[str]]:
    countries: dict[str, set[str]] = {}
    for good, code in listings():
        countries.setdefault(good, set()).add(code)
    return {good: frozenset(codes) for good, codes in countries.items()}


@cache
def _words() -> Phrases[str]:
    entries: list[tuple[str, str | None]] = []
    for row in read_table("goods_words"):
        goods: list[str | None] = [good for good in row["goods"].split("|") if good]
        entries += [(word, good) for word in row["words"].split("|") for good in goods or [None]]
    return Phrases(entries)


@cache
def _by_sic() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (prefix, tuple(row["goods"].split("|")))
        for row in read_table("goods_words")
        for prefix in row["sic"].split("|")
        if prefix
    )


@lru_cache(8192)
def goods_in_words(text: str) -> tuple[str, ...]:
    """Return the goods of the list (their names there) that a description of a supply speaks of."""
    return _words().find(text)


@lru_cache(1024)
def goods_of_sic(code: str) -> tuple[str, ...]:
    """Return the goods of the list that a business with this SIC 2007 code makes or sells."""
    return tuple(dict.fromkeys(good for prefix, goods in _by_sic() if code.startswith(prefix) for good in goods))


@lru_cache(4096)
def listed(goods: tuple[str, ...], country: str) -> tuple[Listing, ...]:
    """Return the entries of the list for these goods from one country."""
    table = listings()
    return tuple(table[good, country] for good in goods if (good, country) in table)


@lru_cache(1024)
def countries_listed(goods: tuple[str, ...]) -> frozenset[str]:
    """Return the countries for which any of these goods is on the list."""
    by_good = _listed_countries()
    return frozenset().union(*(by_good.get(good, frozenset()) for good in goods))


@cache
def forced_labour_goods(country: str) -> int:
    """Return how many goods from a country the list names for forced labour (further down a chain included)."""
    return sum(
        listing.country == country and (listing.forced_labour or listing.derived) for listing in listings().values()
    )
