"""What a new report does to the actions that there are, case by case."""

from datetime import date

import pytest

from pledge.actions.merging import CLOSED_BY, Known, merge, told
from pledge.actions.wishes import Wish

TODAY = date(2026, 11, 29)
LATER, SOONER = date(2027, 2, 1), date(2026, 12, 6)


def wanted(flag=None, due=LATER, question="r-b2") -> Wish:
    return Wish(question, "Ask them", "", flag, 6, 30, due, ())


def step(known: list[Known], wishes: list[Wish], **states):
    (found,) = merge(known, wishes, {name.replace("_", "-"): state for name, state in states.items()}, TODAY)
    return found.kind, found.status, found.due


def test_a_new_gap_makes_an_action():
    assert step([], [wanted()]) == ("made", "todo", LATER)


@pytest.mark.parametrize("status", ["todo", "doing", "not_now"])
def test_a_gap_that_stays_keeps_its_status_and_its_date(status):
    known = [Known("r-b2", status, "check_first", LATER)]
    for flag in ("check_first", "foundation", None):
        assert step(known, [wanted(flag, SOONER)]) == ("kept", status, LATER)


def test_a_gap_that_stays_after_its_day_gets_the_day_of_the_new_report():
    past = date(2026, 11, 28)
    assert step([Known("r-b2", "doing", None, past)], [wanted()]) == ("again", "doing", LATER)
    assert step([Known("r-b2", "todo", None, TODAY)], [wanted()]) == ("kept", "todo", TODAY)
    assert step([Known("r-b2", "not_now", None, past)], [wanted()]) == ("kept", "not_now", past)


def test_a_gap_that_comes_back_opens_its_action_again_with_a_new_date():
    assert step([Known("r-b2", "done", None, SOONER)], [wanted()]) == ("opened", "todo", LATER)


@pytest.mark.parametrize(("status", "then"), [("todo", "todo"), ("doing", "doing"), ("not_now", "todo")])
def test_a_more_urgent_answer_brings_the_day_nearer_and_back_what_was_put_off(status, then):
    assert step([Known("r-b2", status, None, LATER)], [wanted("act_first", SOONER)]) == ("urgent", then, SOONER)
    past = Known("r-b2", status, None, date(2026, 11, 28))
    assert step([past], [wanted("act_first", SOONER)]) == ("urgent", then, SOONER)
    assert step([Known("r-b2", status, "foundation", SOONER)], [wanted("check_first")]) == ("urgent", then, SOONER)
    assert step([Known("r-b2", status, None, TODAY)], [wanted("act_first", SOONER)]) == ("urgent", then, TODAY)


@pytest.mark.parametrize("status", ["todo", "doing", "not_now"])
def test_what_is_no_gap_any_more_is_done(status):
    known = [Known("r-b2", status, "act_first", SOONER)]
    assert step(known, [], r_b2="answered") == ("answered", "done", SOONER)


@pytest.mark.parametrize("state", [{"r_b2": "not_shown"}, {"r_b2": "not_applicable"}, {}])
def test_what_is_not_asked_any_more_is_closed(state):
    assert step([Known("r-b2", "doing", None, SOONER)], [], **state) == ("not_asked", "done", SOONER)


def test_the_history_says_what_closed_an_action():
    assert CLOSED_BY == {"answered": "answer", "not_asked": "not_asked"}


def test_what_only_the_short_form_leaves_out_stays_as_it_is():
    known = [Known("r-b2", "doing", None, SOONER)]
    assert list(merge(known, [], {"r-b2": "not_shown"}, TODAY, {"r-b2"})) == []


def test_what_was_done_and_is_no_gap_stays_as_it_is():
    assert list(merge([Known("r-b2", "done", None, SOONER)], [], {"r-b2": "answered"}, TODAY)) == []


def test_the_order_is_that_of_the_report():
    wishes = [wanted(question="b"), wanted(question="a")]
    steps = list(
        merge([Known("a", "doing", None, LATER), Known("z", "todo", None, LATER)], wishes, {"z": "answered"}, TODAY)
    )
    assert [(each.question, each.kind) for each in steps] == [("b", "made"), ("a", "kept"), ("z", "answered")]


@pytest.mark.parametrize(
    ("due", "past"),
    [("2026-12-07", 0), ("2026-12-06", 1), ("2026-11-30", 1), ("2026-11-29", 2), ("2026-11-28", 3)],
)
def test_reminders_that_are_past_when_the_day_is_set_are_never_sent(due, past):
    assert told(date.fromisoformat(due), TODAY) == past


def carried(known: list[Known], wishes: list[Wish], **states):
    (found,) = merge(known, wishes, {name.replace("_", "-"): state for name, state in states.items()}, TODAY,
                     carried={"r-b2"})  # fmt: skip
    return found.kind, found.status, found.due


@pytest.mark.parametrize("status", ["todo", "doing", "not_now", "done"])
def test_an_answer_that_was_only_taken_along_leaves_what_people_decided_and_its_day(status):
    past = date(2026, 11, 28)
    for due in (past, SOONER):
        assert carried([Known("r-b2", status, "foundation", due)], [wanted("foundation")]) == ("kept", status, due)
    assert carried([], [wanted()]) == ("made", "todo", LATER)


def test_an_answer_that_was_only_taken_along_is_no_new_answer_that_shows_anything():
    known = [Known("r-b2", "todo", None, LATER)]
    assert carried(known, [], r_b2="answered") == ("not_asked", "done", LATER)
    assert step(known, [], r_b2="answered") == ("answered", "done", LATER)
