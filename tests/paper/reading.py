"""What stands in a PDF, read back by a library that had no part in making it."""

import io
import re

from pypdf import PdfReader


def pages_of(file: bytes) -> list[str]:
    """Return the words of every page, white space folded."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(file)).pages]


def words_of(file: bytes) -> str:
    """Return the words of a whole file without its feet."""
    return " ".join(re.sub(r"[^.]*, \S+ Page \d+ of \d+$", "", page) for page in pages_of(file))


def folded(text: str) -> str:
    """Return a text as it is to be found among those words."""
    return " ".join(text.split())
