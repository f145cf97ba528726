"""The 21 sections in plain words."""

from pathlib import Path

import pytest

from pledge.organisations.reference import ReferenceDataError
from pledge.organisations.sections import sections

# the 88 divisions of SIC 2007
DIVISIONS = (
    [1, 2, 3], [5, 6, 7, 8, 9], [*range(10, 34)], [35], [36, 37, 38, 39], [41, 42, 43], [45, 46, 47],
    [49, 50, 51, 52, 53], [55, 56], [58, 59, 60, 61, 62, 63], [64, 65, 66], [68], [69, 70, 71, 72, 73, 74, 75],
    [77, 78, 79, 80, 81, 82], [84], [85], [86, 87, 88], [90, 91, 92, 93], [94, 95, 96], [97, 98], [99],
)  # fmt: skip


def test_every_division_belongs_to_its_section_and_no_other_number_to_any() -> None:
    expected = {n: letter for letter, numbers in zip("ABCDEFGHIJKLMNOPQRSTU", DIVISIONS, strict=True) for n in numbers}
    assert len(expected) == 88
    held = {n: letter for letter, section in sections().items() for n in range(section.first, section.last + 1)}
    assert held == expected


def test_sections_are_shown_likely_ones_first_and_each_has_plain_words() -> None:
    shown = list(sections().values())
    assert sorted(section.letter for section in shown) == list("ABCDEFGHIJKLMNOPQRSTU")
    assert [section.letter for section in shown[:3]] == ["F", "G", "C"]
    assert [section.letter for section in shown[-2:]] == ["T", "U"]
    assert len({section.name for section in shown}) == 21
    assert all(section.examples and section.official and len(section.name) <= 60 for section in shown)


def test_overlapping_divisions_are_refused(tmp_path: Path) -> None:
    section = "{letter: %s, name: n, examples: e, official: o, first: 1, last: 3}"
    path = tmp_path / "sections.yaml"
    path.write_text(f"source: {{name: s, checked: 2026-11-21}}\nsections: [{section % 'A'}, {section % 'B'}]\n")
    with pytest.raises(ReferenceDataError, match="divisions of section B are empty or belong to another"):
        sections(path)
