"""The law in plain words, each line with the source it was read at and the day it was last compared with it."""

from functools import cache
from pathlib import Path

import msgspec

from pledge.organisations.reference import Slug, Source, Text, fill, read

DATA = Path(__file__).parent / "data"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement about the law."""

    text: Text
    source: Source


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Statements on one subject. ``intro`` is ours: it says what to do, and nothing about the law."""

    id: Slug
    title: Text
    lines: tuple[Line, ...]
    intro: Text | None = None


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount set by law, in the words to print; ``days`` where something is counted in them."""

    words: Text
    source: Source
    days: int | None = None


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page /help/law. ``figures`` serve other pages too; in the lines they are already filled in.

    ``asked_by``: which customers ask a small firm about this, for the first page.
    """

    notice: Text
    sources: tuple[Source, ...]
    figures: dict[Slug, Figure]
    sections: tuple[Part, ...]
    asked_by: tuple[Line, ...] = ()


@cache
def law(path: Path = DATA / "law.yaml") -> Law:
    """Return the law in plain words. Raises ReferenceDataError naming every problem in the file."""
    found = read(path, Law)
    return fill(found, {key: figure.words for key, figure in found.figures.items()}, path)
