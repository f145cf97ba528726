import msgspec
import pytest

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.result import HEADLINES, RaisedFlag, from_json, to_json
from pledge.questionnaires.scoring import (
    BANDS,
    SCORING_VERSION,
    band_of,
    basis_points,
    score,
)
from pledge.words.numbers import whole_percent

LOW = Profile()
MEDIUM = Profile(risk_sectors=("care",))
HIGH = Profile(
    risk_sectors=("care",),
    labour=("agency", "seasonal"),
    outside_work=("crews_on_site",),
    headcount_band="250+",
)
SMALL_HIGH = msgspec.structs.replace(HIGH, headcount_band="10-49")
DONT_KNOW, NOT_APPLICABLE = Answer(dont_know=True), Answer(not_applicable="We do none.")
H, P = {0: "act_first", 1: "check_first"}, {0: "foundation"}


def points(**given):
    """Return answers of so many points each, by question."""
    return {name: Answer(f"p{value}") for name, value in given.items()}


# ---- formulae ----


@pytest.mark.parametrize(
    ("part", "whole", "rounded"),
    [
        (0, 4, 0),
        (4, 4, 10_000),
        (188, 288, 6528),  # 6527.78
        (1, 3, 3333),
        (2, 3, 6667),
        (1, 32, 313),  # 312.5 exactly: up
        (3, 32, 938),  # 937.5 exactly: up
        (31, 32, 9688),  # 9687.5 exactly: up
        (1, 64, 156),  # 156.25
        (3, 64, 469),  # 468.75
    ],
)
def test_basis_points_are_rounded_half_up(part, whole, rounded):
    assert basis_points(part, whole) == rounded


@pytest.mark.parametrize(
    ("score", "percent"),
    [(0, 0), (49, 0), (50, 1), (6449, 64), (6450, 65), (9949, 99), (9950, 100), (10_000, 100)],
)
def test_the_percentage_to_show_is_rounded_half_up(score, percent):
    assert whole_percent(score) == percent


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "starting"),
        (3999, "starting"),
        (4000, "developing"),
        (6499, "developing"),
        (6500, "established"),
        (8499, "established"),
        (8500, "leading"),
        (10_000, "leading"),
    ],
)
def test_the_band_follows_the_score(score, band):
    assert band_of(score, set()) == band


@pytest.mark.parametrize(
    ("flags", "bands"),
    [
        ({"foundation"}, ["starting", "developing", "developing", "developing"]),
        ({"check_first"}, ["starting", "developing", "established", "established"]),
        ({"check_first", "foundation"}, ["starting", "developing", "developing", "developing"]),
        ({"act_first"}, ["starting", "developing", "established", "leading"]),
    ],
)
def test_flags_cap_the_band(flags, bands):
    assert [band_of(lowest, flags) for _, lowest in BANDS] == bands


# ---- examples worked by hand ----


def test_points_are_weighted_and_summed(define, make):
    question, _ = make
    definition = define({"one": [question("a", 3), question("b", 2)], "two": [question("c", 1)]})
    result = score(definition, LOW, points(a=4, b=1, c=2))
    # 3×4 + 2×1 + 1×2 = 16 of 3×4 + 2×4 + 1×4 = 24; 16 ÷ 24 = 0.66667
    assert (result.weighted_points, result.weighted_max, result.score) == (16, 24, 6667)
    assert (result.band, result.headline, result.coverage, result.complete) == (
        "established",
        "established",
        10_000,
        True,
    )
    # one: 14 of 20 = 0.7; two: 2 of 4
    assert [
        (section.id, section.weighted_points, section.weighted_max, section.score, section.band)
        for section in result.sections
    ] == [("one", 14, 20, 7000, "established"), ("two", 2, 4, 5000, "developing")]
    assert result.scoring_version == SCORING_VERSION


def test_dont_know_has_no_points_and_its_own_action(define, make):
    question, _ = make
    result = score(define([question("a"), question("b")]), LOW, {"a": DONT_KNOW, "b": Answer("p4")})
    assert (result.weighted_points, result.weighted_max, result.score) == (4, 8, 5000)
    (gap,) = result.gaps
    assert (gap.question, gap.points, gap.flag, gap.action, gap.due_days) == (
        "a",
        0,
        None,
        "Find out about a.",
        7,
    )


