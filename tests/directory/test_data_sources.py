"""docs/data-sources.md and the files of data say the same."""

import re
from pathlib import Path

from pledge.organisations.places import postcode_source

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "pledge"


def rows() -> dict[str, list[str]]:
    """Return the table's cells by the name of the file."""
    lines = (ROOT / "docs" / "data-sources.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row for row in cells}


def test_every_file_of_data_is_in_the_table_and_every_row_has_its_file() -> None:
    files = {str(path.relative_to(PACKAGE)) for path in PACKAGE.glob("*/data/*") if path.is_file()}
    assert set(rows()) == files


def test_every_row_says_what_from_where_on_what_terms_as_of_when_and_how() -> None:
    for row in rows().values():
        assert len(row) == 6
        assert all(row)


def test_the_dates_in_the_table_are_the_dates_in_the_files() -> None:
    for name, row in rows().items():
        if name.endswith(".yaml"):
            checked = set(re.findall(r"checked: (\S+?)[,}]?$", (PACKAGE / name).read_text("utf-8"), re.MULTILINE))
            assert checked == set(re.findall(r"\d{4}-\d{2}-\d{2}", row[4])), name


def test_the_table_of_postcodes_is_the_edition_it_is_said_to_be() -> None:
    source = postcode_source()
    row = rows()["organisations/data/postcodes.csv"]
    assert f"{source.rows:,} postcodes" in row[1]
    assert source.package in row[2].replace("`", "")
    assert source.licence.name in row[3]
    assert source.edition == row[4]
