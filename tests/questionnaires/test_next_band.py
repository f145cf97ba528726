"""The shortest way to the next level: by hand, and against every other way that there is."""

import json
import time
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, parse_answers
from pledge.questionnaires.effort import in_depth
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import published
from pledge.questionnaires.next_band import next_band
from pledge.questionnaires.scoring import BANDS, band_of, score
from pledge.questionnaires.visibility import effective_answers

from .generated.drawing import answers_to, documents, profiles
from .test_scoring_properties import many

ORDER = [band for band, _ in BANDS]
LOW = Profile()  # aims for 2 points


def told(define, questions, profile=LOW, **answers):
    definition = define(questions)
    given = {name: Answer(value) if isinstance(value, str) else value for name, value in answers.items()}
    found = next_band(definition, profile, given, score(definition, profile, given))
    return found and (found.to, found.score, [(step.question, step.value) for step in found.steps])


def test_the_fewest_questions_and_no_better_answers_than_needed(make, define):
    question, _ = make
    light = [question(f"q{n}") for n in range(4)]
    heavy = question("h", weight=3)
    # 3 of 28 weighted points; 12 of 28 are 43%: the heavy question alone brings 12, the light ones 4 or less each
    way = told(define, [*light, heavy], q0="p3", q1="p0", q2="p0", q3="p0", h="p0")
    assert way == ("developing", 4286, [("h", "p3")])  # 12 of 28; with p4 it would be 15
    # from 12 of 28 to 65% = 18.2 of 28: h has 3 more, q1 to q3 4 each: two of them, and no more of the second
    way = told(define, [*light, heavy], q0="p3", q1="p0", q2="p0", q3="p0", h="p3")
    assert way == ("established", 6786, [("q1", "p4"), ("q2", "p3")])


def test_what_caps_the_level_must_go_and_nothing_leads_where_it_cannot(make, define):
    question, _ = make
    base = question("base", flags={0: "foundation"})
    check = question("check", flags={3: "check_first"})
    rest = [question(f"q{n}") for n in range(8)]
    high = {each["id"]: "p4" for each in rest}
    assert told(define, [base, check, *rest], base="p0", check="p4", **high) == ("leading", 9500, [("base", "p2")])
    assert told(define, [base, check, *rest], base="p4", check="p3", **high) == ("leading", 10_000, [("check", "p4")])
    assert told(define, [base, check, *rest], base="p4", check="p4", **high) is None  # there is no higher one
    assert told(define, [question("a"), question("b", not_applicable=True), question("c", not_applicable=True)],
                a="p1", b=Answer(not_applicable="No"), c=Answer(not_applicable="No")) is None  # no level  # fmt: skip


def test_act_first_gives_way_to_a_level_and_that_is_the_next_step(make, define):
    question, _ = make
    harm = question("harm", flags={0: "act_first", 1: "check_first"})
    rest = [question(f"q{n}") for n in range(3)]
    way = told(define, [harm, *rest], harm="p0", q0="p4", q1="p4", q2="p4")
    assert way == ("leading", 8750, [("harm", "p2")])  # the level before it was established, by 12 of 16
    way = told(define, [harm, *rest], harm="p0", q0="p2", q1="p2", q2="p1")
    assert way == ("developing", 4375, [("harm", "p2")])  # 7 of 16: to be rid of it is one step, to rise is the next


def test_an_answer_that_would_ask_more_is_no_way_and_one_that_hides_questions_is(make, define):
    question, _ = make
    first = question("first", flags={1: "foundation"})
    asks = question("more", show_if={"question": "first", "gte": 2})
    assert told(define, [first, asks], first="p1") is None
    hides = question("less", weight=3, show_if={"question": "first", "lte": 1})
    other = question("other", weight=1)
    # hidden, “less” takes its 12 points of most along: 2 + 2 of 8 are 50%
    way = told(define, [first, hides, other], first="p1", less="p0", other="p2")
    assert way == ("developing", 5000, [("first", "p2")])


