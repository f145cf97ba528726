"""Reading actions: all of a firm's, one with its history, and which of them a list shows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from pledge.actions.merging import SOON, Status, rank
from pledge.assessments import definitions
from pledge.database import clock, sql
from pledge.database.together import Select
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.parts import Flag
from pledge.refusals import Missing

STATUSES: Mapping[Status, str] = MappingProxyType(
    {"todo": "To do", "doing": "Doing", "done": "Done", "not_now": "Not now"}
)


class Action(msgspec.Struct, frozen=True):
    """What a gap asks of a firm, and what the firm has said of it. ``assessment`` is the report that asks for it.

    ``member``, ``person``, ``name``, ``role``: who does it, None and "" for nobody; ``closed_by`` is "", people,
    answer or not_asked.
    """

    id: UUID
    assessment: UUID
    questionnaire: str
    question: str
    what: str
    why: str
    flag: Flag | None
    priority: int
    place: int
    due: date
    member: UUID | None
    person: UUID | None
    name: str
    role: str
    status: Status
    reason: str
    note: str
    closed: datetime | None
    closed_by: str
    revision: int

    @property
    def open(self) -> bool:
        """Whether it is to be done: neither done nor put off."""
        return self.status in ("todo", "doing")

    @property
    def who(self) -> str:
        """Who does it, in words."""
        return self.name or "Nobody yet"

    @property
    def state(self) -> str:
        """How far it has come, in words."""
        if self.closed_by == "answer":
            return "Done: your new answer shows it"
        if self.closed_by == "not_asked":
            return "Closed: your questions no longer ask for it"
        return STATUSES[self.status]

    @property
    def source(self) -> str:
        """What asks for it, in words."""
        definition = definitions.current(self.questionnaire)
        return definition.title if definition else self.questionnaire

    @property
    def waits(self) -> bool:
        """Whether it is put off although it cannot wait: whom to call is shown all the same."""
        return self.status == "not_now" and self.flag == "act_first"

    @property
    def closed_on(self) -> date | None:
        """The day in Europe/London on which it was done, None while it is not."""
        return self.closed.astimezone(clock.LONDON).date() if self.closed else None

    def late(self, today: date) -> bool:
        """Whether it is still to be done after its day."""
        return self.open and self.due < today


class Change(msgspec.Struct, frozen=True):
    """One line of an action's history. ``by`` and ``to`` are names, "" where there is none (any more)."""

    at: datetime
    kind: str
    by: str
    person: UUID | None
    status: str
    due: date | None
    given: bool
    to: str
    noted: bool


# The lists that one can choose, and what their links say.
SHOWN: Mapping[str, str] = MappingProxyType(
    {"open": "Open", "mine": "Yours", "late": "Late", "soon": "Due soon", "not-now": "Not now", "done": "Done"}
)


# The orders of a list, and what their links say.
ORDERS: Mapping[str, str] = MappingProxyType({"": "Most urgent first", "date": "Next date first"})


def choose(actions: Sequence[Action], show: str, source: str, me: UUID, today: date, order: str = "") -> list[Action]:
    """Return the actions of the list ``show``, those of one questionnaire where ``source`` names it. Pure.

    ``order`` is one of ORDERS: that of ``actions``, or by the day they are due, what is done last.
    """
    holds: Mapping[str, Callable[[Action], bool]] = {
        "open": lambda action: action.open,
        "mine": lambda action: action.open and action.person == me,
        "late": lambda action: action.late(today),
        "soon": lambda action: action.open and today <= action.due <= today + SOON,
        "not-now": lambda action: action.status == "not_now",
        "done": lambda action: action.status == "done",
    }
    found = [action for action in actions if source in ("", action.questionnaire) and holds[show](action)]
    return sorted(found, key=lambda action: (bool(action.closed), action.due)) if order == "date" else found


def in_order(actions: Sequence[Action]) -> list[Action]:
    """Return actions in the order to take them: that of a report, across all reports; the done ones newest first."""
    done = sorted((each for each in actions if each.closed), key=lambda each: (each.closed, each.id), reverse=True)
    rest = [each for each in actions if not each.closed]
    return [
        *sorted(rest, key=lambda each: (rank(each.flag), -each.priority, each.due, each.questionnaire, each.place)),
        *done,
    ]


_COLUMNS = (
    "a.id, a.assessment, a.questionnaire, a.question, a.what, a.why, a.flag, a.priority, a.place, a.due, a.member, "
    "m.person, p.name, m.role, a.status, a.reason, a.note, a.closed, a.closed_by, a.revision"
)
_FROM = "FROM action a LEFT JOIN membership m ON m.id = a.member LEFT JOIN person p ON p.id = m.person"
_CHANGES = """
SELECT c.at, c.kind, c.person, b.name AS author, c.status, c.due, c.given, t.name AS doer, c.noted
FROM action_change c LEFT JOIN person b ON b.id = c.person
LEFT JOIN membership m ON m.id = c.member LEFT JOIN person t ON t.id = m.person
WHERE c.organisation = {} AND c.action = {} ORDER BY c.at, c.id
"""


async def everything(within: OrganisationScope) -> list[Action]:
    """Return all actions of the organisation, in the order to take them, in the current unit."""
    return actions_in(await Select(_COLUMNS, f"{_FROM} WHERE a.organisation = {{}}", (within.organisation,)).rows())


def to_do(within: OrganisationScope) -> Select:
    """Return what asks for the actions of the organisation that are open: its rows are for ``actions_in``."""
    where = "WHERE a.organisation = {} AND a.status IN ('todo', 'doing')"
    return Select(_COLUMNS, f"{_FROM} {where}", (within.organisation,))


def finished(within: OrganisationScope, since: datetime) -> Select:
    """Return what asks which actions other members finished: ``id`` of the action, ``what``, ``name``, and ``at``."""
    return Select(
        "a.id, a.what, p.name, c.at",
        "FROM action_change c JOIN action a ON a.organisation = c.organisation AND a.id = c.action "
        "JOIN membership m ON m.organisation = c.organisation AND m.person = c.person JOIN person p ON p.id = m.person "
        "WHERE c.organisation = {} AND c.person <> {} AND c.at > {} AND c.status = 'done' AND a.closed = c.at",
        (within.organisation, within.person, since),
    )


def actions_in(rows: Sequence[dict[str, Any]]) -> list[Action]:
    """Return the actions in rows, in the order to take them."""
    return in_order([_action(row) for row in rows])


async def find(within: OrganisationScope, action: UUID) -> Action:
    """Return one, in the current unit. Raises Missing."""
    row = await sql.row(
        f"SELECT {_COLUMNS} {_FROM} WHERE a.organisation = {{}} AND a.id = {{}}", within.organisation, action
    )
    if row is None:
        raise Missing
    return _action(row)


async def history(within: OrganisationScope, action: UUID) -> list[Change]:
    """Return what became of an action, oldest first, in the current unit."""
    rows = await sql.rows(_CHANGES, within.organisation, action)
    return [
        Change(
            at=row["at"],
            kind=row["kind"],
            by=row["author"] or "",
            person=row["person"],
            status=row["status"],
            due=row["due"],
            given=bool(row["given"]),
            to=row["doer"] or "",
            noted=bool(row["noted"]),
        )
        for row in rows
    ]


def _action(row: dict[str, Any]) -> Action:
    return Action(**row | {"flag": row["flag"] or None, "name": row["name"] or "", "role": row["role"] or ""})
