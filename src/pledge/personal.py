"""What is held about whom, why, on what ground and for how long: the model of every domain's ``personal.py``. Pure.

Each domain declares every column of its tables here as somebody's. The privacy notice, a person's copy of their data
and erasure are all made from these declarations, so none of them can forget a table.
"""

import re
from calendar import monthrange
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from pledge.words.numbers import plural

# The grounds in the words of the notice. They are proposals: whoever runs the site decides.
ASKED = "You asked us for it"
INTEREST = "The legitimate interest of firms and the partnership in preventing exploitation"
SAFETY = "Our legitimate interest in a site that is safe and works"
CONSENT = "Your consent"
EXPLICIT_CONSENT = "Your explicit consent, which you give for this alone"  # UK GDPR, Articles 6(1)(a) and 9(2)(a)
DUTY = "The law obliges us"

ERASED = "Name erased"  # stands where a record that stays had a person's name


@dataclass(frozen=True, slots=True)
class Use:
    """One use of data, a line of the privacy notice: what it is, why, on what ground, how long, who sees it."""

    what: str
    why: str
    basis: str
    kept: str
    seen_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Columns of one table with one use. Names of columns are parted by spaces.

    person, organisation, supplier, nobody: whose each column is. ``withheld`` columns are a person's too, but are never
    handed out (hashes, links). ``use`` None: nobody's only, like the texts of questionnaires.

    about: which rows are about a person, as a condition with ``{person}`` (id), ``{id}`` (the same as text),
    ``{name}``, ``{email}``, ``{key}`` (the address's key) and ``{like}`` (a LIKE pattern, ESCAPE '!'); without it,
    those that hold their id in ``authors``. erase: erasing the person deletes those rows; else it puts ``blank``
    (column → SQL) into them. It empties ``authors`` wherever they hold the person's id. with_organisation: erasing an
    organisation deletes its rows here.
    """

    table: str
    title: str = ""
    use: Use | None = None
    person: str = ""
    organisation: str = ""
    supplier: str = ""
    nobody: str = ""
    withheld: str = ""
    about: str = ""
    authors: str = ""
    erase: bool = False
    blank: Mapping[str, str] = field(default_factory=dict)
    with_organisation: bool = False

    def __post_init__(self) -> None:
        of_somebody = self.person or self.organisation or self.supplier or self.withheld
        if bool(of_somebody) != (self.use is not None):
            raise ValueError(f"{self.table}: say in `use` why somebody's columns are held, and only for those.")
        if (self.condition or self.with_organisation) and not self.title:
            raise ValueError(f"{self.table}: give it a title, for people's copies of their data and for receipts.")

    @property
    def whose(self) -> dict[str, str]:
        """Return column → person, organisation, supplier or nobody. Raises ValueError for one declared twice."""
        found: dict[str, str] = {}
        groups = {"person": f"{self.person} {self.withheld}", "organisation": self.organisation}
        groups |= {"supplier": self.supplier, "nobody": self.nobody}
        for owner, columns in groups.items():
            for column in columns.split():
                if column in found:
                    raise ValueError(f"{self.table}.{column} is declared twice.")
                found[column] = owner
        return found

    @property
    def handed_out(self) -> list[str]:
        """Return the columns of a person's copy: theirs and nobody's, never an organisation's or a supplier's."""
        return [*self.person.split(), *self.nobody.split()]

    @property
    def condition(self) -> str:
        """Return which rows are about a person, or "" when none is."""
        return self.about or " OR ".join(f"{column} = {{person}}" for column in self.authors.split())


@dataclass(frozen=True, slots=True)
class Subject:
    """The person that something is held about. ``key`` is their address's key (``people.email_key``)."""

    id: UUID
    name: str
    email: str
    key: str

    def fill(self, condition: str) -> tuple[str, list[Any]]:
        """Return a condition of a declaration as SQL with its values."""
        escaped = re.sub(r"([!%_])", r"!\1", self.key)
        values = {
            "person": self.id,
            "id": str(self.id),
            "name": self.name,
            "email": self.email.lower(),
            "key": self.key,
            "like": f'%"{escaped}"%',
        }
        names = re.findall(r"\{(\w+)\}", condition)
        return re.sub(r"\{\w+\}", "{}", condition), [values[name] for name in names]


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is held, by every domain, and what must happen before somebody's or an organisation's rows go.

    Tables come in an order in which they can be erased: what refers to another table goes before it.
    """

    held: tuple[Held, ...]
    before_person: tuple[Callable[[Subject], Awaitable[object]], ...] = ()
    before_organisation: tuple[Callable[[UUID], Awaitable[object]], ...] = ()


def notice(held: Sequence[Held]) -> list[Use]:
    """Return the lines of the privacy notice: every use once, in the order of the declarations."""
    return list(dict.fromkeys(each.use for each in held if each.use is not None))


def words(period: timedelta) -> str:
    """Return a period as “10 minutes”, “24 hours” or “30 days”: in days from two days on."""
    minutes = int(period.total_seconds() // 60)
    for unit, length, least in (("day", 1440, 2), ("hour", 60, 1)):
        if minutes % length == 0 and minutes >= least * length:
            return plural(minutes // length, unit)
    return plural(minutes, "minute")


def months_before(moment: Any, months: int) -> Any:
    """Return the same day and time so many calendar months earlier; the month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    month += 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
