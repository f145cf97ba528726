"""The invented county: its firms and their profiles, made from a seed. Pure: the same seed makes the same county."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from pledge.organisations.places import OUTSIDE, Gazetteer
from pledge.organisations.profile import Profile
from pledge.organisations.reference import Text, read
from pledge.organisations.sectors import GOODS

FIRMS = 150
SEED = 20261121

_BANDS = ("0", "1-9", "1-9", "10-49", "10-49", "10-49", "50-249", "50-249", "250+")


class Trade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What firms of a section call themselves, their kinds of work with more risk ("" for none), how many there are."""

    words: tuple[Text, ...]
    risk: tuple[str, ...]
    weight: int


class Planned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event of the demo: so many days from today, who organises it (``chamber`` or ``partnership``), where.

    ``start`` is a time of day; "" is within two hours, when the door is open already.
    """

    days: int
    start: str
    hours: int
    by: Text
    title: Text
    topics: tuple[Text, ...]
    place: str = ""
    district: str = ""
    capacity: int | None = None


class Proposed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event, so many days from today, or a calendar (no ``days``) that somebody suggests."""

    title: Text
    url: Text
    organiser_name: Text
    why: Text
    email: Text
    days: int | None = None
    place: str = ""


class Supplier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A supplier that is asked, and whom at it."""

    name: Text
    supplies: Text
    contact: Text
    email: Text


class Caller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who asked for a call so many ``days`` ago."""

    name: Text
    phone: Text
    days: int
    best_time: str = ""
    firm: str = ""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of invented words."""

    chamber: Text
    owner_firm: Text
    names: tuple[Text, ...]
    first_names: tuple[Text, ...]
    trades: dict[Text, Trade]
    events: tuple[Planned, ...]
    food: tuple[Text, ...]
    access: tuple[Text, ...]
    colleague: Text
    invited: Text
    note: Text
    asked: tuple[Supplier, ...]
    complaint: Text
    calls: tuple[Caller, ...]
    suggestions: tuple[Proposed, ...]


class Firm(msgspec.Struct, frozen=True):
    """An invented firm: its name, its owner, its profile, and how well it does (0 to 1)."""

    name: str
    owner: str
    email: str
    profile: Profile
    quality: float


@cache
def words() -> Words:
    """Return the invented words. Raises ReferenceDataError for a bad file."""
    return read(Path(__file__).parent / "data" / "county.yaml", Words)


def firms(places: Gazetteer, seed: int = SEED, count: int = FIRMS) -> list[Firm]:
    """Return the firms of the county: every section and every district has some, a few are from outside it."""
    chance = random.Random(seed)  # noqa: S311  invented data, not secrets
    trades = words().trades
    first = ["F", *(letter for letter in trades if letter != "F")]  # the firm that one can sign in to is a joinery
    letters = [*first, *chance.choices(list(trades), [trade.weight for trade in trades.values()], k=count)]
    districts = [district.code for district in places.districts]
    postcodes = places.postcodes()
    names = _names(chance)
    found = []
    for number in range(count):
        letter = letters[number]
        district = OUTSIDE if number % 20 == 19 else districts[number % len(districts)]
        postcode = "M1 1AE" if district == OUTSIDE else chance.choice(postcodes[district])
        name = f"{next(names)} {chance.choice(trades[letter].words)}"
        owner = chance.choice(words().first_names)
        domain = "".join(char for char in name.lower().replace("é", "e") if char.isalnum())
        profile = _profile(chance, letter, postcode, district, places.area_of(district))
        if number == 0:  # and small enough for the short form, so that it can be seen, and its languages
            profile = msgspec.structs.replace(profile, headcount_band="1-9", turnover_36m=False)
        found.append(
            Firm(
                name=name,
                owner=f"{owner} {name.split()[0]}",
                email=f"{owner.lower()}@{domain}.example.org",
                profile=profile,
                quality=min(0.95, max(0.05, chance.gauss(0.5, 0.2))),
            )
        )
    return found


def _names(chance: random.Random) -> Iterator[str]:
    """Yield names without end, each once: one invented word, then two of them."""
    single = list(words().names)
    chance.shuffle(single)
    yield from single
    while True:
        first, second = chance.sample(words().names, 2)
        yield f"{first} and {second}"


def _profile(chance: random.Random, letter: str, postcode: str, district: str, area: str) -> Profile:
    band = chance.choice(_BANDS)
    risk = chance.choice(words().trades[letter].risk or ("",))
    labour = [kind for kind, share in _LABOUR.items() if chance.random() < share * (2 if risk else 0.6)]
    outside = [kind for kind in ("crews_on_site", "subcontracting") if chance.random() < 0.35]
    abroad = chance.random() < 0.6
    kind = "public_body" if letter == "O" else "charity" if letter in "RSU" and chance.random() < 0.4 else "business"
    return Profile(
        kind=kind,
        postcode=postcode,
        district=district,
        area=area,
        sector=letter,
        risk_sectors=(risk,) if risk else (),
        headcount_band=band,
        turnover_36m=band == "250+" and chance.random() < 0.6,
        labour=tuple(labour),
        outside_work=tuple(outside),
        goods_abroad=abroad,
        goods_bought=tuple(name for name in GOODS if abroad and chance.random() < 0.15),
    )


_LABOUR = {"agency": 0.2, "seasonal": 0.1, "sponsored": 0.08, "minimum_wage": 0.3, "tied_housing": 0.03}
