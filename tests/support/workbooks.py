"""Spreadsheets for tests: honest ones by openpyxl and xlwt, and others put together part by part."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

_MAIN = "http://schemas.openxmlformats.org"
_OFFICE = f"{_MAIN}/officeDocument/2006/relationships"
SHEET_OPENS = f'<worksheet xmlns="{_MAIN}/spreadsheetml/2006/main">'


def xlsx(*sheets: tuple[str, Iterable[Sequence[Any]]], **hidden: str) -> bytes:
    """An honest workbook: (name, rows) per sheet; ``Name="hidden"`` or ``"veryHidden"`` hides one."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = hidden.get(name, "visible")
        for row in rows:
            sheet.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def sheet_xml(cells: str, before: str = "", after: str = "") -> str:
    return f"{SHEET_OPENS}{before}<sheetData>{cells}</sheetData>{after}</worksheet>"


def row_xml(number: int, **cells: str) -> str:
    inline = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in cells.items()
    )
    return f'<row r="{number}">{inline}</row>'


def workbook_parts(sheets: Sequence[tuple[str, str]], shared: str | None = None) -> dict[str, str]:
    """The parts of a minimal workbook from (name, XML) per sheet and the XML of its shared strings."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, (name, _) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_MAIN}/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
            '.spreadsheetml.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_MAIN}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}/spreadsheetml/2006/main" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
        ),
    }
    if shared is not None:
        links += f'<Relationship Id="rIdS" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = shared
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_MAIN}/package/2006/relationships">{links}</Relationships>'
    )
    for number, (_, xml) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
    return parts


def zipped(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def raw_xlsx(*sheets: tuple[str, str], shared: str | None = None) -> bytes:
    return zipped(workbook_parts(sheets, shared))


def overlapping_zip(parts: dict[str, str], copies: int) -> bytes:
    """A workbook in whose directory many entries point to one and the same piece of data."""
    data = bytearray()
    directory = b""
    entries = 0
    for name, text in parts.items():
        content = text.encode()
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = packed.compress(content) + packed.flush()
        offset = len(data)
        sizes = (zlib.crc32(content), len(body), len(content))
        data += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *sizes, len(name), 0) + name.encode() + body
        names = [name, *(f"xl/media/{number}.bin" for number in range(copies))] if "sheet1" in name else [name]
        for one in names:
            directory += (
                struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, len(one), 0, 0, 0, 0, 0, offset)
                + one.encode()
            )
            entries += 1
    start = len(data)
    data += directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), start, 0)
    return bytes(data)


def compound_file(*streams: str) -> bytes:
    """The beginning of an OLE file (xls, doc, or a workbook with a password) with the names of its streams."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return header + entries.ljust(4096, b"\0")


_ODS_SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(tables: str) -> bytes:
    """An OpenDocument spreadsheet from the XML of its tables; the style ``hidden`` hides one."""
    content = (
        f"<office:document-content {_ODS_SPACES}><office:automatic-styles>"
        '<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/>'
        f"</style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _record(kind: int, body: bytes = b"") -> bytes:
    """One record of an xlsb part: kind and length in bytes of seven bits."""
    kinds = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    sizes = b""
    while size > 127:
        sizes, size = sizes + bytes([size & 0x7F | 0x80]), size >> 7
    return kinds + sizes + bytes([size]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def xlsb(name: str, rows: Sequence[Sequence[str | float | int]]) -> bytes:
    """A binary workbook of one sheet; an int is an error cell with that code, an empty text no cell."""
    sheet = _record(129) + _record(148, struct.pack("<4L", 0, len(rows) - 1, 0, 20)) + _record(145)
    for at, row in enumerate(rows):
        sheet += _record(0, struct.pack("<2LH3BL", at, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            place = struct.pack("<2L", column, 0)
            if isinstance(value, float):
                sheet += _record(5, place + struct.pack("<d", value))
            elif isinstance(value, int):
                sheet += _record(3, place + bytes([value]))
            elif value:
                sheet += _record(6, place + _wide(value))
    sheet += _record(146) + _record(130)
    bundle = _record(156, struct.pack("<2L", 0, 1) + _wide("rId1") + _wide(name))
    book = _record(131) + _record(143) + bundle + _record(144) + _record(132)
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_MAIN}/package/2006/content-types"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": (
                f'<Relationships xmlns="{_MAIN}/package/2006/relationships">{link}</Relationships>'
            ),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )
