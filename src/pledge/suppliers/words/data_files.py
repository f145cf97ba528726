"""The tables shipped with the suppliers package (``data/*.csv``)."""

import csv
import io
import unicodedata
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "data"


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of ``data/<name>.csv`` as dictionaries of text."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        # One form for letters with accents: some tables have ç as one character, others as two.
        return list(csv.DictReader(io.StringIO(unicodedata.normalize("NFC", file.read()), newline="")))
