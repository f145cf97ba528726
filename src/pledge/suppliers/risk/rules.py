"""How likely it is that people are exploited where a supplier works: a level, every reason, one next action. Pure.

The rules are a table (``data/risk_rules.csv``), documented in docs/supplier-risk.md. A rule that applies gives a level:
high, medium, or unknown, which means “find out” and is never low. The highest wins; low is what is left when we know
what is needed and no rule applies, and even then it says that this is no proof. Not being on a list is never a reason.
"""

from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple, cast

from pledge.organisations.sectors import RISK_SECTORS, RiskSector, risk_sectors_of_sic
from pledge.suppliers.risk import goods
from pledge.suppliers.risk.wording import Phrases
from pledge.suppliers.words.countries import HOME, country_name
from pledge.suppliers.words.data_files import read_table
from pledge.suppliers.words.sic import sic_names
from pledge.suppliers.words.text import shown
from pledge.words.numbers import plural

# Change it whenever a rule, a word list or a table changes, so that stored ratings can be told apart.
VERSION = "2026.2"

Level = Literal["high", "medium", "low", "unknown"]
LEVELS: tuple[Level, ...] = ("high", "medium", "low", "unknown")
_ORDER = ("high", "medium", "unknown")  # the weightiest first; low is what is left when there is no reason


class Supply(NamedTuple):
    """One thing a supplier supplies: in words, from where (ISO codes), and the supplier's SIC codes in that row."""

    text: str | None = None
    countries_of_origin: tuple[str, ...] = ()
    sic_codes: tuple[str, ...] = ()


class Facts(NamedTuple):
    """What is known about a supplier. None is “not known”; ``labour`` as in ``choices.LABOUR``."""

    supplies: tuple[Supply, ...] = ()
    country_of_supply: str | None = None
    labour: str | None = None
    on_site: bool | None = None
    subcontracts: bool | None = None
    licensed: bool = False  # a licence number is given


class Rule(NamedTuple):
    """One row of the rule table: when it applies, what it rests on (``url`` may be empty), the next step it asks for.

    ``checked`` is the ISO date when the source was last looked at.
    """

    code: str
    level: Level
    when: str
    source: str
    url: str
    action: str
    checked: str


class Reason(NamedTuple):
    """Why a supplier has its level: the rule (see ``RULES`` for its source's address), and the reason in words."""

    rule: str
    level: Level
    text: str
    source: str


class Risk(NamedTuple):
    """A supplier's level with every reason (the weightiest first) and one next action; ``version`` of the rules.

    ``sectors``: the ids of the UK risk sectors it works in, sorted.
    """

    level: Level
    reasons: tuple[Reason, ...]
    action: str
    version: str = VERSION
    sectors: tuple[str, ...] = ()


# In the order in which their actions come first.
RULES = {
    row["code"]: Rule(
        row["code"], cast("Level", row["level"]), row["when"], row["source"], row["url"], row["action"], row["checked"]
    )
    for row in read_table("risk_rules")
}
_PLACE = {code: place for place, code in enumerate(RULES)}

# Codes that also cover ordinary businesses: ask, do not infer (see the evidence of the sector).
_AMBIGUOUS_SIC = {"45200": "car_wash"}
_SECTOR_OF_PROVIDERS = "labour_provider"
_SAME_RULE = 3
_BOUGHT_LABOUR = ("agency", "subcontract", "mixed")


@lru_cache(1)
def _sector_words() -> Phrases[str]:
    return Phrases(
        (word, row["sector"] or None) for row in read_table("sector_words") for word in row["words"].split("|")
    )


@lru_cache(1)
def _ordinary_words() -> Phrases[str]:
    return Phrases((word, row["kind"]) for row in read_table("ordinary_work") for word in row["words"].split("|"))


@lru_cache(8192)
def sectors_in_words(text: str) -> tuple[str, ...]:
    """Return the ids of the UK risk sectors that a description of a supply speaks of."""
    return _sector_words().find(text)


