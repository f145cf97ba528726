"""What speaks for two suppliers being one and what against, in words. Pure."""

from typing import NamedTuple

from pledge.suppliers.same.facts import SupplierFacts
from pledge.suppliers.same.matching import Compared, Fact, domain
from pledge.suppliers.words.countries import country_name
from pledge.suppliers.words.sic import sic_names

# In this order; what differs in a code or a trade is told too, although it decides nothing.
_ORDER: tuple[Fact, ...] = ("company_number", "postcode", "town", "contact", "reference", "country", "sic")


class Evidence(NamedTuple):
    """One thing that agrees or differs, in a sentence."""

    agrees: bool
    text: str


def evidence(one: SupplierFacts, other: SupplierFacts, compared: Compared, number: str | None = None) -> list[Evidence]:
    """Return what agrees and what differs. ``number``: a company number that files give to both."""
    found = [_names(one, other, compared)]
    if number is not None and "company_number" not in compared.agrees:
        found.append(Evidence(True, f"Your files give both the company number {number}."))
    for fact in _ORDER:
        if fact in compared.agrees:
            found.append(Evidence(True, _agrees(fact, one, other)))
        elif fact in compared.differs:
            found.append(Evidence(False, _differs(fact, one, other)))
    return found


def _names(one: SupplierFacts, other: SupplierFacts, compared: Compared) -> Evidence:
    if "name" in compared.agrees:
        return Evidence(True, "The names are spelt the same.")
    if "name" in compared.differs:
        return Evidence(False, "The names are the same, but not the legal forms, such as Ltd or PLC.")
    if one.name_key == other.name_key:
        return Evidence(True, "The names are the same but for words such as Ltd.")
    if compared.names >= 90:
        return Evidence(True, "The names are spelt nearly the same.")
    if compared.names >= 70:
        return Evidence(True, "The names are alike.")
    if compared.names >= 50:
        return Evidence(False, "The names are alike only in part.")
    return Evidence(False, "The names are not alike.")


def _agrees(fact: Fact, one: SupplierFacts, other: SupplierFacts) -> str:
    match fact:
        case "company_number":
            return f"Both have the company number {one.company_number}."
        case "postcode":
            return f"Both have the postcode {one.postcode}."
        case "town":
            return f"Both are in {one.town}."
        case "contact":
            return _shared(one, other)
        case "reference":
            return f"You have the same code for both: {one.reference}."
        case "country":
            return f"Both supply from the same country: {country_name(one.country_of_supply or '')}."
        case _:
            codes = [code for code in one.sic_codes if code in other.sic_codes]
            return f"Both are in the same trade: {sic_names().get(codes[0], codes[0])}."


def _differs(fact: Fact, one: SupplierFacts, other: SupplierFacts) -> str:
    match fact:
        case "company_number":
            return f"The company numbers differ: {one.company_number} and {other.company_number}."
        case "postcode":
            return f"The postcodes differ: {one.postcode} and {other.postcode}."
        case "town":
            return f"The towns differ: {one.town} and {other.town}."
        case "contact":
            return f"Their e-mail or web addresses differ: {_address(one)} and {_address(other)}."
        case "reference":
            return f"You have different codes for them: {one.reference} and {other.reference}."
        case "country":
            countries = (country_name(side.country_of_supply or "") for side in (one, other))
            return f"They supply from different countries: {' and '.join(countries)}."
        case _:
            return "They are in different trades, by their SIC codes."


def _shared(one: SupplierFacts, other: SupplierFacts) -> str:
    mine, yours = ({domain(address) for address in (side.email, side.website) if address} for side in (one, other))
    at = sorted(filter(None, mine & yours))
    return f"Both have addresses at {at[0]}." if at else f"Both have the address {_address(one)}."


def _address(side: SupplierFacts) -> str:
    return side.email or side.website or ""
