"""Whether two suppliers are one: yes without asking, to be asked, or not. Pure and symmetric.

The rule, and why (decisions/0005): a name alone never decides when anything contradicts it or it is spelt otherwise.
Weights and thresholds were fitted on one half of tests/suppliers/fixtures/pairs.csv; the other half measures them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from pledge.suppliers.words.normalise import spelling, spelling_parts
from pledge.suppliers.words.text import fold, words

Decision = Literal["auto", "ask", "new"]
Fact = Literal["name", "company_number", "country", "postcode", "town", "contact", "reference", "sic"]

UNLIKE = 50.0  # names less alike than this are not one only because of a number
_ASKED = 78.0  # the least score of names that are merely alike
_SAID = 100  # characters of a town or an address in a mark

_AGREES = {"postcode": 15.0, "contact": 15.0, "reference": 15.0, "town": 4.0, "sic": 2.0, "company_number": 40.0}
_DIFFERS = {"company_number": 25.0, "country": 15.0, "town": 10.0, "postcode": 8.0, "contact": 5.0, "name": 5.0}
# With these a name that is equal but for its legal form is the same supplier.
SECOND = frozenset({"postcode", "town", "contact", "reference"})
_STRONG = frozenset({"postcode", "contact", "reference"})
# Codes change with the accounts package and firms have several trades: a difference says nothing.
_CONTRADICTS = frozenset({"company_number", "country", "postcode", "town", "contact", "name"})


class Identified(Protocol):
    """What a supplier is known by. ``name_key`` and ``form`` are ``normalise.name_parts`` of its name."""

    @property
    def name_key(self) -> str: ...  # noqa: D102
    @property
    def form(self) -> str: ...  # noqa: D102
    @property
    def company_number(self) -> str | None: ...  # noqa: D102
    @property
    def country_of_supply(self) -> str | None: ...  # noqa: D102
    @property
    def postcode(self) -> str | None: ...  # noqa: D102
    @property
    def town(self) -> str | None: ...  # noqa: D102
    @property
    def email(self) -> str | None: ...  # noqa: D102
    @property
    def website(self) -> str | None: ...  # noqa: D102
    @property
    def reference(self) -> str | None: ...  # noqa: D102
    @property
    def sic_codes(self) -> tuple[str, ...]: ...  # noqa: D102


class Compared(NamedTuple):
    """The decision about two suppliers, how likely they are one (more is likelier), and why.

    ``names`` is how much alike their names are, 0 to 100. ``agrees`` and ``differs`` are facts that both give.
    """

    decision: Decision
    score: float
    names: float
    agrees: frozenset[Fact]
    differs: frozenset[Fact]


def compare(one: Identified, other: Identified) -> Compared:
    """Compare two suppliers, or a row with a supplier. It does not matter which is which."""
    from pledge.suppliers.same.likeness import likeness  # slow to import, and most rows need none of it

    agrees, differs = facts_compared(one, other)
    names = likeness(one.name_key, other.name_key)
    if one.name_key == other.name_key:
        decision = namesakes(one.form, other.form, agrees, differs)
        if one.form == other.form:
            agrees.add("name")
        elif _two_forms(one.form, other.form):
            differs.add("name")
    else:
        decision = "new"
    score = names + sum(_AGREES.get(fact, 0.0) for fact in agrees) - sum(_DIFFERS.get(fact, 0.0) for fact in differs)
    if "company_number" in agrees:
        decision = "auto" if similarity(one.name_key, other.name_key, names) >= UNLIKE else "ask"
    elif decision == "new":
        decision = _alike(score, agrees, differs)
    return Compared(decision, score, names, frozenset(agrees), frozenset(differs))


def namesakes(form: str, other: str, agrees: Iterable[Fact], differs: Iterable[Fact]) -> Decision:
    """Decide about two suppliers whose names have one key, given their legal forms and the facts that both give."""
    if _two_forms(form, other) or not _CONTRADICTS.isdisjoint(differs):
        return "ask"
    return "auto" if form == other or not SECOND.isdisjoint(agrees) else "ask"


def similarity(one: str, other: str, names: float | None = None) -> float:
    """Return how much alike two names are at best, letter by letter or word by word, 0 to 100, given their keys."""
    from rapidfuzz import fuzz

    from pledge.suppliers.same.likeness import likeness

    found = likeness(one, other) if names is None else names
    return max(found, fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _alike(score: float, agrees: set[Fact], differs: set[Fact]) -> Decision:
    """Decide about two suppliers with different names and no number in common."""
    strong = len(agrees & _STRONG)
    if strong > 1:
        return "ask"
    if not strong and differs & {"company_number", "country"}:
        return "new"
    return "ask" if score >= _ASKED else "new"


def _two_forms(form: str, other: str) -> bool:
    """Say whether two legal forms cannot be those of one supplier: Ltd and PLC, not Ltd and none."""
    return form != other and bool(form and other) and _kind(form) != _kind(other) and bool(_kind(form) and _kind(other))


@lru_cache(512)
def _kind(form: str) -> frozenset[str]:
    return frozenset(form.split()) - {"co", "pvt"}


# — facts that both give —


def facts_compared(one: Identified, other: Identified) -> tuple[set[Fact], set[Fact]]:
    """Return which facts besides the name agree and which differ; what one side does not give does neither.

    Two postcodes say more than two towns, which are written in many ways.
    """
    agrees: set[Fact] = set()
    differs: set[Fact] = set()

    def note(fact: Fact, same: bool | None) -> None:
        if same is not None:
            (agrees if same else differs).add(fact)

    if one.company_number and other.company_number:
        note("company_number", one.company_number == other.company_number)
    if one.country_of_supply and other.country_of_supply:
        note("country", one.country_of_supply == other.country_of_supply)
    if one.postcode and other.postcode:
        note("postcode", _same_postcode(one.postcode, other.postcode))
    if one.town and other.town and "postcode" not in agrees:
        note("town", same_town(one.town, other.town))
    if (one.email or one.website) and (other.email or other.website):
        note("contact", _same_ways(one, other))
    if one.reference and other.reference:
        note("reference", code(one.reference) == code(other.reference))
    if one.sic_codes and other.sic_codes:
        note("sic", not set(one.sic_codes).isdisjoint(other.sic_codes))
    return agrees, differs


def _same_postcode(one: str, other: str) -> bool:
    return one == other or one.replace(" ", "").upper() == other.replace(" ", "").upper()


def same_town(one: str, other: str) -> bool | None:
    """Say whether two towns are one; None when they are only spelt nearly alike.

    >>> same_town("Colne, Lancs", "COLNE"), same_town("Askrigg", "Askrig"), same_town("Bury", "York")
    (True, None, False)
    """
    if one == other:
        return True
    mine, yours = fold(one).split(), fold(other).split()
    if set(mine) <= set(yours) or set(yours) <= set(mine):
        return True
    from rapidfuzz import fuzz

    return None if fuzz.ratio(" ".join(mine), " ".join(yours)) >= 80 else False


def code(reference: str) -> str:
    """Return a firm's own code for a supplier without the marks and leading zeros that come and go."""
    return fold(reference).replace(" ", "").lstrip("0")