def test_without_words_for_dont_know_the_action_is_the_questions_own(define, make):
    question, _ = make
    asked = question("a")
    del asked["dont_know"]
    (gap,) = score(define([asked]), LOW, {"a": DONT_KNOW}).gaps
    assert (gap.action, gap.due_days) == ("Improve a.", 30)


def test_an_option_with_an_action_of_its_own_asks_for_that_and_the_others_for_the_questions(define, make):
    asked = make[0]("a")
    asked["options"][0]["action"] = {"text": "Ring first.", "due_days": 1}
    definition = define([asked])
    found = [score(definition, LOW, answer).gaps[0] for answer in (points(a=0), points(a=1), {"a": DONT_KNOW})]
    assert [(gap.action, gap.due_days) for gap in found] == [
        ("Ring first.", 1), ("Improve a.", 30), ("Find out about a.", 7),
    ]  # fmt: skip
    plain = score(define([make[0]("a")]), LOW, points(a=0))
    assert to_json(plain) == to_json(score(definition, LOW, points(a=0))).replace(
        b'"action":"Ring first.","due_days":1', b'"action":"Improve a.","due_days":30'
    )  # nothing else of a result is another


def test_not_applicable_leaves_both_sums_and_lowers_coverage(define, make):
    question, _ = make
    definition = define([question("a", 3), question("b", 2, not_applicable=True)])
    result = score(definition, LOW, points(a=2) | {"b": NOT_APPLICABLE})
    assert (result.weighted_points, result.weighted_max, result.score) == (6, 12, 5000)
    assert result.coverage == 6000  # 12 of 20
    assert result.band == "developing"
    assert result.gaps == ()
    assert result.complete


def test_a_question_that_is_not_shown_leaves_everything(fixture_definition):
    definition = fixture_definition("hidden-path")
    yes, no = Answer("yes"), Answer("no")
    result = score(definition, LOW, {"listed": no, "written": no, "induction": yes, "no-agency-visit": Answer("we-do")})
    assert (result.weighted_points, result.weighted_max, result.score, result.coverage) == (
        16,
        16,
        10_000,
        10_000,
    )
    assert result.not_shown == ("listed", "visited", "written")
    assert result.gaps == ()
    first = result.sections[0]
    assert (first.weighted_max, first.score, first.coverage, first.band) == (0, None, None, None)


def test_a_missing_answer_means_no_score(define, make):
    question, _ = make
    definition = define({"one": [question("a"), question("b")], "two": [question("c")]})
    result = score(definition, LOW, points(a=1, c=4))
    assert not result.complete
    assert (result.score, result.band, result.headline) == (None, None, "incomplete")
    assert (result.weighted_points, result.weighted_max, result.coverage) == (5, 12, 10_000)
    assert result.unanswered == ("b",)
    assert [gap.question for gap in result.gaps] == ["a"]
    one, two = result.sections
    assert (one.score, one.band) == (None, None)
    assert (two.score, two.band) == (10_000, "leading")


def test_act_first_is_the_headline_even_while_answers_are_missing(define, make):
    question, _ = make
    result = score(define([question("a", flags=H), question("b")]), LOW, points(a=0))
    assert (result.headline, result.score, result.complete) == ("act_first", None, False)


def test_nothing_applicable_is_not_assessed(define, make):
    question, _ = make
    result = score(define([question("a", not_applicable=True)]), LOW, {"a": NOT_APPLICABLE})
    assert (result.complete, result.score, result.band, result.headline) == (True, None, None, "not_assessed")
    assert result.coverage == 0


def test_nothing_shown_is_not_assessed(define, make):
    question, _ = make
    never_here = {"profile": "kind", "equals": "public_body"}
    result = score(define([question("a", show_if=never_here)]), LOW, {})
    assert (result.complete, result.score, result.headline, result.coverage) == (
        True,
        None,
        "not_assessed",
        None,
    )


