"""Every file ends as accepted or as a named refusal, quickly, with our own process untouched (study §7)."""

import io
import resource
import struct
import zipfile
from collections.abc import Callable

import pytest
from tests.support.workbooks import (
    SHEET_OPENS,
    compound_file,
    ods,
    ods_row,
    ods_text,
    overlapping_zip,
    raw_xlsx,
    row_xml,
    sheet_xml,
    workbook_parts,
    xlsx,
    zipped,
)

from pledge.suppliers.checking import check
from pledge.suppliers.reading.refusals import REFUSALS, FileRefused

pytestmark = pytest.mark.usefixtures("real_readers")
HEAD = row_xml(1, A="Supplier name", B="Country")
ACME = row_xml(2, A="Acme Ltd", B="UK")
HONEST = xlsx(("List", [["Supplier name", "Country"], ["Acme Ltd", "UK"]]))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cell(address: str, text: str = "x") -> str:
    number = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{number}"><c r="{address}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def far_cells(address: str) -> bytes:
    return raw_xlsx(("S", sheet_xml(HEAD + ACME + cell(address))))


def with_shared(xml: str) -> bytes:
    shared_head = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    return raw_xlsx(("S", sheet_xml(shared_head + ACME)), shared=xml)


def billion_laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]><sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'


def outside_entity() -> str:
    doctype = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return f'{doctype}<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'


def late_entity() -> str:
    """A document type that hides behind a long comment."""
    return (
        f'<?xml version="1.0"?><!--{"-x" * 4000}--><!DOCTYPE sst [<!ENTITY a "{"b" * 100}">]>'
        f'<sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
    )


def encrypted_zip() -> bytes:
    """The encryption flag set on every entry of a workbook."""
    data = bytearray(HONEST)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def lying_size() -> bytes:
    """A directory that says that every part is small, although one is not."""
    data = bytearray(raw_xlsx(("S", sheet_xml(HEAD + "".join(row_xml(n, A=f"Acme {n} Ltd") for n in range(2, 9000))))))
    name = b"xl/worksheets/sheet1.xml"
    at = data.rfind(name) - 46
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def doubled_name() -> bytes:
    data = io.BytesIO(HONEST)
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml(HEAD))
    return data.getvalue()


def backslashes_in_headers() -> bytes:
    """Parts whose own headers name them as Windows does, unlike the directory: some programs write such files."""
    return HONEST.replace(b"xl/worksheets/", b"xl\\worksheets\\", 1)


def wrong_checksum() -> bytes:
    """A checksum that is wrong in a part which nobody reads."""
    data, at = bytearray(HONEST), HONEST.rfind(b"docProps/app.xml") - 46
    data[at + 16 : at + 20] = b"none"
    return bytes(data)


def counted_too_few() -> bytes:
    """A directory that says that it has three entries: readers would disagree about what is in the file."""
    data, at = bytearray(HONEST), HONEST.rfind(b"PK\5\6")
    data[at + 8 : at + 12] = struct.pack("<2H", 3, 3)
    return bytes(data)


def many_sheets_one_part(count: int) -> bytes:
    parts = workbook_parts([("S", sheet_xml(HEAD + ACME))])
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, count + 1))
    start, _, rest = parts["xl/workbook.xml"].partition("<sheets>")
    parts["xl/workbook.xml"] = f"{start}<sheets>{sheets}</sheets>{rest.partition('</sheets>')[2]}"
    return zipped(parts)


def many_strings() -> bytes:
    """Shared strings that pack a thousand to one."""
    return with_shared(f'<sst xmlns="{MAIN}">' + "<si><t/></si>" * 1_000_000 + "</sst>")


def one_long_string() -> bytes:
    return with_shared(f'<sst xmlns="{MAIN}"><si><t>{"A" * 30_000_000}</t></si></sst>')


def white_space() -> bytes:
    return raw_xlsx(("S", sheet_xml(HEAD + " " * 30_000_000 + ACME)))