def test_a_score_that_is_rounded_up_to_the_line_reaches_it(make, define):
    question, _ = make

    def stays_at(points):
        return [{"value": name, "label": name, "points": points} for name in ("one", "other")]

    heavy = [question(f"h{n}", weight=3, options=stays_at(4 if n < 133 else 0)) for n in range(333)]  # 1596 of 3996
    light = [question("a", options=stays_at(4)), question("b", options=stays_at(2)), question("x", points=(0, 1))]
    given = {each["id"]: each["options"][0]["value"] for each in (*heavy, *light)}
    assert told(define, [*heavy, *light], **given) == ("developing", 4000, [("x", "p1")])  # 1603 of 4008: 3999.501


# — against brute force —


def reached(result, before):
    """Whether a result has the next level, or one in place of act_first."""
    if not result.complete or result.band is None or result.headline == "act_first":
        return False
    wanted = ORDER.index(before.band) + (before.headline != "act_first")
    return ORDER.index(result.band) >= wanted


def shortest(definition, profile, answers, before):
    """Return the least (count, places) of all sets of questions with any better answers, by trying all; None: none."""
    gaps = [gap.question for gap in before.gaps]
    places = {name: n for n, name in enumerate(dict.fromkeys([*gaps, *(q.id for q in definition.scored)]))}
    if before.band is None or (before.band == "leading" and before.headline != "act_first"):
        return None
    rows = [row for row in before.questions if row.points is not None]
    choices = [
        [None, *(o.value for o in definition.question(r.id).options if o.points > r.points or r.flag)] for r in rows
    ]
    assume(len(choices) <= 6)
    found = []
    for picked in product(*choices):
        chosen = {row.id: Answer(value) for row, value in zip(rows, picked, strict=True) if value is not None}
        if reached(score(definition, profile, {**answers, **chosen}), before):
            found.append((len(chosen), sorted(places[name] for name in chosen)))
    return min(found, default=None), places


@settings(many, max_examples=150)
@given(document=documents(), profile=profiles, data=st.data())
def test_no_other_way_is_shorter_or_comes_first(document, profile, data):
    definition = published(json.dumps(document)).definition
    answers, problems = parse_answers(definition, data.draw(answers_to(document, missing=False)))
    assert not problems
    shown = effective_answers(definition, profile, answers)
    answers = {name: answer for name, answer in answers.items() if name in shown}
    before = score(definition, profile, answers)
    assume(before.complete and before.band is not None)
    way = next_band(definition, profile, answers, before)
    found = shortest(definition, profile, answers, before)
    if found is None or found[0] is None:
        assert way is None
        return
    expected, places = found
    assert way is not None
    assert (len(way.steps), [places[step.question] for step in way.steps]) == expected
    chosen = {step.question: Answer(step.value) for step in way.steps}
    after = score(definition, profile, {**answers, **chosen})
    assert reached(after, before) and (after.headline, after.score) == (way.to, way.score)
    for name in chosen:  # no step can be left out
        left = {other: answer for other, answer in chosen.items() if other != name}
        assert not reached(score(definition, profile, {**answers, **left}), before)


def test_it_takes_no_longer_than_it_must_on_our_largest_questionnaires(capsys):
    firm = in_depth(
        Profile(headcount_band="250+", labour=("agency", "seasonal"), outside_work=("crews_on_site",)), "full"
    )
    slowest = 0.0
    for name in ("procurement", "recruitment"):
        definition = installed()[name].definition
        for points in range(4):
            given = {q.id: max(q.options, key=lambda o: (o.points <= points, o.points)) for q in definition.scored}
            answers = {name: Answer(option.value) for name, option in given.items()}
            result = score(definition, firm, answers)
            started = time.process_time()
            way = next_band(definition, firm, answers, result)
            slowest = max(slowest, time.process_time() - started)
            assert way is None or band_of(way.score, set()) == way.to
    with capsys.disabled():
        print(f"\nnext level: {slowest * 1000:.1f} ms CPU at most, on {len(definition.scored)} questions")
    assert slowest < 0.05
