"""An organisation's profile: the few facts that steer questions and set the context of a score. Pure.

``FIELDS`` declares the vocabulary once. Forms, the questionnaire checker and ``pledge questionnaires score``
all read it.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from pledge.organisations.sections import sections
from pledge.organisations.sectors import GOODS, RISK_SECTORS

MAX_TEXT = 100  # characters of a free-text field

_LICENSED = frozenset(sector.id for sector in RISK_SECTORS.values() if sector.licensed_labour)
_MICRO = ("0", "1-9")
_SMALL = (*_MICRO, "10-49")

BASES = {"small": "headcount_band", "licensed_labour": "risk_sectors"}  # what derived facts come from


Depth = Literal["short", "full"]


class Field(msgspec.Struct, frozen=True):
    """One fact of the profile.

    ``form``: ``choice`` is one of ``values``, ``choices`` any of them, ``yes_no`` true or false, ``text``
    free. ``values`` maps each allowed value to its words, in the order to show; an ``ordered`` choice can be
    compared.
    ``steers``: conditions of a questionnaire may refer to it. ``derived``: worked out. ``asked``: on the profile page.
    ``retired`` are values that are still understood and no longer offered. ``default`` is what a fact not given is.
    """

    name: str
    form: Literal["choice", "choices", "yes_no", "text"]
    values: dict[str, str] = {}
    ordered: bool = False
    steers: bool = True
    derived: bool = False
    asked: bool = True
    retired: frozenset[str] = frozenset()
    default: str | None = None

    @property
    def offered(self) -> dict[str, str]:
        """The values to choose from, with their words, in the order to show."""
        return {value: words for value, words in self.values.items() if value not in self.retired}


def _fields(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


FIELDS = _fields(
    Field(
        "kind",
        "choice",
        {"business": "A business", "charity": "A charity or community group", "public_body": "A public body"},
    ),
    # where an organisation is never changes what it is asked, so these do not steer
    Field("postcode", "text", steers=False),
    Field("district", "text", steers=False),
    Field("area", "text", steers=False),
    Field("sector", "choice", {letter: section.name for letter, section in sections().items()}),
    Field(
        "risk_sectors",
        "choices",
        {sector.id: sector.label for sector in RISK_SECTORS.values()},
        retired=frozenset(sector.id for sector in RISK_SECTORS.values() if sector.goods),
    ),
    Field(
        "headcount_band",
        "choice",
        {
            "0": "Nobody but the owner",
            "1-9": "1 to 9",
            "10-49": "10 to 49",
            "50-249": "50 to 249",
            "250+": "250 or more",
        },
        ordered=True,
    ),
    Field("turnover_36m", "yes_no"),
    Field(
        "labour",
        "choices",
        {
            "agency": "Agency workers, or workers from a labour provider or gangmaster",
            "seasonal": "Seasonal workers",
            "sponsored": "Workers on a visa that you or a scheme sponsor",
            "minimum_wage": "People paid at or near the minimum wage",
            "tied_housing": "People whose housing comes with the job, from you or a labour provider",
        },
    ),
    Field(
        "outside_work",
        "choices",
        {
            "crews_on_site": "Other firms’ crews work on your sites",
            "subcontracting": "Others do part of your work for you",
        },
    ),
    Field("goods_abroad", "yes_no"),
    Field("goods_bought", "choices", {goods.id: goods.label for goods in GOODS.values()}),
    Field("listed_goods", "yes_no", asked=False),
    Field("depth", "choice", {"short": "The short form", "full": "All questions"}, asked=False, default="full"),
    Field("licensed_labour", "yes_no", derived=True, asked=False),
    Field("small", "yes_no", derived=True, asked=False),
)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The facts about one organisation. None, or an empty tuple, is a fact not given.

    ``listed_goods`` comes from outside the profile form: an accepted supplier row is on a country–good pair
    of the US Department of Labor's list of goods. ``goods_bought`` may steer questions and adds nothing to the context.
    ``depth`` is chosen when an assessment is started: ``short``, or ``full`` where it is not given. Make one from
    untrusted data with ``parse_profile``.
    """

    kind: str | None = None
    postcode: str | None = None
    district: str | None = None
    area: str | None = None
    sector: str | None = None
    risk_sectors: tuple[str, ...] = ()
    headcount_band: str | None = None
    turnover_36m: bool | None = None
    labour: tuple[str, ...] = ()
    outside_work: tuple[str, ...] = ()
    goods_abroad: bool | None = None
    goods_bought: tuple[str, ...] = ()
    listed_goods: bool | None = None
    depth: Depth = "full"

    @property
    def licensed_labour(self) -> bool:
        """Whether a labour provider needs a gangmaster's licence here (Gangmasters (Licensing) Act 2004)."""
        return not _LICENSED.isdisjoint(self.risk_sectors)

    @property
    def small(self) -> bool:
        """Whether the headcount is known to be under 50."""
        return self.headcount_band in _SMALL

    @property
    def micro(self) -> bool:
        """Whether the headcount is known to be under 10: the short form is for those."""
        return self.headcount_band in _MICRO

    @property
    def people(self) -> str:
        """How many people work for the organisation, in words; "" where that is not known."""
        words = FIELDS["headcount_band"].values.get(self.headcount_band or "", "")
        return words if self.headcount_band in (None, "0") else f"{words} people"


