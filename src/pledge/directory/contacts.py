"""Who to ring, as dated data: the helpline, the emergency services, the bodies that enforce the law."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec

from pledge.organisations.reference import Slug, Source, Text, Url, read

DATA = Path(__file__).parent / "data"

Phone = Annotated[str, msgspec.Meta(pattern=r"^\d[\d ]*\d$", description="a telephone number: digits and spaces")]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone to ring or a page to go to. ``hours`` is a sentence, and absent unless a source for it was read."""

    name: Text
    purpose: Text
    source: Source
    phone: Phone | None = None
    url: Url | None = None
    hours: Text | None = None

    def __post_init__(self) -> None:
        if not (self.phone or self.url):
            raise ValueError("A contact needs a “phone” or a “url”.")

    @property
    def tel(self) -> str:
        """Return the number as a ``tel:`` link wants it, or an empty text."""
        return (self.phone or "").replace(" ", "")


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: contacts by key, in the order to show them."""

    contacts: dict[Slug, Contact]


@cache
def contacts(path: Path = DATA / "contacts.yaml") -> Mapping[str, Contact]:
    """Return every contact by its key. Raises ReferenceDataError naming every problem in the file."""
    return MappingProxyType(read(path, Contacts).contacts)
