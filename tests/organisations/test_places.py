"""From a postcode to a district and an area."""

import hashlib
import importlib.util
from collections import Counter
from pathlib import Path

import pytest
from tests.support.counting import calls, memory

from pledge.organisations import places
from pledge.organisations.places import (
    HEADER,
    OUTSIDE,
    Area,
    District,
    Districts,
    Gazetteer,
    Place,
    Position,
    PostcodeError,
    gazetteer,
    normalise,
    postcode_source,
    table_line,
)
from pledge.organisations.reference import ReferenceDataError

PRESTON = "E07000123"
LANCASHIRE = {
    "Blackburn with Darwen", "Blackpool", "Burnley", "Chorley", "Fylde", "Hyndburn", "Lancaster", "Pendle",
    "Preston", "Ribble Valley", "Rossendale", "South Ribble", "West Lancashire", "Wyre",
}  # fmt: skip


def postcodes() -> list[str]:
    """Return every postcode of the table, as on a letter."""
    lines = places.POSTCODES.read_text("ascii").splitlines()[1:]
    return [f"{line[:4].strip()} {line[4:7]}" for line in lines]


@pytest.mark.parametrize(
    "typed",
    [
        "PR1 2AB",
        "pr12ab",
        "PR1 2AB ",
        " Pr1  2aB",
        "PR1-2AB",
        "pr1.2ab",
        "P R 1 2 A B",
        "PR1\u00a02AB",
        "ＰＲ１　２ＡＢ",
    ],
)
def test_a_postcode_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise(typed) == "PR1 2AB"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("PRI 2AB", "PR1 2AB"),
        ("BBO 1AA", "BB0 1AA"),
        ("bb1 oaa", "BB1 0AA"),
        ("BB1 IAA", "BB1 1AA"),
        ("0L13 0AA", "OL13 0AA"),
        ("OLI3 OAA", "OL13 0AA"),
        ("L4O 1AA", "L40 1AA"),
        ("PR1O 1AA", "PR10 1AA"),
        ("S01 1AA", "SO1 1AA"),
        ("SO1 1AA", "SO1 1AA"),
        ("1P4 1AA", "IP4 1AA"),
        ("WIA 1AA", "W1A 1AA"),
        ("SWIA IAA", "SW1A 1AA"),
    ],
)
def test_o_for_0_and_i_for_1_are_put_right_where_only_one_reading_is_possible(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize("shape", ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB"])
def test_every_shape_of_uk_postcode_is_accepted(shape: str) -> None:
    assert normalise(shape.lower()) == shape


@pytest.mark.parametrize(
    "typed",
    ["PR1", "PR1 2", "12345", "PR1 2A", "PR1 2CC", "QR1 2AB", "PR123 2AB", "Preston", "PR1 2AB 3", "é", "PR１２"],
)
def test_a_wrong_shape_gets_a_plain_sentence_that_shows_what_was_typed(typed: str) -> None:
    with pytest.raises(PostcodeError) as refused:
        gazetteer().place(typed)
    assert str(refused.value) == f"“{typed}” is not a full UK postcode. Enter one like AA3 1AB."


@pytest.mark.parametrize("typed", ["", "   ", "--"])
def test_nothing_typed_is_asked_for(typed: str) -> None:
    with pytest.raises(PostcodeError, match=r"^Enter your postcode\.$"):
        normalise(typed)


def test_a_very_long_text_is_refused_without_looking_through_it_and_shown_cut_short() -> None:
    typed = "PR1 2AB " * 1_000_000

    def refuse() -> None:
        with pytest.raises(PostcodeError) as refused:
            normalise(typed)
        assert len(str(refused.value)) < 80

    assert memory(refuse) < 100_000


@pytest.mark.parametrize(
    ("typed", "district", "area"),
    [
        ("PR1 2AB", "Preston", "Central and Fylde Coast"),
        ("BB1 1AA", "Blackburn with Darwen", "Pennine Lancashire"),
        ("LA1 1NZ", "Lancaster", "North"),
        ("OL13 0AA", "Rossendale", "Pennine Lancashire"),
        ("FY1 4RS", "Blackpool", "Central and Fylde Coast"),
    ],
)
def test_a_known_postcode_gives_its_district_and_area(typed: str, district: str, area: str) -> None:
    known = gazetteer()
    place = known.place(typed)
    assert known.district_name(place.district) == district
    assert known.area_name(place.area) == area
    assert not place.doubtful


@pytest.mark.parametrize("typed", ["M1 1AE", "SW1A 1AA", "JE2 3AB", "BT1 1AA", "ZE3 9JZ", "AB10 1AA"])
def test_a_postcode_elsewhere_is_outside_and_welcome(typed: str) -> None:
    place = gazetteer().place(typed)
    assert place == Place(typed, OUTSIDE, OUTSIDE, doubtful=False)
    assert gazetteer().district_name(place.district) == "Outside Lancashire"
    assert gazetteer().area_name(place.area) == "Outside Lancashire"
    assert gazetteer().position(typed) is None


@pytest.mark.parametrize("typed", ["PR1 9ZZ", "LA7 7ZZ", "BB0 1AA", "WN8 9ZZ"])
def test_an_unknown_postcode_among_known_ones_is_outside_but_doubtful(typed: str) -> None:
    assert gazetteer().place(typed) == Place(typed, OUTSIDE, OUTSIDE, doubtful=True)


def test_a_position_is_the_middle_of_a_hundred_metre_square() -> None:
    assert gazetteer().position("pr12ab") == Position(353650, 429350)


def test_every_postcode_of_the_table_is_found_as_written_and_with_o_for_0() -> None:
    known = gazetteer()
    seen = Counter(known.place(postcode).district for postcode in postcodes())
    assert set(seen) == {district.code for district in known.districts}
    assert sum(seen.values()) == postcode_source().rows
    for postcode in postcodes()[::7]:
        assert known.place(postcode.replace("0", "O")).postcode == postcode


def test_the_table_is_sorted_without_repeats_and_is_the_one_described() -> None:
    table = places.POSTCODES.read_bytes()
    keys = [line[:7] for line in table.splitlines()[1:]]
    assert keys == sorted(set(keys))
    assert len(keys) == postcode_source().rows
    assert hashlib.sha256(table).hexdigest() == postcode_source().sha256


def test_positions_lie_in_the_north_west() -> None:
    for postcode in postcodes()[::50]:
        position = gazetteer().position(postcode)
        assert position
        assert 330_000 <= position.easting <= 400_000
        assert 394_000 <= position.northing <= 479_000


def test_fourteen_districts_group_into_three_areas() -> None:
    known = gazetteer()
    assert {district.name for district in known.districts} == LANCASHIRE
    assert [area.name for area in known.areas] == ["Pennine Lancashire", "Central and Fylde Coast", "North"]
    assert {district.area for district in known.districts} == {area.id for area in known.areas}
    assert known.area_of("E99999999") == OUTSIDE


def test_the_words_that_the_licence_asks_for_are_there() -> None:
    source = postcode_source()
    words = " ".join(source.attribution)
    assert "Office for National Statistics" in words
    assert "Open Government Licence v3.0" in words
    assert "OS data © Crown copyright" in words
    assert "Royal Mail data © Royal Mail copyright" in words
    assert source.licence.url.startswith("https://www.nationalarchives.gov.uk/")


def test_loading_and_looking_up_are_cheap() -> None:
    gazetteer.cache_clear()
    assert memory(gazetteer) < 15_000_000
    gazetteer.cache_clear()
    assert calls(gazetteer) < 10_000  # none of the 57,000 postcodes is looked at
    assert gazetteer().place("PR1 2AB").district == PRESTON


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"^postcodes\.csv: The file cannot be read: No such file"):
        gazetteer(places.DISTRICTS, tmp_path / "postcodes.csv")


@pytest.mark.parametrize("table", [b"", b"postcode,district\n", HEADER + b"PR1 2AB,E07000123,3536\n"])
def test_something_else_than_a_table_is_refused(tmp_path: Path, table: bytes) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_bytes(table)
    with pytest.raises(ReferenceDataError, match=r"^postcodes\.csv: This is not a table of postcodes"):
        gazetteer(places.DISTRICTS, path)


@pytest.mark.parametrize(
    ("districts", "reason"),
    [
        ([District("E07000122", "Pendle", "nowhere")], "No area has the id nowhere"),
        (
            [District("E07000122", "Pendle", "hills"), District("E07000122", "Pendle", "hills")],
            "two districts one code",
        ),
    ],
)
def test_districts_that_do_not_fit_together_are_refused(districts: list[District], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Districts("Elsewhere", (Area("hills", "Hills"),), tuple(districts))


def test_an_area_cannot_be_called_outside() -> None:
    with pytest.raises(ValueError, match="stands for everywhere else"):
        Districts("Elsewhere", (Area(OUTSIDE, "Outside"),), ())


class TestMakingTheTable:
    """docs/data/make_postcodes.py, which another partnership runs for its own districts."""

    ROWS = (
        ("PR11 1AA", PRESTON, 353_000.0, 429_000.0),
        ("PR1 2AB", PRESTON, 353_699.0, 429_301.0),
        ("M1 1AE", "E08000003", 384_000.0, 398_000.0),
        ("BB8 0AA", "E07000122", 388_950.0, 440_049.0),
    )

    @pytest.fixture
    def script(self):
        path = Path(__file__).parents[2] / "docs" / "data" / "make_postcodes.py"
        spec = importlib.util.spec_from_file_location("make_postcodes", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def test_it_keeps_the_wanted_districts_sorted_so_that_each_postcode_is_found(self, script) -> None:
        table = script.make_table(self.ROWS, [PRESTON, "E07000122"])
        assert table.splitlines()[1:] == [
            b"BB8 0AA,E07000122,3889,4400",
            b"PR1 2AB,E07000123,3536,4293",
            b"PR111AA,E07000123,3530,4290",
        ]
        districts = Districts(
            "Elsewhere", (Area("a", "A"),), (District(PRESTON, "Preston", "a"), District("E07000122", "Pendle", "a"))
        )
        known = Gazetteer(districts, table)
        assert [known.place(row[0]).district for row in self.ROWS] == [PRESTON, PRESTON, OUTSIDE, "E07000122"]
        assert known.position("PR11 1AA") == Position(353_050, 429_050)

    def test_it_writes_a_description_that_can_be_read_back(self, script, tmp_path: Path) -> None:
        table = script.make_table(self.ROWS, [PRESTON])
        written = script.describe(table, "2026.1.1", "November 2025", 2025, "2026-11-21")
        (tmp_path / "postcodes.yaml").write_text(written, encoding="utf-8")
        source = postcode_source(tmp_path / "postcodes.csv")
        assert source.rows == 2
        assert source.edition == "ONS Postcode Directory, November 2025"

    def test_a_postcode_without_a_position_stops_it(self, script) -> None:
        with pytest.raises(ValueError, match="PR1 2AB has no position"):
            script.make_table([("PR1 2AB", PRESTON, float("nan"), 1.0)], [PRESTON])

    def test_a_district_without_postcodes_stops_it(self, script) -> None:
        with pytest.raises(ValueError, match="No postcode lies in E07000999"):
            script.make_table(self.ROWS, [PRESTON, "E07000999"])


def test_a_line_of_the_table_has_one_width() -> None:
    assert len(table_line("M1 1AE", "E08000003", 0, 0)) == len(table_line("PR11 1AA", PRESTON, 353_000, 429_000))
