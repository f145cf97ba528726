"""Which actions stand first on the page of tasks for whoever looks, and whose they are. Pure."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pledge.actions.listing import Action


class Urgent(NamedTuple):
    """The ``first`` of ``all`` open actions, how many ``more`` are to act on first, and what is ``yours`` after it.

    ``yours`` is None where ``first`` is theirs already, or they have none.
    """

    first: Action
    all: int
    more: int
    yours: Action | None


def urgent(actions: Sequence[Action], me: UUID) -> Urgent | None:
    """Return what stands first of open actions, given in the order to take them; None where there are none.

    What can mean harm comes before all else, whoever has it. Among equals one's own come before those that nobody has,
    and a colleague's last.
    """
    if not actions:
        return None
    order = sorted(actions, key=lambda action: (not _acts_first(action), _owner(action, me)))
    first = order[0]
    yours = next((action for action in order if action.person == me), None)
    more = sum(map(_acts_first, actions)) - _acts_first(first)
    return Urgent(first, len(actions), more, None if first.person == me else yours)


def whose(action: Action, me: UUID) -> str:
    """Say whose an action is, in a sentence."""
    if action.person == me:
        return "It is yours."
    return f"It is {action.name}’s." if action.name else "Nobody has it yet."


def _acts_first(action: Action) -> bool:
    return action.flag == "act_first"


def _owner(action: Action, me: UUID) -> int:
    return 0 if action.person == me else 1 if action.person is None else 2
