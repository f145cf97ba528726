"""The papers as data: what each says, which questions it helps with, and where what it says was read."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec

from pledge.organisations.reference import ReferenceDataError, Source, Text, fill, read

Helped = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9-]+ [a-z0-9-]+$", description="a questionnaire and a question of it")
]
DATA = Path(__file__).parent / "data"
OURS = {"firm": "{firm}", "day": "{day}"}  # filled in when somebody takes a paper


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table with a row of headings. A row may be shorter: the cells that it lacks, and ``blank`` rows, are to fill
    in by hand. ``widths`` of the columns are shares of the page.
    """

    head: tuple[Text, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Text, ...], ...] = ()
    blank: int = 0

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.head) or any(len(row) > len(self.head) for row in self.rows):
            raise ValueError("A table has a width for each heading, and no row is longer than that of the headings.")


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a paper, from top to bottom. ``blanks`` are lines to fill in by hand, ``steps`` a numbered list."""

    heading: Text | None = None
    text: Text | None = None
    points: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    blanks: tuple[Text, ...] = ()
    table: Table | None = None

    def __post_init__(self) -> None:
        if sum(getattr(self, field) not in (None, ()) for field in self.__struct_fields__) != 1:
            raise ValueError("A block has one of “heading”, “text”, “points”, “steps”, “blanks” and “table”.")


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One paper. ``helps``: the questions whose action it helps with (“recruitment r-a2”). ``large``: for a wall.

    ``called``: how we speak of it where its title is for others.
    """

    title: Text
    about: Text
    sources: tuple[Source, ...]
    helps: tuple[Helped, ...]
    blocks: tuple[Block, ...]
    called: Text | None = None
    large: bool = False

    def __post_init__(self) -> None:
        if sum(bool(block.steps) for block in self.blocks) > 1:
            raise ValueError("A paper has one numbered list at most.")

    @property
    def name(self) -> str:
        """What it is called in a list, and as a file."""
        return self.called or self.title


Papers = Mapping[str, Paper]

ORDER = ("policy", "supplier-letter", "agency-checklist", "induction-talk", "attendance-sheet", "poster")


@cache
def _read(path: Path) -> Paper:
    return read(path, Paper)


def papers(phones: Mapping[str, str], folder: Path = DATA) -> Papers:
    """Return every paper by its name, in the order to show them, with telephone numbers (by contact) filled in.

    Raises ReferenceDataError naming every problem in a file, and when there is none.
    """
    found = {}
    for name in ORDER:
        path = folder / f"{name}.yaml"
        if not path.exists():
            raise ReferenceDataError(path, ["The file is missing."])
        found[name] = fill(_read(path), {**phones, **OURS}, path)
    return MappingProxyType(found)


def helping(papers: Papers, questionnaire: str, question: str) -> dict[str, Paper]:
    """Return the papers that help with the action of a question, by name."""
    return {name: paper for name, paper in papers.items() if f"{questionnaire} {question}" in paper.helps}