@lru_cache(8192)
def _about_supply(supply: Supply, country_of_supply: str | None) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Return what speaks from goods, countries and sector, and the ids of the risk sectors that apply."""
    if supply.text is None and not supply.sic_codes:
        return (
            _reason("supply-unknown", "You did not say what they supply."),
            *_about_country((), country_of_supply, known=False),
        ), ()
    words = supply.text or ""
    found = tuple(dict.fromkeys((*goods.goods_in_words(words), *_goods_of(supply.sic_codes))))
    reasons = list(_about_goods(supply, found, country_of_supply))
    sectors, ambiguous = _sectors(supply)
    if supply.countries_of_origin == (HOME,):
        sectors = tuple(sector for sector in sectors if not sector.goods)
    for sector in sectors:
        rule = "sector-high" if sector.level == "high" else "sector-medium"
        text = f"{_named(supply)} is work or goods of a UK risk sector: {sector.label}."
        reasons.append(Reason(rule, RULES[rule].level, text, f"{RULES[rule].source}: {sector.evidence}"))
    if ambiguous and not sectors:
        reasons.append(_reason("sic-ambiguous", f"SIC code {ambiguous} covers garages and also hand car washes."))
    elif not (sectors or found or supply.sic_codes or _ordinary_words().find(words)):
        reasons.append(_reason("sector-unknown", f"We do not recognise “{shown(words, 60)}”."))
    return tuple(reasons), tuple(sector.id for sector in sectors)


def _goods_of(sic_codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(good for code in sic_codes for good in goods.goods_of_sic(code))


def _named(supply: Supply) -> str:
    if supply.text:
        return f"“{shown(supply.text, 60)}”"
    return f"SIC {supply.sic_codes[0]} ({sic_names().get(supply.sic_codes[0], 'unknown')})"


def _sectors(supply: Supply) -> tuple[tuple[RiskSector, ...], str]:
    """Return the risk sectors by words and by SIC code, and a SIC code that must be asked about."""
    found = {sector: RISK_SECTORS[sector] for sector in sectors_in_words(supply.text or "")}
    ambiguous = ""
    for code in supply.sic_codes:
        for sector in risk_sectors_of_sic(code):
            if _AMBIGUOUS_SIC.get(code) == sector.id:
                ambiguous = code
            else:
                found[sector.id] = sector
    return tuple(found.values()), ambiguous


def _about_goods(supply: Supply, found: tuple[str, ...], country_of_supply: str | None) -> tuple[Reason, ...]:
    origins = supply.countries_of_origin
    if found and not origins and country_of_supply in (None, HOME):
        where = sorted(country_name(code) for code in goods.countries_listed(found))
        some = ", ".join(where[:4]) + (f" and {len(where) - 4} more" if len(where) > 4 else "")
        text = (
            f"{_named(supply)} may be goods that are listed for {some}. You did not say where they are made or grown."
        )
        return (_reason("origin-unknown", text), *_about_country((), country_of_supply))
    reasons = []
    for country in origins or ((country_of_supply,) if country_of_supply else ()):
        if entries := goods.listed(found, country):
            text = _listed_text(supply, entries, country, assumed=not origins)
            reasons.append(_reason("goods-listed", text))
    return tuple(reasons) or _about_country(origins, country_of_supply)


def _listed_text(supply: Supply, entries: tuple[goods.Listing, ...], country: str, *, assumed: bool) -> str:
    kinds = []
    if any(entry.forced_labour for entry in entries):
        kinds.append("forced labour")
    if any(entry.child_labour for entry in entries):
        kinds.append("child labour")
    if any(entry.derived for entry in entries):
        kinds.append("forced or child labour further down the chain")
    names = ", ".join(entry.good for entry in entries[:3]) + (" and more" if len(entries) > 3 else "")
    text = f"{_named(supply)} from {country_name(country)}: {names} on the goods list for {' and '.join(kinds)}."
    return (
        f"{text} We took the country they supply from, as you did not say where it is made or grown."
        if assumed
        else text
    )


def _about_country(
    origins: tuple[str, ...], country_of_supply: str | None, *, known: bool = True
) -> tuple[Reason, ...]:
    """Return what speaks from the countries alone; ``known``: whether it was said what they supply."""
    then = "What you buy was not recognised among them." if known else "What you buy may be among them."
    reasons = []
    for country in dict.fromkeys((*origins, *((country_of_supply,) if country_of_supply else ()))):
        if country != HOME and (count := goods.forced_labour_goods(country)):
            named = f"{plural(count, 'good')} made with forced labour in {country_name(country)}"
            text = f"The goods list names {named}. {then}"
            reasons.append(_reason("country-listed", text))
    if country_of_supply is None:
        reasons.append(_reason("country-unknown", "You did not say from which country they supply."))
    return tuple(reasons)


@lru_cache(4096)
def _about_labour(
    labour: str | None,
    on_site: bool | None,
    subcontracts: bool | None,
    licensed: bool,
    sectors: frozenset[str],
) -> tuple[Reason, ...]:
    """Return what speaks from labour, site and subcontracting."""
    reasons = []
    providing = labour == "agency" or _SECTOR_OF_PROVIDERS in sectors
    needing = sorted(RISK_SECTORS[sector].label for sector in sectors if RISK_SECTORS[sector].licensed_labour)
    if providing and needing and not licensed:
        text = f"Workers provided for {needing[0].lower()} need a licensed provider, and you gave no licence number."
        reasons.append(_reason("licence-missing", text))
    if labour in _BOUGHT_LABOUR and any(RISK_SECTORS[sector].level == "medium" for sector in sectors):
        reasons.append(_reason("sector-and-labour", f"{_LABOUR_TEXT[labour]} This is a sector of medium risk."))
    if labour in _BOUGHT_LABOUR:
        reasons.append(_reason(f"labour-{labour}", _LABOUR_TEXT[labour]))
    elif labour != "employees":
        reasons.append(_reason("labour-unknown", "You did not say whose workers do the work."))
    if subcontracts:
        reasons.append(_reason("subcontracts", "They pass work on to subcontractors, whom you may not know."))
    if on_site:
        reasons.append(_reason("on-site", "Their crews work on your site, where you can see how they are treated."))
    return tuple(reasons)


_LABOUR_TEXT = {
    "agency": "The work is done by agency workers.",
    "subcontract": "The work is done by subcontractors or self-employed people.",
    "mixed": "The work is done by employees together with agency or subcontracted workers.",
}


def _reason(rule: str, text: str) -> Reason:
    return Reason(rule, RULES[rule].level, text, RULES[rule].source)


def _rank(reason: Reason) -> tuple[int, int]:
    return _ORDER.index(reason.level), _PLACE[reason.rule]


def rate(facts: Facts) -> Risk:
    """Rate a supplier. The same facts always give the same rating; see docs/supplier-risk.md for every rule."""
    found: list[Reason] = []
    sectors: frozenset[str] = frozenset()
    for supply in facts.supplies or (Supply(),):
        reasons, named = _about_supply(supply, facts.country_of_supply)
        found += reasons
        sectors = sectors.union(named) if named else sectors
    found += _about_labour(facts.labour, facts.on_site, facts.subcontracts, facts.licensed, sectors)
    risk = _weighed(tuple(found))
    return risk._replace(sectors=tuple(sorted(sectors))) if sectors else risk


@lru_cache(8192)
def _weighed(found: tuple[Reason, ...]) -> Risk:
    reasons = _shortened(sorted(dict.fromkeys(found), key=_rank))
    if not reasons:
        text = "Nothing you told us points to a higher risk. That is no proof that there is none."
        reasons = (_reason("nothing-found", text),)
    return Risk(reasons[0].level, reasons, RULES[reasons[0].rule].action)


def _shortened(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Keep at most three reasons of one rule: a list of payments may name a firm for fifty kinds of work."""
    kept: list[Reason] = []
    for _, same in groupby(reasons, key=lambda reason: reason.rule):
        told = list(same)
        kept += told[:_SAME_RULE]
        if len(told) > _SAME_RULE:
            text = f"{kept[-1].text} The same holds for {len(told) - _SAME_RULE} more of their supplies."
            kept[-1] = kept[-1]._replace(text=text)
    return tuple(kept)
