"""Amounts in law that a question asks about, as dated data."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from pledge.organisations.reference import Source, Text, read

DATA = Path(__file__).parent / "data"


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount as it is written on a page, and where it comes from."""

    words: Text
    source: Source


@cache
def thresholds(path: Path = DATA / "thresholds.yaml") -> Mapping[str, Threshold]:
    """Return every threshold by its key. Raises ReferenceDataError naming every problem in the file."""
    return MappingProxyType(read(path, dict[str, Threshold]))
