"""The tables shipped with the suppliers package (``data/*.csv``)."""

import csv
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of ``data/<name>.csv`` as dictionaries of text."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
