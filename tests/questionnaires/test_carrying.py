"""What becomes of answers in a newer version: each has one outcome, and nothing is carried that is worth another."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, parse_answer
from pledge.questionnaires.checks.carrying import FATES, REASONS, Outcome, carried, possible
from pledge.questionnaires.definition import Question
from pledge.questionnaires.loading import published

BLANK = Profile()
SMALL = Profile(headcount_band="1-9")


def asked(kind, name="q", **more):
    return {"id": name, "kind": kind, "text": "What is it?", **more}


@pytest.fixture
def becomes(make, define):
    """Return a function that gives the one outcome of an answer to ``q``, where the question becomes another."""

    def outcome(old, new, answer, profile=BLANK):
        rest = make[0]("rest")
        (found,) = carried(define([old, rest]), define([new, rest]), {"q": answer}, profile)
        assert (found.why in REASONS) == (found.fate == "again")
        return found.fate, found.why

    return outcome


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, ("kept", "")),
        ({"hint": "Look in the file.", "weight": 3, "action": {"text": "Do.", "due_days": 9}}, ("kept", "")),
        ({"text": "how is Q"}, ("kept", "")),
        ({"text": "How was q?"}, ("reread", "")),
        ({"dont_know": {"action": "Find out.", "due_days": 7, "label": "Nobody here knows"}}, ("reread", "")),
        ({"points": (0, 1, 2, 3)}, ("reread", "")),
        ({"points": (0, 1, 3, 4)}, ("again", "option")),
        ({"flags": {2: "check_first"}}, ("again", "points")),
        ({"flags": {0: "act_first"}}, ("kept", "")),
    ],
)
def test_an_answer_of_a_question_that_is_scored(becomes, make, changed, outcome):
    question, _ = make
    assert becomes(question("q"), question("q", **changed), Answer(value="p2")) == outcome


def test_an_option_that_counts_differently_is_asked_again_whatever_else_changed(becomes, make):
    question, _ = make
    dearer = question("q", text="How was q?")
    dearer["options"][2] = {"value": "p2", "label": "Level 2", "points": 1}
    assert becomes(question("q"), dearer, Answer(value="p2")) == ("again", "points")
    assert becomes(question("q"), dearer, Answer(value="p3")) == ("reread", "")


def test_dont_know_is_always_carried_and_a_reason_only_where_it_is_still_taken(becomes, make):
    question, _ = make
    takes = question("q", not_applicable=True)
    assert becomes(takes, question("q"), Answer(dont_know=True)) == ("kept", "")
    assert becomes(takes, question("q"), Answer(not_applicable="No staff")) == ("again", "invalid")
    assert becomes(takes, takes, Answer(not_applicable="No staff")) == ("kept", "")


def test_words_of_an_option_matter_whatever_its_value_is_called(becomes, make):
    question, _ = make
    old, new = (question("q") for _ in "12")
    for each, label in ((old, "Ask Jo"), (new, "Ask Ann")):
        each["options"][0] |= {"value": "dont_know", "label": label}
    assert becomes(old, new, Answer(value="p2")) == ("reread", "")


def test_words_of_a_variant_matter_to_whom_reads_them(becomes, make):
    question, _ = make
    variant = {"when": {"profile": "headcount_band", "in": ["1-9"]}, "text": "How are you with q?"}
    new = question("q", variants=[variant])
    assert becomes(question("q"), new, Answer(value="p2")) == ("kept", "")
    assert becomes(question("q"), new, Answer(value="p2"), SMALL) == ("reread", "")


ONE, TWO, NONE = ({"value": name, "label": name} for name in ("one", "two", "none"))


@pytest.mark.parametrize(
    ("old", "new", "answer", "outcome"),
    [
        (asked("number"), asked("number"), Answer(value="12"), ("kept", "")),
        (asked("number"), asked("number", most="10"), Answer(value="12"), ("again", "invalid")),
        (asked("number", decimals=1), asked("number"), Answer(value="1.5"), ("again", "invalid")),
        (asked("number", unit="tonnes"), asked("number", unit="kilos"), Answer(value="12"), ("again", "unit")),
        (asked("number"), asked("money"), Answer(value="12"), ("again", "kind")),
        (asked("date"), asked("date", earliest="2020-01-01"), Answer(value="2019-12-31"), ("again", "invalid")),
        (asked("date"), asked("date", text="Which day is it?"), Answer(value="2019-12-31"), ("reread", "")),
        (asked("short_text"), asked("short_text", longest=3), Answer(value="four"), ("again", "invalid")),
        (asked("choices", options=[ONE, TWO]), asked("choices", options=[TWO, ONE]), Answer(values=("one", "two")),
         ("kept", "")),
        (asked("choices", options=[ONE, TWO, NONE]), asked("choices", options=[ONE, TWO]), Answer(values=("none",)),
         ("again", "option")),
        (asked("choices", options=[ONE, TWO]), asked("choices", options=[ONE, TWO, NONE]), Answer(values=("one",)),
         ("reread", "")),
        (asked("choices", options=[ONE, TWO]), asked("choices", options=[ONE, {**TWO, "exclusive": True}]),
         Answer(values=("one", "two")), ("again", "invalid")),
    ],
)  # fmt: skip
def test_an_answer_of_a_question_that_is_not_scored(becomes, old, new, answer, outcome):
    assert becomes(old, new, answer) == outcome


def test_a_note_is_not_carried_to_a_question_that_takes_none(make, define):
    question, _ = make
    old, new = define([question("q")]), define([question("q", flags={0: "act_first"})])
    noted = {"q": Answer(value="p2", note="Ask Jo")}
    assert carried(old, old, noted, BLANK) == (Outcome("q", "kept", noted["q"]),)
    assert carried(old, new, noted, BLANK) == (Outcome("q", "kept", Answer(value="p2")),)


def test_new_questions_come_in_their_place_and_what_is_gone_comes_last(make, define):
    question, _ = make
    old = define([question("gone"), question("a"), question("b"), question("open")])
    new = define({"one": [question("b"), question("new")], "two": [question("a"), question("open")]})
    found = carried(old, new, {"gone": Answer(value="p1"), "a": Answer(value="p1"), "b": Answer(value="p2")}, BLANK)
    assert [(each.question, each.fate) for each in found] == [
        ("b", "kept"), ("new", "new"), ("a", "kept"), ("gone", "gone"),
    ]  # fmt: skip
    assert possible(old, new) == {
        "b": {"kept"}, "new": {"new"}, "a": {"kept"}, "open": {"kept"}, "gone": {"gone"},
    }  # fmt: skip


def test_what_can_become_of_a_question_is_all_that_can(make, define):
    question, _ = make
    old = define([question("q"), asked("number", "n"), asked("short_text", "t"), asked("date", "d")])
    newer = [question("q", points=(0, 1, 2, 3)), asked("number", "n", least="5", most="10")]
    newer.append(asked("short_text", "t", longest=50))
    found = possible(old, define([*newer, asked("long_text", "d")]))
    assert found == {"q": {"again", "reread"}, "n": {"kept", "again"}, "t": {"kept", "again"}, "d": {"again"}}
    halves = define([asked("money", "m")])
    assert possible(halves, define([asked("money", "m", most="10")])) == {"m": {"kept", "again"}}


def levels(*points):
    return [{"value": f"p{n}", "label": f"Level {n}", "points": worth} for n, worth in enumerate(points)]


LONE = {**TWO, "exclusive": True}


@pytest.mark.parametrize(
    ("old", "new", "fates"),
    [  # in each, one kind of answer alone meets one of the fates: don't know, a reason, several choices …
        ({"options": levels(0, 4)}, {"options": levels(1, 3)}, {"kept", "again"}),
        ({"not_applicable": True}, {}, {"kept", "again"}),
        (asked("choices", options=[ONE, TWO]), asked("choices", options=[ONE, LONE]), {"kept", "again"}),
        (asked("choices", options=[ONE, LONE]), asked("choices", options=[ONE, TWO]), {"kept"}),
        (asked("short_text"), asked("short_text"), {"kept"}),
        (asked("short_text"), asked("short_text", longest=1), {"kept", "again"}),
        # … the first and the last day or figure that could be given, and one with every decimal
        (asked("date", earliest="2020-01-01"), asked("date", earliest="2020-01-02"), {"kept", "again"}),
        (asked("date", latest="2020-12-31"), asked("date", latest="2020-12-30"), {"kept", "again"}),
        (asked("number", least="0"), asked("number", least="1"), {"kept", "again"}),
        (asked("number", most="9"), asked("number", most="8"), {"kept", "again"}),
        (asked("number", decimals=1), asked("number"), {"kept", "again"}),
        (asked("number", decimals=1), asked("number", decimals=1), {"kept"}),
    ],
)
def test_what_can_become_of_a_question_is_found_whatever_answer_it_needs(make, define, old, new, fates):
    before, after = ([each if "kind" in each else make[0]("q", **each)] for each in (old, new))
    assert possible(define(before), define(after)) == {"q": fates}


# — whatever the two versions are —

labels = st.sampled_from(["Never", "Sometimes", "Always", "always"])
flag = st.sampled_from([None, None, "act_first", "foundation"])


@st.composite
def questions(draw, name):
    kind = draw(st.sampled_from(["choice", "choice", "choice", "choices", "number", "short_text"]))
    text = draw(st.sampled_from(["How is it?", "how is it", "What is it?"]))
    values = draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=4, unique=True))
    if kind == "choice":
        options = [
            {"value": value, "label": draw(labels), "points": draw(st.integers(0, 2))}
            | ({"flag": given} if (given := draw(flag)) else {})
            for value in values
        ]
        return {
            "id": name, "text": text, "weight": 1, "options": options, "not_applicable": draw(st.booleans()),
            "action": {"text": "Do it.", "due_days": 9}, "topics": ["training"],
        }  # fmt: skip
    if kind == "choices":
        return asked(kind, name, text=text, options=[{"value": value, "label": draw(labels)} for value in values])
    more = {"most": draw(st.sampled_from(["5", "50"]))} if kind == "number" else {"longest": draw(st.integers(1, 9))}
    return asked(kind, name, text=text, **more)


@st.composite
def versions(draw):
    """Draw two versions of a questionnaire of some of five questions, and answers to the first."""
    found = []
    for _ in "12":
        names = draw(st.lists(st.sampled_from(["q1", "q2", "q3", "q4", "q5"]), min_size=1, unique=True))
        sections = [{"id": "only", "title": "Only", "questions": [draw(questions(name)) for name in names]}]
        whole = {"schema": 1, "id": "made", "version": "1", "title": "Made", "topics": ["training"]}
        found.append(published(json.dumps({**whole, "sections": sections})).definition)
    given = {question.id: answer for question in found[0].questions if (answer := draw(answers(question)))}
    return (*found, given)


def answers(question):
    if isinstance(question, Question):
        some = [Answer(value=option.value) for option in question.options] + [Answer(dont_know=True)]
        return st.sampled_from([None, *some, *([Answer(not_applicable="Why")] if question.not_applicable else [])])
    if hasattr(question, "options"):
        return st.sampled_from([None, *(Answer(values=(option.value,)) for option in question.options)])
    if hasattr(question, "most"):
        return st.integers(0, int(question.most)).map(lambda number: Answer(value=str(number)))
    return st.integers(1, question.longest).map(lambda long: Answer(value="x" * long))


def raw(answer):
    return {"values": list(answer.values)} if answer.values else {
        name: value for name in ("value", "dont_know", "not_applicable") if (value := getattr(answer, name))
    }  # fmt: skip


@given(versions())
@settings(derandomize=True, database=None)
def test_every_answer_has_one_outcome_and_what_is_carried_fits_and_is_worth_the_same(drawn):
    old, new, given = drawn
    found = carried(old, new, given, BLANK)
    names = [each.question for each in found]
    assert len(names) == len(set(names))
    fresh = {question.id for question in new.questions if question.id not in old}
    assert set(names) == set(given) | fresh
    can = possible(old, new)
    for each in found:
        assert each.fate in FATES and (each.why in REASONS) == (each.fate == "again")
        assert each.fate in can[each.question]
        assert (each.answer is not None) == (each.fate in ("kept", "reread"))
        if each.answer is None:
            continue
        before, after, answer = old.question(each.question), new.question(each.question), given[each.question]
        assert type(before) is type(after)
        assert each.answer == answer == parse_answer(after, raw(each.answer))
        if isinstance(before, Question) and answer.value is not None:
            (was,), (now,) = ([o for o in q.options if o.value == answer.value] for q in (before, after))
            assert (was.points, was.flag) == (now.points, now.flag)
            if each.fate == "kept":
                assert was.label.casefold() == now.label.casefold()


@given(versions())
@settings(derandomize=True, database=None)
def test_to_the_same_version_everything_is_kept(drawn):
    old, _, given = drawn
    assert [(each.fate, each.answer) for each in carried(old, old, given, BLANK)] == [
        ("kept", given[question.id]) for question in old.questions if question.id in given
    ]
