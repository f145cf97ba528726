"""The PDF of the questions: kept, because firms that are alike get the same."""

import msgspec

from pledge.paper.document import Document
from pledge.paper.typesetting import typeset

_MOST = 32  # that are kept; one has some 150 KB

_kept: dict[bytes, bytes] = {}


def kept(document: Document) -> bytes | None:
    """Return the PDF of a document that was made before, or None."""
    return _kept.get(msgspec.json.encode(document))


async def make(document: Document) -> bytes:
    """Return the PDF of a document. Raises Refusal (503) when it cannot be made, or not in time."""
    data = msgspec.json.encode(document)
    made = await typeset("sheet", data)
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[data] = made
    return made
