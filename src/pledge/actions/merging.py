"""What a new report does to the actions that there are: makes, keeps, opens again, closes. Pure.

There is one action for each question, for ever. A gap that stays goes on with its history, its note, its status and its
date; where that is past, the new report's counts. Nobody's decision goes without a word: whatever is opened or closed
here stands in the action's history.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pledge.actions.wishes import Wish
from pledge.questionnaires.parts import FLAGS, Flag
from pledge.questionnaires.result import State

Status = Literal["todo", "doing", "done", "not_now"]
Kind = Literal["made", "kept", "again", "opened", "urgent", "answered", "not_asked"]

CLOSED_BY: Mapping[Kind, str] = {"answered": "answer", "not_asked": "not_asked"}
SOON = timedelta(days=7)  # before the day it is due, when the first reminder goes out


class Known(NamedTuple):
    """What a new report has to know of an action that there is."""

    question: str
    status: Status
    flag: Flag | None
    due: date


class Step(NamedTuple):
    """What becomes of the action of one question. ``wish`` is None where the new report asks for nothing.

    made; kept (its words and order are the new report's); again (so is its day, because the old one is past); opened
    (it was done, and the new answer still shows the gap); urgent (the new answer is more urgent, so what was put off is
    to do, and the nearer day to come counts); answered and not_asked (done: the new answer shows it, or the question is
    not asked of this firm any more).
    """

    kind: Kind
    question: str
    status: Status
    due: date
    wish: Wish | None


def rank(flag: Flag | None) -> int:
    """Return the place of a flag in the order of urgency; what has none comes last."""
    return FLAGS.index(flag) if flag else len(FLAGS)


def merge(
    known: Sequence[Known],
    wishes: Sequence[Wish],
    states: Mapping[str, State],
    today: date,
    left_out: Container[str] = (),
    carried: Container[str] = (),
) -> Iterator[Step]:
    """Yield what a new report changes. ``states``: of its questions, shown or not; another is in it no more.

    ``left_out``: what only the short form did not ask. Of that the report says nothing. ``carried``: questions whose
    answers were taken along as they were. That says nothing new either, so what people decided stays, and its day.
    """
    there = {action.question: action for action in known}
    for wish in wishes:
        action = there.pop(wish.question, None)
        if action is None:
            yield Step("made", wish.question, "todo", wish.due, wish)
        elif wish.question in carried and wish.flag == action.flag:
            yield Step("kept", wish.question, action.status, action.due, wish)
        elif action.status == "done":
            yield Step("opened", wish.question, "todo", wish.due, wish)
        elif rank(wish.flag) < rank(action.flag):
            status = "todo" if action.status == "not_now" else action.status
            due = wish.due if action.due < today else min(action.due, wish.due)
            yield Step("urgent", wish.question, status, due, wish)
        elif action.due < today and action.status != "not_now":
            yield Step("again", wish.question, action.status, wish.due, wish)
        else:
            yield Step("kept", wish.question, action.status, action.due, wish)
    for action in there.values():
        if action.status != "done" and action.question not in left_out:
            anew = states.get(action.question) == "answered" and action.question not in carried
            kind: Kind = "answered" if anew else "not_asked"
            yield Step(kind, action.question, "done", action.due, None)


def told(due: date, today: date) -> int:
    """Return how many of the three reminders of an action are past: 7 days before, on the day, after it.

    Those that are past when a date is set are never sent: whoever sets it knows.
    """
    return (due - SOON <= today) + (due <= today) + (due < today)
