"""Which actions stand first for whoever looks."""

from datetime import date
from itertools import permutations
from uuid import UUID, uuid4

from pledge.actions.listing import Action
from pledge.reports.urgent import urgent, whose

ME, BOB = uuid4(), uuid4()


def action(place: int, person: UUID | None = None, flag=None, name: str = "") -> Action:
    return Action(
        id=UUID(int=place), assessment=uuid4(), questionnaire="recruitment", question=f"r-{place}", what="Do it",
        why="", flag=flag, priority=1, place=place, due=date(2026, 12, 6), member=person, person=person, name=name,
        role="owner" if person else "", status="todo", reason="", note="", closed=None, closed_by="", revision=1,
    )  # fmt: skip


def test_what_can_mean_harm_comes_first_then_ones_own_then_nobodys_then_a_colleagues():
    rising = [
        action(1, ME, "act_first"), action(2, None, "act_first"), action(3, BOB, "act_first"),
        action(4, ME), action(5, None, "check_first"), action(6, BOB, "check_first"),
    ]  # fmt: skip
    for count in range(1, 7):
        for given in permutations(rising[-count:]):
            assert urgent(given, ME).first is rising[-count]


def test_among_equals_the_order_in_which_to_take_them_holds():
    first, second = action(1, ME, "check_first"), action(2, ME)
    assert urgent([first, second], ME).first is first and urgent([second, first], ME).first is second


def test_the_others_to_act_on_first_are_counted_and_ones_own_is_told_beside_a_colleagues():
    assert urgent([], ME) is None
    harm, more, mine = action(1, BOB, "act_first"), action(2, BOB, "act_first"), action(3, ME)
    found = urgent([harm, more, mine], ME)
    assert (found.first, found.all, found.more, found.yours) == (harm, 3, 1, mine)
    found = urgent([harm, more, mine], BOB)
    assert (found.first, found.all, found.more, found.yours) == (harm, 3, 1, None)
    assert urgent([mine], ME)[1:] == (1, 0, None) and urgent([harm], ME)[1:] == (1, 0, None)


def test_it_says_whose_an_action_is():
    assert whose(action(1, ME, name="Alice"), ME) == "It is yours."
    assert whose(action(1, BOB, name="Bob"), ME) == "It is Bob’s."
    assert whose(action(1), ME) == "Nobody has it yet."
