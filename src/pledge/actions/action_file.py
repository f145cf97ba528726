"""The list of actions as a workbook, where no cell can be a formula."""

import io
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from pledge.actions.evidence import Piece
from pledge.actions.listing import Action
from pledge.questionnaires.result import FLAG_WORDS
from pledge.workbooks import Column, Style, Workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = (
    *("What to do", "How urgent", "By", "Who", "How far", "Done on", "Why not now", "Note", "Evidence", "Why"),
    "Asked by",
)
_WIDTHS = (60, 14, 12, 24, 26, 12, 30, 60, 60, 60, 40)  # characters
_DAYS = (HEAD.index("By"), HEAD.index("Done on"))


def workbook(actions: Sequence[Action], pieces: Sequence[Piece], call: str) -> bytes:
    """Return an .xlsx file with a line for each action. ``call``: whom to call first, where one is act_first.

    ``pieces``: the evidence of these actions, and of any others.
    """
    kept: dict[UUID, list[str]] = defaultdict(list)
    for piece in pieces:
        kept[piece.action].append(piece.words)
    content = io.BytesIO()
    columns = [Column(number, width) for number, width in enumerate(_WIDTHS, 1)]
    wrapped: dict[int, Style] = {place: "" if place in _DAYS else "wrapped" for place in range(len(HEAD))}
    last = f"K{len(actions) + 1}"
    with Workbook(content) as book, book.sheet("Actions", columns=columns, frozen=1, filtered=f"A1:{last}") as sheet:
        sheet.row(1, HEAD, dict.fromkeys(range(len(HEAD)), "heading"))
        for number, action in enumerate(actions, 2):
            sheet.row(
                number,
                [
                    f"{call} {action.what}" if action.flag == "act_first" else action.what,
                    FLAG_WORDS[action.flag] if action.flag else "",
                    action.due,
                    action.who,
                    action.state,
                    action.closed_on,
                    action.reason if action.status == "not_now" else "",
                    action.note,
                    "\n".join(kept[action.id]),
                    action.why,
                    action.source,
                ],
                wrapped,
            )
    return content.getvalue()
