"""What a file really is, by its first bytes and its zip directory; its name is never trusted.

This runs in our own process, so it parses nothing: it compares bytes and adds up declared sizes. Everything
that is not a spreadsheet we can try to read ends as a named refusal.
"""

from typing import BinaryIO

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.reading.zip_parts import Part, read_directory, unpack

# Text files are "csv" here; the reading process tells tabs from commas.
FORMATS = ("xlsx", "xlsm", "xlsb", "xls", "ods", "csv")

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"{\\rtf", "document"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"BZh9", "archive"),
    (b"\x7fELF", "not-a-spreadsheet"),
    (b"SQLite format 3", "not-a-spreadsheet"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_XML_TABLES = (b"urn:schemas-microsoft-com:office:spreadsheet", b"opendocument:xmlns:office")
_HTML = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<table",
    b"<meta",
    b"<style",
    b"<script",
    b"<div",
    b"<!--",
)
_TEXT_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1a\0")
_OLDEST_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # before 1995


def sniff(file: BinaryIO) -> str:
    """Return which of ``FORMATS`` a file is. The file must be seekable; its position is moved.

    Raises FileRefused with the reason when it is none of them, is too large, or is a zip that must not be unpacked.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(65_536)
    if size > limits.FILE_BYTES:
        raise FileRefused("file-too-large")
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe,;"):
        raise FileRefused("empty-file")
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(code)
    if b"%PDF-" in head[:1024]:
        raise FileRefused("pdf")
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise FileRefused("picture")
    if head.startswith(_OLE):
        return _sniff_ole(file)
    if head.startswith(_ZIP):
        return _sniff_zip(file)
    if head.startswith(_OLDEST_EXCEL):
        raise FileRefused("unreadable")
    return _sniff_text(head)


def _sniff_ole(file: BinaryIO) -> str:
    found = _find_any(file, {name: name.encode("utf-16-le") for name in _OLE_STREAMS})
    if "EncryptedPackage" in found:
        raise FileRefused("password-protected")
    if found & {"Workbook", "Book"}:
        return "xls"
    raise FileRefused("document" if found else "not-a-spreadsheet")


_OLE_STREAMS = ("EncryptedPackage", "Workbook", "Book\0", "WordDocument", "PowerPoint Document")


def _find_any(file: BinaryIO, needles: dict[str, bytes]) -> set[str]:
    found: set[str] = set()
    carried = b""
    file.seek(0)
    while block := file.read(1 << 20):
        text = carried + block
        found |= {name.strip("\0") for name, needle in needles.items() if needle in text}
        carried = text[-64:]
    return found


def _sniff_zip(file: BinaryIO) -> str:
    parts = read_directory(file)
    by_name = {part.name.lower(): part for part in parts}
    names = by_name.keys()
    if sum("worksheets/" in name and "_rels" not in name for name in names) > limits.SHEETS:
        raise FileRefused("too-many-sheets")
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsm" if "xl/vbaproject.bin" in names else "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return _sniff_opendocument(file, by_name["mimetype"])
    if any(name.endswith(".iwa") for name in names):
        raise FileRefused("numbers-file")
    raise FileRefused("document" if names & {"word/document.xml", "ppt/presentation.xml"} else "archive")


def _sniff_opendocument(file: BinaryIO, mimetype: Part) -> str:
    kind = b"".join(unpack(file, mimetype, at_most=100))
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise FileRefused("document")


def _sniff_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    else:
        start = head.removeprefix(b"\xef\xbb\xbf")
        zeros = head.count(0)
        if zeros * 10 > len(head) and max(head[::2].count(0), head[1::2].count(0)) * 20 < zeros * 19:
            raise FileRefused("not-a-spreadsheet")  # not UTF-16 without its mark either
        if zeros * 10 > len(head):
            start = head.replace(b"\0", b"")
    controls = len(start) - len(start.translate(None, _TEXT_CONTROLS))
    if controls > max(8, len(start) // 50):
        raise FileRefused("not-a-spreadsheet")
    lower = start.lstrip().lower()
    if lower.startswith(b"<"):
        if any(mark in lower for mark in _XML_TABLES):
            raise FileRefused("xml-spreadsheet")
        if lower.startswith(_HTML) or b"<html" in lower or b"<table" in lower:
            raise FileRefused("web-page")
        if lower.startswith(b"<?xml"):
            raise FileRefused("not-a-spreadsheet")
    if lower.startswith((b"mime-version:", b"from: <saved by")):
        raise FileRefused("web-page")  # a web archive (.mht)
    return "csv"