@pytest.mark.parametrize(
    ("weights", "coverage", "band"),
    [
        ((1, 1), 5000, "leading"),  # exactly half applies: its band stays
        ((2, 3), 4000, None),
        ((3, 2), 6000, "leading"),
    ],
)
def test_a_band_needs_half_of_the_weight_to_apply(define, make, weights, coverage, band):
    question, _ = make
    applies, not_ = weights
    definition = define([question("a", applies), question("b", not_, not_applicable=True)])
    result = score(definition, LOW, points(a=4) | {"b": NOT_APPLICABLE})
    assert (result.score, result.coverage, result.band) == (10_000, coverage, band)
    assert result.headline == (band or "not_assessed")
    assert result.sections[0].band == band


def test_one_section_can_lack_a_band_while_the_whole_has_one(define, make):
    question, _ = make
    definition = define({"one": [question("a"), question("b", 3, not_applicable=True)], "two": [question("c", 3)]})
    result = score(definition, LOW, points(a=4, c=4) | {"b": NOT_APPLICABLE})
    assert result.band == "leading"
    assert [section.band for section in result.sections] == [None, "leading"]
    assert [section.score for section in result.sections] == [10_000, 10_000]


# ---- flags ----


def test_act_first_takes_the_place_of_the_band_and_never_changes_the_number(define, make):
    question, _ = make
    definition = define([question("a", 1, flags=H), *(question(f"q{n}", 3) for n in range(8))])
    answers = points(a=0) | {f"q{n}": Answer("p4") for n in range(8)}
    result = score(definition, LOW, answers)
    assert (result.score, result.band, result.headline) == (9600, "leading", "act_first")
    assert result.flags == (RaisedFlag("a", "act_first"),)


@pytest.mark.parametrize(("flags", "value", "band"), [(H, 1, "established"), (P, 0, "developing"), ({}, 0, "leading")])
def test_a_flag_caps_the_band_and_never_changes_the_number(define, make, flags, value, band):
    question, _ = make
    definition = define([question("a", 1, flags=flags), *(question(f"q{n}", 3) for n in range(8))])
    answers = points(a=value) | {f"q{n}": Answer("p4") for n in range(8)}
    result = score(definition, LOW, answers)
    assert result.score == 9600 + 100 * value
    assert (result.band, result.headline) == (band, band)


def test_dont_know_about_harm_is_something_to_check_first(define, make):
    question, _ = make
    definition = define([question("a", flags=H), question("b", flags=P), question("c")])
    result = score(definition, LOW, {"a": DONT_KNOW, "b": DONT_KNOW, "c": DONT_KNOW})
    assert result.flags == (RaisedFlag("a", "check_first"),)


def test_flags_when_switches_every_flag_of_its_question_off(define, make):
    question, _ = make
    licensed = {"profile": "licensed_labour", "equals": True}
    definition = define([question("a", flags=H, flags_when=licensed)])
    farm = Profile(risk_sectors=("agriculture",))
    for answer, flag in (
        (Answer("p0"), "act_first"),
        (Answer("p1"), "check_first"),
        (DONT_KNOW, "check_first"),
    ):
        assert score(definition, farm, {"a": answer}).flags == (RaisedFlag("a", flag),)
        assert score(definition, LOW, {"a": answer}).flags == ()
        assert not score(definition, LOW, {"a": answer}).questions[0].flags_apply


def test_sections_are_capped_by_their_own_flags_only(define, make):
    question, _ = make
    definition = define(
        {"one": [question("a", flags=P), *(question(f"q{n}", 3) for n in range(4))], "two": [question("z")]}
    )
    answers = points(a=0, z=4) | {f"q{n}": Answer("p4") for n in range(4)}
    assert [section.band for section in score(definition, LOW, answers).sections] == ["developing", "leading"]


# ---- gaps ----


@pytest.mark.parametrize(
    ("profile", "targets"),
    [(LOW, [2, 2, 2]), (MEDIUM, [3, 3, 3]), (HIGH, [3, 3, 4]), (SMALL_HIGH, [3, 3, 3])],
)
def test_targets_rise_with_the_context(define, make, profile, targets):
    question, _ = make
    definition = define([question("a", 1), question("b", 2), question("c", 3)])
    result = score(definition, profile, points(a=0, b=0, c=0))
    assert [row.target for row in result.questions] == targets


