"""A buyer's list of what was shared with it, as a CSV file. Pure."""

import csv
import io
from collections.abc import Sequence

from pledge.cells import inert
from pledge.sharing.keeping import Kept

COLUMNS = (
    "firm", "questions", "answered_on", "shows", "level", "shared_until", "no_longer_shared_since", "note", "about",
)  # fmt: skip
ABOUT = "Self-assessed, not checked. Answers that can tell of harm are in no result: this is no proof that all is well."


def as_csv(found: Sequence[Kept]) -> bytes:
    """Return the list in UTF-8 with a byte order mark (for Excel); no cell is a formula.

    Of what is no longer shared there is the firm's name, since when, and one's own note.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([inert(cell) for cell in _row(kept)] for kept in found)
    return file.getvalue().encode("utf-8-sig")


def _row(kept: Kept) -> tuple[str, ...]:
    if kept.shared is None:
        return (kept.firm, "", "", "", "", "", str(kept.ended), kept.note, "")
    summary = kept.shared.summary
    return (
        *(kept.firm, summary.title, str(summary.on), "summary and answers" if kept.kind == "full" else "summary"),
        *(summary.level, str(kept.until), "", kept.note, ABOUT),
    )