# firms to say by what is asked, where no firm is known
TYPICAL = Profile(kind="business", headcount_band="1-9", turnover_36m=False, goods_abroad=False)
LARGE = Profile(
    kind="business", headcount_band="250+", turnover_36m=True, labour=("agency",), outside_work=("crews_on_site",),
    goods_abroad=True, risk_sectors=("agriculture",),
)  # fmt: skip


class ProfileProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field of a profile. ``message`` is a plain sentence without its full stop."""

    code: Literal[
        "profile-shape",
        "profile-type",
        "profile-contradiction",
        "unknown-profile-key",
        "unknown-profile-value",
    ]
    field: str
    message: str


def parse_profile(raw: object) -> tuple[Profile, tuple[ProfileProblem, ...]]:
    """Return the profile in a decoded JSON mapping, and every problem in it, in the mapping's order.

    A field left out, or null, is a fact not given. A field with a problem is left out of the profile. A
    derived fact may be given where it agrees with the facts it is derived from. Raises nothing.
    """
    if not isinstance(raw, Mapping):
        return Profile(), (ProfileProblem("profile-shape", "profile", "The profile is not a set of names and values"),)
    problems: list[ProfileProblem] = []
    facts: dict[str, Any] = {}
    for name, value in raw.items():
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            message = f"The profile has no “{_shown(name)}”; it has {', '.join(FIELDS)}"
            problems.append(ProfileProblem("unknown-profile-key", _shown(name), message))
        elif value is not None:
            problem = _problem(field, value)
            if problem:
                problems.append(problem)
            elif field.form == "choices":
                facts[name] = tuple(known for known in field.values if known in value)
            else:
                facts[name] = value
    derived = {name: facts.pop(name) for name, field in FIELDS.items() if field.derived and name in facts}
    profile = Profile(**facts)
    for name, value in derived.items():
        if value != getattr(profile, name):
            message = f"“{name}” is worked out from {BASES[name]} and does not agree with it; leave it out"
            problems.append(ProfileProblem("profile-contradiction", name, message))
    return profile, tuple(problems)


def _problem(field: Field, value: object) -> ProfileProblem | None:
    """Return what is wrong with one given value, or None."""
    wanted = {"choice": str, "choices": list | tuple, "yes_no": bool, "text": str}[field.form]
    items = value if isinstance(value, list | tuple) else [value]
    if not isinstance(value, wanted) or (field.form == "choices" and not all(isinstance(i, str) for i in items)):
        words = {"choice": "one value in quotes", "choices": "a list of values", "yes_no": "true or false"}
        message = f"“{field.name}” in the profile is {words.get(field.form, 'a text')}, not {_shown(value)}"
        return ProfileProblem("profile-type", field.name, message)
    if field.form == "text" and len(str(value)) > MAX_TEXT:
        message = f"“{field.name}” in the profile is longer than {MAX_TEXT} characters"
        return ProfileProblem("profile-type", field.name, message)
    unknown = [item for item in items if field.values and item not in field.values]
    if unknown:
        shown = ", ".join(f"“{_shown(item)}”" for item in unknown[:5])
        message = f"“{field.name}” in the profile cannot be {shown}; it is one of {', '.join(field.values)}"
        return ProfileProblem("unknown-profile-value", field.name, message)
    return None


def _shown(value: object) -> str:
    """Return a value short and printable, for use in a message."""
    if isinstance(value, Mapping):
        return "a set of names and values"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    clean = "".join(character if character.isprintable() else "�" for character in text[:41])
    return clean if len(text) <= 40 else clean[:40] + "…"