def test_a_gap_is_below_its_target_and_its_priority_weighs_how_far(define, make):
    question, _ = make
    definition = define([question("a", 1), question("b", 2), question("c", 3)])
    result = score(definition, HIGH, points(a=3, b=1, c=3))
    assert [(gap.question, gap.points, gap.target, gap.priority) for gap in result.gaps] == [
        ("b", 1, 3, 4),
        ("c", 3, 4, 3),
    ]
    assert result.gaps[0].topics == ("training",)


def test_a_flagged_question_is_a_gap_up_to_its_first_option_without_a_flag(define, make):
    question, _ = make
    flags = {0: "act_first", 1: "act_first", 2: "check_first"}
    definition = define([question("a", 2, flags=flags), question("b", 1, flags={0: "foundation"})])
    result = score(definition, LOW, points(a=2, b=0))
    assert [(gap.question, gap.target, gap.priority, gap.flag) for gap in result.gaps] == [
        ("a", 3, 2, "check_first"),
        ("b", 2, 2, "foundation"),
    ]


def test_even_a_small_firm_must_reach_an_option_without_a_flag(define, make):
    question, _ = make
    flags = dict.fromkeys(range(4), "act_first")
    definition = define([question("a", 3, flags=flags)])
    (gap,) = score(definition, SMALL_HIGH, points(a=3)).gaps
    assert (gap.target, gap.priority) == (4, 3)


def test_gaps_come_by_flag_then_priority_then_date_then_place(define, make):
    question, _ = make

    def due(days):
        return {"action": {"text": "Do it.", "due_days": days}}

    definition = define(
        [
            question("plain-late", 2, **due(90)),
            question("plain-soon", 2, **due(7)),
            question("plain-soon-too", 2, **due(7)),
            question("plain-heavy", 3, **due(365)),
            question("foundation", 1, flags=P),
            question("check", 1, flags=H),
            question("act", 1, flags=H),
        ]
    )
    zero = dict.fromkeys(
        ("plain-late", "plain-soon", "plain-soon-too", "plain-heavy", "foundation", "act"), Answer("p0")
    )
    result = score(definition, LOW, zero | {"check": Answer("p1")})
    assert [gap.question for gap in result.gaps] == [
        "act",
        "check",
        "foundation",
        "plain-heavy",
        "plain-soon",
        "plain-soon-too",
        "plain-late",
    ]


# ---- every question, and the frozen form ----


def test_every_question_has_its_row(fixture_definition):
    definition = fixture_definition("whole-format")
    farm = Profile(kind="business", risk_sectors=("agriculture",), labour=("agency",), headcount_band="250+")
    given = {"hires": Answer("yes"), "fees": DONT_KNOW, "offers": NOT_APPLICABLE}
    rows = [msgspec.structs.asdict(row) for row in score(definition, farm, given).questions]
    assert rows == [
        {
            "id": "hires",
            "section": "begin",
            "state": "answered",
            "weight": 1,
            "weighted_max": 4,
            "value": "yes",
            "reason": None,
            "points": 4,
            "weighted_points": 4,
            "target": 3,
            "flag": None,
            "flags_apply": True,
        },
        {
            "id": "fees",
            "section": "finding-people",
            "state": "dont_know",
            "weight": 3,
            "weighted_max": 12,
            "value": None,
            "reason": None,
            "points": 0,
            "weighted_points": 0,
            "target": 3,
            "flag": "check_first",
            "flags_apply": True,
        },
        {
            "id": "offers",
            "section": "finding-people",
            "state": "not_applicable",
            "weight": 2,
            "weighted_max": 8,
            "value": None,
            "reason": "We do none.",
            "points": None,
            "weighted_points": None,
            "target": None,
            "flag": None,
            "flags_apply": True,
        },
    ]
    empty = score(definition, LOW, {}).questions
    assert [row.state for row in empty] == ["unanswered", "not_shown", "not_shown"]
    assert [(row.section, row.weight, row.weighted_max) for row in empty] == [
        ("begin", 1, 4),
        ("finding-people", 3, 12),
        ("finding-people", 2, 8),
    ]


