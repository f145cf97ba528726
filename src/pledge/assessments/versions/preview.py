"""What moving a draft to a newer version would do, answer by answer, in words. Pure."""

from typing import NamedTuple

from pledge.assessments.colleagues.assignments import title
from pledge.assessments.versions.moving import Move
from pledge.assessments.wording import label
from pledge.questionnaires.checks.carrying import FATES, REASONS, Fate, Outcome
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.visibility import words


class Row(NamedTuple):
    """One question: its words in the newer version (or in the old one, where it is gone), the answer, and what is said.

    ``before`` are the words that were answered, "" where they are the same.
    """

    question: str
    answer: str
    before: str = ""
    said: str = ""


class Preview(NamedTuple):
    """The rows by what becomes of them, the notes that go (question, text), and the colleagues asked for what goes."""

    rows: dict[Fate, list[Row]]
    notes: list[tuple[str, str]]
    colleagues: list[tuple[str, str]]


def preview(move: Move) -> Preview:
    """Return what a firm should see before it moves: answers that it sees now or would see, and what is new to it."""
    before, after = move.draft.shown, move.moved.shown
    rows: dict[Fate, list[Row]] = {fate: [] for fate in FATES}
    for outcome in move.outcomes:
        if (
            outcome.fate != "new"
            and outcome.question not in move.filled
            and (outcome.question in before or outcome.question in after)
        ):
            rows[outcome.fate].append(_row(move, outcome))
    for name, answer in after.items():
        if name not in before and answer is None:
            rows["new"].append(Row(_text(move, move.newer, name), ""))
        elif name in move.filled:
            given = label(move.newer, move.newer.question(name), move.draft.profile, answer)
            rows["reread"].append(Row(_text(move, move.newer, name), given, said="You gave it to other questions."))
    notes = [(_text(move, move.draft.definition, name), text) for name, text in move.lost_notes.items()]
    return Preview(rows, notes, [(each.who, title(move.draft, each.part)) for each in move.lost])


def _row(move: Move, outcome: Outcome) -> Row:
    draft, name = move.draft, outcome.question
    old = _text(move, draft.definition, name)
    new = _text(move, move.newer, name) if name in move.newer else old
    given = label(draft.definition, draft.definition.question(name), draft.profile, draft.given[name])
    if outcome.answer is not None:
        now = label(move.newer, move.newer.question(name), draft.profile, outcome.answer)
        said = f"It now says: {now}" if now != given else ""
        if outcome.fate == "reread" and new == old and not said:
            said = "The answers to choose from are others now."
    else:
        said = f"Asked again, because {REASONS[outcome.why]}." if outcome.why else ""
    return Row(new, given, old if new != old else "", said if outcome.fate != "kept" else "")


def _text(move: Move, definition: Definition, name: str) -> str:
    return words(definition, definition.question(name), move.draft.profile).text
