"""The words of each format of a report, read back by libraries that had no part in making it, without white space."""

import io
import re

import msgspec
import openpyxl
from pypdf import PdfReader
from tests.paper.reports.making import PUBLISHER

from pledge.paper.pdf_child import compiled
from pledge.paper.reports.printed import printed

FORMATS = ("pdf", "xlsx", "json")


def squeezed(text: str) -> str:
    """Return a text without white space (a PDF and a page break lines where they like) or isolating characters."""
    return re.sub(r"[\s\u2068\u2069]", "", text)


def pdf_of(report) -> bytes:
    """Make the PDF of a report in this process."""
    return compiled("report", msgspec.json.encode(printed(report, **PUBLISHER)).decode())


def in_pdf(file: bytes) -> str:
    """Return the words of a PDF."""
    return "".join(squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(file)).pages)


def in_workbook(file: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(file))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return squeezed("\0".join(map(str, values)))


def tags_of(file: bytes):
    """Yield the role of each element of a PDF's tag tree with how deep it is, and the element."""

    def walk(node, depth):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                yield from walk(each, depth)
        elif isinstance(node, dict) and "/S" in node:
            yield depth, str(node["/S"])[1:], node
            yield from walk(node.get("/K", []), depth + 1)

    root = PdfReader(io.BytesIO(file)).trailer["/Root"]
    yield from walk(root["/StructTreeRoot"]["/K"], 0)
