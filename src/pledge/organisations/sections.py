"""The 21 sections of the UK Standard Industrial Classification of 2007, in words that a small firm knows."""

from functools import cache
from pathlib import Path

import msgspec

from pledge.organisations.reference import Source, Text, read

DATA = Path(__file__).parent / "data"


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One section. ``letter`` is what a profile stores; ``first`` to ``last`` are its two-digit divisions."""

    letter: Text
    name: Text
    examples: Text
    official: Text
    first: int
    last: int


class Sections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sections in the order to show them."""

    source: Source
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        taken: set[int] = set()
        for section in self.sections:
            divisions = set(range(section.first, section.last + 1))
            if not divisions or taken & divisions:
                raise ValueError(f"The divisions of section {section.letter} are empty or belong to another.")
            taken |= divisions
        if len({section.letter for section in self.sections}) < len(self.sections):
            raise ValueError("Two sections have one letter.")


@cache
def sections(path: Path = DATA / "sic_sections.yaml") -> dict[str, Section]:
    """Return every section by its letter, in the order to show them."""
    return {section.letter: section for section in _read(path).sections}


@cache
def _read(path: Path) -> Sections:
    return read(path, Sections)
