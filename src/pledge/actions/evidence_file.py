"""All evidence of a firm as one file to keep: the list of actions, the links, and every file as it was sent."""

import asyncio
import re
import tempfile
import zipfile
from collections.abc import Sequence
from typing import BinaryIO, cast

from pledge.actions import action_file, evidence, listing
from pledge.actions.evidence import Piece
from pledge.actions.listing import Action
from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope

NAME = "Actions and evidence.zip"
MEDIA_TYPE = "application/zip"
_NOT_IN_NAMES = re.compile(r"[^\w .()-]")


async def make(within: OrganisationScope, call: str) -> BinaryIO:
    """Return the file, nameless; the caller closes it. ``call``: whom to call first (see ``action_file``)."""

    async def unit() -> tuple[list[Action], list[Piece]]:
        return await listing.everything(within), await evidence.everything(within)

    actions, pieces = await read(unit)
    file = cast(BinaryIO, await asyncio.to_thread(tempfile.TemporaryFile))
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
            await asyncio.to_thread(packed.writestr, "Actions.xlsx", action_file.workbook(actions, pieces, call))
            await asyncio.to_thread(packed.writestr, "Evidence.txt", _contents(actions, pieces))
            for number, piece in enumerate(pieces, 1):
                if piece.format:
                    content = await evidence.bytes_of(within, piece.id)
                    await asyncio.to_thread(packed.writestr, _name(number, piece), content)
    except BaseException:
        file.close()
        raise
    return file


def _name(number: int, piece: Piece) -> str:
    return f"{number:03} {_NOT_IN_NAMES.sub('-', piece.name)}"


def _contents(actions: Sequence[Action], pieces: Sequence[Piece]) -> str:
    """Return what is evidence of what, one line each."""
    what = {action.id: action.what for action in actions}
    lines = ["What is evidence of what: its number, what it is, its last day, where it is, and the action.", ""]
    for number, piece in enumerate(pieces, 1):
        ends = f"until {piece.ends:%-d %B %Y}" if piece.ends else "no last day"
        where = piece.url or (_name(number, piece) if piece.format else "in words alone")
        lines.append(f"{number:03}. {piece.title} ({ends}): {where}. {what[piece.action]}")
    return "\n".join(lines) + "\n"
