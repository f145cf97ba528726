"""How far answers reach over the six areas of section 54(5) of the Modern Slavery Act 2015. Pure."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from pledge.organisations.reference import Source, Text, read
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.result import QuestionResult

_Points = Annotated[int, msgspec.Meta(ge=1, le=4)]


class _Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    letter: Text
    standard: Text
    title: Text


class Areas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The six areas with their ground, and from how many points an answer is about at each level of the guidance."""

    source: Source
    guidance: Source
    level_1: _Points
    level_2: _Points
    areas: tuple[_Area, ...]


class Covered(msgspec.Struct, frozen=True):
    """One area: how many answers belong to it, and how many of them are about at Level 1, or beyond, and at Level 2.

    With 0 answers nothing that is shared tells of it.
    """

    letter: str
    title: str
    answers: int
    level_1: int
    level_2: int


@cache
def areas() -> Areas:
    """Return the six areas. Raises ReferenceDataError for a bad file."""
    return read(Path(__file__).parent / "data" / "section54.yaml", Areas)


def covered(definition: Definition, rows: Iterable[QuestionResult]) -> tuple[Covered, ...]:
    """Return all six areas with what the answers in ``rows`` say of each; what is not applicable says nothing."""
    scored = [(definition.scored_question(row.id).maps_to, row.points) for row in rows if row.points is not None]
    known, found = areas(), []
    for area in known.areas:
        points = [each for maps_to, each in scored if area.standard in maps_to]
        at = [sum(each >= least for each in points) for least in (known.level_1, known.level_2)]
        found.append(Covered(area.letter, area.title, len(points), *at))
    return tuple(found)