def test_a_result_is_frozen_as_json_and_read_back(fixture_definition):
    definition = fixture_definition("whole-format")
    result = score(definition, HIGH, {"hires": Answer("no"), "offers": NOT_APPLICABLE})
    assert from_json(to_json(result)) == result
    assert list(msgspec.json.decode(to_json(result)))[:13] == [
        "complete",
        "weighted_points",
        "weighted_max",
        "score",
        "band",
        "headline",
        "coverage",
        "context",
        "sections",
        "flags",
        "gaps",
        "not_shown",
        "unanswered",
    ]
    with pytest.raises(msgspec.ValidationError):
        from_json(b"{}")


def test_every_headline_has_its_words():
    assert set(HEADLINES) == {band for band, _ in BANDS} | {"act_first", "not_assessed", "incomplete"}


# ---- the two questionnaires as they were drafted: weights and flags, tried on four firms ----

BUYING = """
    a1 2 P, a2 2, a3 3, a4 2, b1 3 P, b2 2 -, b3 3 P, b4 2 -, b5 1 -, c1 3, c2 1, c3 3, c4 3 H, c5 2,
    d1 2, d2 2, d3 2, d4 3 H, d5 2, d6 2 P, e1 3, e2 2, e3 2, e4 1, f1 3 P, f2 3 P, f3 2, f4 2, f5 1, f6 1
"""
HIRING = """
    a1 2 P, a2 2, a3 2, b1 1, b2 3 H, b3 3 H, b4 2, b5 3 -, b6 2, c1 3 -, c2 3 -, c3 2 -, c4 2 -, c5 2 -,
    d1 2, d2 3 H, d3 3 H, d4 3 H, d5 2 -, d6 2 P, e1 3, e2 2, e3 3 P, e4 1, e5 1, e6 2, f1 3 P, f2 2, f3 2,
    f4 3 P, f5 2, f6 1 -
"""


@pytest.fixture(scope="module")
def draft(define, make):
    """Return a function that makes a questionnaire of a draft: id, weight, flags, “-” for not applicable."""
    question, _ = make
    kinds = {
        "H": {"flags": {0: "act_first", 1: "act_first"}},
        "P": {"flags": P},
        "-": {"not_applicable": True},
    }

    def made(table):
        rows = [row.split() for row in table.split(",")]
        return define([question(name, int(w), **kinds.get("".join(kind), {})) for name, w, *kind in rows])

    return made


def test_all_answers_at_three_are_75_per_cent_and_established(draft):
    definition = draft(HIRING)
    result = score(definition, LOW, {question.id: Answer("p3") for question in definition.questions})
    assert (result.weighted_points, result.weighted_max) == (216, 288)
    assert (result.score, result.headline, result.flags) == (7500, "established", ())


def test_a_perfect_recruiter_that_holds_passports_must_act_first(draft):
    definition = draft(HIRING)
    answers = {question.id: Answer("p4") for question in definition.questions} | points(d4=0)
    result = score(definition, LOW, answers)
    assert (result.weighted_points, result.weighted_max, result.score) == (276, 288, 9583)
    assert (result.headline, result.band) == ("act_first", "leading")


def test_a_buyer_with_papers_and_no_practice_stays_at_the_start_and_is_flagged(draft):
    definition = draft(BUYING)
    papers = dict.fromkeys(("a1", "a2", "d1", "d2", "d3", "f4"), Answer("p4"))
    answers = {question.id: Answer("p1") for question in definition.questions} | papers
    result = score(definition, LOW, answers)
    assert (result.weighted_points, result.weighted_max, result.score) == (101, 260, 3885)
    assert (result.band, result.headline) == ("starting", "act_first")
    assert [flag.question for flag in result.flags] == ["c4", "d4"]


def test_a_small_employer_without_agencies_is_developing_without_a_flag(draft):
    definition = draft(HIRING)
    not_here = dict.fromkeys(("b5", "c1", "c2", "c3", "c4", "c5", "d5", "f6"), NOT_APPLICABLE)
    answers = {question.id: Answer("p2") for question in definition.questions}
    answers |= points(b2=3, b3=3, d2=3, d3=3, d4=3) | not_here
    result = score(definition, Profile(headcount_band="1-9"), answers)
    # 54 of the weight 72 applies; 2 × 39 + 3 × 15 = 123 of 216
    assert (result.weighted_points, result.weighted_max, result.score) == (123, 216, 5694)
    assert whole_percent(5694) == 57
    assert (result.headline, result.flags, result.coverage) == ("developing", (), 7500)
