"""The 21 sections in plain words."""

from pathlib import Path

import pytest

from pledge.organisations.reference import ReferenceDataError
from pledge.organisations.sections import section_of, sections

# the 88 divisions of SIC 2007
DIVISIONS = (
    [1, 2, 3], [5, 6, 7, 8, 9], [*range(10, 34)], [35], [36, 37, 38, 39], [41, 42, 43], [45, 46, 47],
    [49, 50, 51, 52, 53], [55, 56], [58, 59, 60, 61, 62, 63], [64, 65, 66], [68], [69, 70, 71, 72, 73, 74, 75],
    [77, 78, 79, 80, 81, 82], [84], [85], [86, 87, 88], [90, 91, 92, 93], [94, 95, 96], [97, 98], [99],
)  # fmt: skip


def test_every_division_belongs_to_its_section_and_no_other_number_to_any() -> None:
    expected = {n: letter for letter, numbers in zip("ABCDEFGHIJKLMNOPQRSTU", DIVISIONS, strict=True) for n in numbers}
    assert len(expected) == 88
    for number in range(100):
        found = section_of(f"{number:02}100")
        assert (found.letter if found else None) == expected.get(number)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("43320", "Building and trades"),
        ("31090", "Making things"),
        ("45200", "Shops, wholesale and garages"),
        ("96020", "Hair, beauty, repairs and other services"),
        ("01130", "Farming, forestry and fishing"),
        ("78200", "Cleaning, security, staff supply and other business support"),
    ],
)
def test_a_code_suggests_the_section_a_firm_would_pick(code: str, name: str) -> None:
    found = section_of(code)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    "code", ["", "4332", "433200", "4332O", "F", "04100", "99999", "74990", "４３３２０", " 43320"]
)
def test_anything_else_and_codes_without_a_trade_suggest_nothing(code: str) -> None:
    assert section_of(code) is None


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
    path.write_text(
        f"source: {{name: s, checked: 2026-11-21}}\nno_trade: []\nsections: [{section % 'A'}, {section % 'B'}]\n"
    )
    with pytest.raises(ReferenceDataError, match="divisions of section B are empty or belong to another"):
        sections(path)
