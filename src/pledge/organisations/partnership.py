"""What is one partnership's own: its name, its county, and which files hold its districts and postcodes."""

from pathlib import Path

import msgspec

from pledge.organisations.reference import Source, Text, read

DATA = Path(__file__).parent / "data"


class Office(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office that answers questions about the pledge, by telephone."""

    name: Text
    phone: Text
    source: Source


class Partnership(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The partnership that runs this installation.

    ``covers`` finishes the sentence "We work in …". ``email`` is None until the file or a setting gives one.
    ``rings`` finishes "We ring you …" for whoever asks for a call; None promises no time.
    ``districts`` and ``postcodes`` are the files for ``pledge.organisations.places.gazetteer``.
    """

    name: Text
    short_name: Text
    county: Text
    covers: Text
    districts: Path
    postcodes: Path
    email: Text | None = None
    office: Office | None = None
    rings: Text | None = None


def partnership(path: Path | None = None, *, email: str | None = None) -> Partnership:
    """Return the partnership described in ``path`` (or in the file that comes with Pledge).

    File names in it are relative to it. ``email`` is the operator's setting and beats the file's.
    Raises ReferenceDataError with every problem in the file.
    """
    path = path or DATA / "partnership.yaml"
    found = read(path, Partnership)
    return msgspec.structs.replace(
        found,
        districts=path.parent / found.districts,
        postcodes=path.parent / found.postcodes,
        email=email or found.email,
    )
