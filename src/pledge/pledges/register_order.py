"""The order of the register: by name, and one name by the organisation’s id. A page lies beside a place in it.

So a page is found by an index, however many are before it, and stays where it is when others join or leave.
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from pledge.words.text import clean

ORDER = " ORDER BY s.listed_as, s.organisation"
REVERSE = " ORDER BY s.listed_as DESC, s.organisation DESC"


class Place(msgspec.Struct, frozen=True):
    """A place in the order of names, and the side of it on which a page lies: behind it (“>”) or in front of it (“<”).

    ``name`` may be part of one, in any case; ``id`` tells organisations of one name apart. With “>=” and “<=” what
    stands at the place itself is on that side too.
    """

    sign: Literal[">", "<", ">=", "<="]
    name: str
    id: UUID = UUID(int=0)

    @classmethod
    def named(cls, asked: Mapping[str, str]) -> "Place | None":
        """Return the place that the query of an address names; None where it names none. Any words are a place."""
        sign: Literal[">", "<"] = ">" if clean(asked.get("after", "")) else "<"
        text = clean(asked.get("after" if sign == ">" else "before", ""))
        name, _, which = text.rpartition("~")
        try:
            return cls(sign, name, UUID(which))
        except ValueError:
            return cls(sign, text) if text else None

    @property
    def query(self) -> str:
        """The place as the query of an address."""
        return urlencode({"before" if self.before else "after": f"{self.name}~{self.id}"})

    @property
    def before(self) -> bool:
        """Whether the page ends there."""
        return self.sign[0] == "<"

    @property
    def turned(self) -> "Place":
        """The same place with its other side."""
        return Place(_TURNED[self.sign], self.name, self.id)

    @property
    def condition(self) -> str:
        """What holds on its side; its values are those of ``values``."""
        return f" AND (s.listed_as, s.organisation) {self.sign} (lower({{}}), {{}})"

    @property
    def values(self) -> tuple[str, UUID]:
        """The values of the condition."""
        return self.name, self.id


_TURNED: dict[str, Literal[">", "<", ">=", "<="]] = {">": "<=", "<=": ">", "<": ">=", ">=": "<"}