# — e-mail and web addresses —

# Where anybody can have an address, so that sharing it says nothing.
_OPEN_TO_ALL = words(
    "gmail.com|googlemail.com|outlook.com|hotmail.com|hotmail.co.uk|live.com|live.co.uk|msn.com|yahoo.com|"
    "yahoo.co.uk|ymail.com|aol.com|icloud.com|me.com|mac.com|btinternet.com|btconnect.com|btopenworld.com|sky.com|"
    "talktalk.net|talktalk.co.uk|virginmedia.com|ntlworld.com|blueyonder.co.uk|tiscali.co.uk|orange.net|"
    "fsmail.net|plusnet.com|zen.co.uk|nhs.net|mail.com|gmx.com|gmx.de|gmx.net|web.de|proton.me|protonmail.com|qq.com|"
    "163.com|126.com|rediffmail.com|facebook.com|instagram.com|linkedin.com|twitter.com|x.com|youtube.com|"
    "tiktok.com|etsy.com|ebay.co.uk|ebay.com|amazon.co.uk|amazon.com|alibaba.com|made-in-china.com|indiamart.com|"
    "yell.com|checkatrade.com|google.com|business.site|wixsite.com|weebly.com|wordpress.com|blogspot.com|linktr.ee"
)
_SECOND_LEVEL = words("co|com|org|net|ac|gov|ltd|plc|me|sch|nhs|police|edu")


def domain(address: str) -> str:
    """Return the domain of an e-mail or web address as it was registered, in lower case; "" for one open to all.

    >>> domain("Office@mail.acme.example.co.uk"), domain("https://www.acme.example/shop"), domain("x@gmail.com")
    ('example.co.uk', 'acme.example', '')
    """
    host = address.lower().rpartition("@")[2].rpartition("//")[2]
    for end in "/?#:":
        host = host.partition(end)[0]
    labels = host.strip(".").split(".")
    kept = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    found = ".".join(labels[-kept:])
    return "" if found in _OPEN_TO_ALL else found


def contact(email: str | None, website: str | None) -> str:
    """Return what tells whose an e-mail address or website is: its own domain, else the whole address, else ""."""
    if email and (found := domain(email)):
        return found
    if website and (found := domain(website)):
        return found
    return (email or website or "").lower()


def _same_ways(one: Identified, other: Identified) -> bool | None:
    """Say whether suppliers are reached in one way; None when that cannot be told."""
    mine, yours = _domains(one), _domains(other)
    if mine and yours:
        if mine & yours:
            return True
        return None if {_label(found) for found in mine} & {_label(found) for found in yours} else False
    if mine or yours:
        return None
    return contact(one.email, one.website) == contact(other.email, other.website)


def _domains(who: Identified) -> set[str]:
    return {found for address in (who.email, who.website) if address and (found := domain(address))}


def _label(found: str) -> str:
    return found.partition(".")[0]


# — what is remembered —


def mark(who: Identified) -> str:
    """Return what a row says of who its supplier is, in one text.

    Spelling, country, company number, postcode, town and contact, with bars between them.
    """
    return "|".join(
        (
            spelling(who.name_key, who.form),
            who.country_of_supply or "",
            who.company_number or "",
            who.postcode.replace(" ", "") if who.postcode else "",
            fold(who.town)[:_SAID] if who.town else "",
            contact(who.email, who.website).replace("|", "")[:_SAID] if who.email or who.website else "",
        )
    )


def says_the_same(one: Identified, other: Identified) -> bool:
    """Say quickly whether two marks are surely equal."""
    return (
        one.name_key == other.name_key
        and one.form == other.form
        and one.country_of_supply == other.country_of_supply
        and one.company_number == other.company_number
        and one.postcode == other.postcode
        and one.town == other.town
        and one.email == other.email
        and one.website == other.website
    )


def parts_of(said: str) -> tuple[str, str, str]:
    """Return name key, legal form and company number of a mark."""
    spelt, _, number = said.split("|", 3)[:3]
    return *spelling_parts(spelt), number
