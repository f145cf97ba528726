"""What a file that is to be evidence really is, by its bytes; its name is never trusted. Parses nothing."""

from typing import BinaryIO

from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.reading.sniffing import sniff as sniff_spreadsheet

FILE_BYTES = 5 * 1024 * 1024
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ENDINGS = {"pdf": (".pdf",), "png": (".png",), "jpeg": (".jpg", ".jpeg"), "xlsx": (".xlsx",)}
_MAGIC = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))

EMPTY = "This file is empty. Save it again, and send us the new file."
TOO_LARGE = f"This file is larger than {FILE_BYTES // 1024**2} MB. Send a smaller copy, or a link to it."
OTHER = "This file is no PDF, PNG, JPEG or Excel workbook (.xlsx), whatever its name says. Save it as a PDF first."


class NotEvidence(Exception):
    """The file cannot be kept. ``message`` says why and what to do, in plain words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def sniff(file: BinaryIO) -> tuple[str, int]:
    """Return which of MEDIA_TYPES a seekable file is, and its size in bytes. Raises NotEvidence."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(16)
    if not size:
        raise NotEvidence(EMPTY)
    if size > FILE_BYTES:
        raise NotEvidence(TOO_LARGE)
    for magic, format in _MAGIC:
        if head.startswith(magic):
            return format, size
    try:
        format = sniff_spreadsheet(file) if head.startswith(b"PK") else ""
    except FileRefused as refused:
        raise NotEvidence(OTHER) from refused
    if format != "xlsx":  # one with macros is another format
        raise NotEvidence(OTHER)
    return format, size


def named(name: str, format: str) -> str:
    """Return a file's name with an ending that says what it is."""
    return name if name.lower().endswith(_ENDINGS[format]) else f"{name}{_ENDINGS[format][0]}"