def repeated_cells_ods() -> bytes:
    """Two small elements that stand for 16,384 × 1,048,576 cells."""
    repeated = ods_text("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
    row = ods_row(repeated).replace("<table:table-row", '<table:table-row table:number-rows-repeated="1048576"')
    return ods(f'<table:table table:name="S">{row}</table:table>')


CSV = b"Supplier name,Country\nAcme Ltd,UK\n"
WIDE = [["Supplier name", *[f"c{n}" for n in range(210)]], ["Acme Ltd", *[""] * 209, "far"]]

# (what it is, its bytes, the refusal it must end as, or how many rows are accepted)
FILES: list[tuple[str, Callable[[], bytes], str | int]] = [
    ("nothing at all", lambda: b"", "empty-file"),
    ("white space", lambda: b" \r\n\t\n", "empty-file"),
    ("a byte-order mark", lambda: b"\xef\xbb\xbf", "empty-file"),
    ("26 MB", lambda: CSV + b"x" * (26 * 1024 * 1024), "file-too-large"),
    ("a web page named .xls", lambda: b"<html><body><table><tr><td>Supplier</td></tr></table>", "web-page"),
    ("a web page with a doctype", lambda: b"\xef\xbb\xbf\n<!DOCTYPE html><title>x</title>", "web-page"),
    ("a table as Excel saves it for the web", lambda: b'<meta http-equiv="x"><table><tr>', "web-page"),
    (
        "an XML spreadsheet of 2003",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "xml-spreadsheet",
    ),
    ("a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "pdf"),
    ("a photograph", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
    ("a screenshot", lambda: b"\x89PNG\r\n\x1a\n", "picture"),
    ("a phone's photograph", lambda: b"\0\0\0\x18ftypheic", "picture"),
    ("a rich text letter", lambda: b"{\\rtf1 Dear", "document"),
    ("a gzip file", lambda: b"\x1f\x8b\x08\0", "archive"),
    ("a zip of something else", lambda: zipped({"readme.txt": "hello"}), "archive"),
    ("a Word document", lambda: zipped({"word/document.xml": "<w/>"}), "document"),
    ("an old Word document", lambda: compound_file("WordDocument"), "document"),
    ("an Apple Numbers file", lambda: zipped({"Index/Document.iwa": "x"}), "numbers-file"),
    (
        "a text of LibreOffice",
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}),
        "document",
    ),
    ("random bytes", lambda: bytes(range(256)) * 40, "not-a-spreadsheet"),
    ("a program", lambda: b"\x7fELF\x02\x01\x01", "not-a-spreadsheet"),
    ("an Excel 4 file", lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00", "unreadable"),
    ("a workbook with a password", lambda: compound_file("EncryptionInfo", "EncryptedPackage"), "password-protected"),
    ("a zip with encrypted parts", encrypted_zip, "password-protected"),
    ("an xls header and no more", lambda: compound_file("Workbook"), "unreadable"),
    ("an empty zip", lambda: zipped({}), "archive"),
    ("a workbook cut in half", lambda: HONEST[: len(HONEST) // 2], "damaged-file"),
    ("a workbook without its last byte", lambda: HONEST[:-1], "damaged-file"),
    ("a workbook with bytes before it", lambda: b"PK\x03\x04junk" + HONEST, "damaged-file"),
    ("a directory that lies about sizes", lying_size, "damaged-file"),
    ("two parts of one name", doubled_name, "unsafe-file"),
    ("overlapping parts", lambda: overlapping_zip(workbook_parts([("S", sheet_xml(HEAD + ACME))]), 50), "unsafe-file"),
    (
        "3,000 parts",
        lambda: zipped(workbook_parts([("S", sheet_xml(HEAD))]) | {f"x/{n}": "" for n in range(3000)}),
        "unsafe-file",
    ),
    ("a directory that counts too few parts", counted_too_few, "damaged-file"),
    ("headers with backslashes", backslashes_in_headers, 1),
    ("a wrong checksum that nobody meets", wrong_checksum, 1),
    ("a shared string of 30 MB", one_long_string, "unpacks-too-large"),
    ("a million shared strings", many_strings, "unpacks-too-large"),
    ("30 MB of white space", white_space, "unpacks-too-large"),
    ("billion laughs", lambda: with_shared(billion_laughs()), "unsafe-file"),
    ("an outside entity", lambda: with_shared(outside_entity()), "unsafe-file"),
    ("a hidden document type", lambda: with_shared(late_entity()), "unreadable"),
    ("70 sheets", lambda: xlsx(*[(f"S{n}", [["Supplier name"], ["Acme Ltd"]]) for n in range(70)]), "too-many-sheets"),
    ("100,000 sheets of one part", lambda: many_sheets_one_part(100_000), "too-many-sheets"),
    ("cells beyond column 200", lambda: xlsx(("S", WIDE)), "too-many-columns"),
    ("two cells far apart", lambda: far_cells("XFD1048576"), 1),
    ("two cells rather far apart", lambda: far_cells("ZZ100000"), 1),
    ("a last cell in the last column", lambda: far_cells("XFD3"), "too-many-columns"),
    (
        "a dimension that says one cell",
        lambda: raw_xlsx(
            (
                "S",
                sheet_xml(
                    HEAD + "".join(row_xml(n, A=f"Firm {n} Ltd") for n in range(2, 102)), '<dimension ref="A1"/>'
                ),
            )
        ),
        100,
    ),
    (
        "a dimension of the whole sheet",
        lambda: raw_xlsx(("S", sheet_xml(HEAD + ACME, '<dimension ref="A1:XFD1048576"/>'))),
        1,
    ),
    (
        "20,000 merges",
        lambda: raw_xlsx(
            (
                "S",
                sheet_xml(
                    HEAD + ACME,
                    after="<mergeCells>"
                    + "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(3, 20003))
                    + "</mergeCells>",
                ),
            )
        ),
        1,
    ),
    ("a sheet that is not XML", lambda: raw_xlsx(("S", "hello")), "damaged-file"),
    (
        "a sheet that ends in the middle",
        lambda: raw_xlsx(("S", f"{SHEET_OPENS}<sheetData>{HEAD}<row r")),
        "damaged-file",
    ),
    ("an ODS of 17 thousand million cells", repeated_cells_ods, "unreadable"),
    ("a CSV named .xlsx", lambda: CSV, 1),
    ("an xlsx named .xls", lambda: HONEST, 1),
    (
        "a CSV with a quotation mark that never closes",
        lambda: b'Supplier name,Country\n"Acme Ltd,UK\nBee Ltd,UK\n',
        "unclosed-quote",
    ),
    ("the same, and long", lambda: b'Supplier name,Country\n"Acme Ltd,UK\n' + b"Bee Ltd,UK\n" * 9000, "cell-too-long"),
    ("one line of 5 MB", lambda: b"x" * 5_000_000, "cell-too-long"),
    ("a CSV with NULs", lambda: b"Supplier name,Country\nAc\0me Ltd,UK\n", 1),
    ("a CSV in UTF-16", lambda: CSV.decode().encode("utf-16"), 1),
    ("a CSV in UTF-16 without its mark", lambda: CSV.decode().encode("utf-16-le"), 1),
    ("a CSV with lone carriage returns", lambda: CSV.replace(b"\n", b"\r"), 1),
    ("a CSV of empty cells", lambda: b",,,\n" * 5000, "empty-file"),
    ("a CSV of quoted nothing", lambda: b'"","",""\n' * 50, "no-data"),
    ("headings alone", lambda: b"Supplier name,Country\n", "no-suppliers"),
    ("no names", lambda: b"Town,Country\nBurnley,UK\n", "no-name-column"),
    ("250,000 rows", lambda: b"Supplier name\n" + b"Acme Ltd\n" * 250_000, "too-many-rows"),
    ("250 columns", lambda: (",".join(["Supplier name", *["c"] * 250]) + "\nAcme Ltd\n").encode(), "too-many-columns"),
]


@pytest.mark.parametrize(("make", "end"), [file[1:] for file in FILES], ids=[file[0] for file in FILES])
def test_ends_as_accepted_or_refused_by_name(make: Callable[[], bytes], end: str | int, tmp_path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(make())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("rb") as file:
        if isinstance(end, int):
            assert check(file, "list.xls").accepted == end
        else:
            with pytest.raises(FileRefused) as refused:
                check(file, "list.xls")
            assert refused.value.code == end
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "our process grew"


def test_every_refusal_says_what_to_do() -> None:
    for refusal in REFUSALS.values():
        assert refusal.message.count(".") >= 2 or "," in refusal.message, refusal.code
        assert not refusal.message.startswith("Error")
