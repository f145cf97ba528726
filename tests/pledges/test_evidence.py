"""Which status a signatory has earned, and which commitments its evidence shows to be kept."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.pledges.evidence import evidence, judge, standing_of, status_of
from pledge.pledges.facts import Answer, Assessed, Attendance, Coming, Facts
from pledge.pledges.text import STATUSES, Rule, shipped

TEXT = shipped().text
unhurried = settings(deadline=None, database=None)  # a busy machine is no reason to fail
SIGNED = date(2026, 11, 21)
TODAY = date(2027, 3, 1)
QUESTIONS = {
    leaf.question: leaf.questionnaire
    for commitment in TEXT.commitments
    for leaf in commitment.evidence.rule.leaves()
    if leaf.question and leaf.questionnaire
}
STRENGTH = {"not_yet": 0, "not_applicable": 1, "met": 2}


def assessed(name: str, points: int | None = 4, *, on: date = SIGNED, flag: str = "", **others) -> Assessed:
    answers = {question: Answer(points, flag) for question, where in QUESTIONS.items() if where == name}
    return Assessed(submitted_on=(on,), answers=answers, **{"score": 5000, **others})


def facts(**changes) -> Facts:
    """A firm that keeps every promise."""
    found = {
        "today": TODAY,
        "signed_on": SIGNED,
        "consents": frozenset({"register", "grouped-figures"}),
        "assessed": {name: assessed(name) for name in ("procurement", "recruitment")},
        "uploads": frozenset({"suppliers"}),
        "attendances": (Attendance(frozenset({"training"}), TODAY),),
        "titles": {"procurement": "Buying", "recruitment": "Hiring"},
    }
    return Facts(**{**found, **changes})


def states(found: Facts) -> dict[str, str]:
    return {kept.commitment: kept.state for kept in evidence(TEXT, found)}


def kept(found: Facts, commitment: str):
    return next(each for each in evidence(TEXT, found) if each.commitment == commitment)


def with_answer(question: str, answer: Answer | None) -> Facts:
    name = QUESTIONS[question]
    whole = assessed(name)
    answers = {each: given for each, given in whole.answers.items() if each != question}
    if answer is not None:
        answers[question] = answer
    other = next(each for each in ("procurement", "recruitment") if each != name)
    return facts(assessed={name: msgspec.structs.replace(whole, answers=answers), other: assessed(other)})


# — status —


def test_a_signature_alone_is_signed():
    assert status_of(TEXT, Facts(today=TODAY, signed_on=SIGNED)) == "signed"
    assert status_of(TEXT, facts(assessed={"procurement": assessed("procurement", score=9000)})) == "signed"


def test_both_assessments_make_it_assessed_however_low_the_scores():
    low = {name: assessed(name, 0, score=0, flag="check_first") for name in ("procurement", "recruitment")}
    assert status_of(TEXT, facts(assessed=low)) == "assessed"


@pytest.mark.parametrize(
    ("scores", "before", "status"),
    [
        ((6500, 6500), (None, None), "improving"),
        ((6499, 10000), (None, None), "assessed"),
        ((6499, 10000), (6498, None), "improving"),
        ((100, 100), (99, 200), "improving"),
        ((100, 100), (100, 100), "assessed"),
        ((None, 9000), (None, None), "assessed"),
        ((None, 9000), (3000, None), "assessed"),
    ],
)
def test_improving_is_a_rise_in_one_or_a_good_score_in_every(scores, before, status):
    both = {
        name: assessed(name, score=score, previous_score=earlier)
        for name, score, earlier in zip(("procurement", "recruitment"), scores, before, strict=True)
    }
    assert status_of(TEXT, facts(assessed=both)) == status


def test_going_deeper_after_a_rise_is_still_improving():
    both = {name: assessed(name, score=100) for name in ("procurement", "recruitment")}
    assert status_of(TEXT, facts(assessed=both)) == "assessed"
    deeper = msgspec.structs.replace(both["recruitment"], had_risen=True)
    assert status_of(TEXT, facts(assessed={**both, "recruitment": deeper})) == "improving"


def test_an_urgent_flag_bars_improving_and_nothing_else():
    both = {name: assessed(name, score=9000) for name in ("procurement", "recruitment")}
    assert status_of(TEXT, facts(assessed=both)) == "improving"
    flagged = msgspec.structs.replace(both["recruitment"], answers={"r-b2": Answer(0, "act_first")})
    assert status_of(TEXT, facts(assessed={**both, "recruitment": flagged})) == "assessed"
    unsure = msgspec.structs.replace(both["recruitment"], answers={"r-b2": Answer(1, "check_first")})
    assert status_of(TEXT, facts(assessed={**both, "recruitment": unsure})) == "improving"


def test_each_status_says_what_brings_the_next_with_one_link_to_it():
    titles = {"procurement": "Buying", "recruitment": "Hiring"}

    def ahead(found: Facts) -> tuple[str, str, list[str], str]:
        standing = standing_of(TEXT, found)
        step = standing.step.href if standing.step else ""
        reasons = [each.reason for each in standing.missing]
        return standing.earned.id, standing.next.id if standing.next else "", reasons, step

    half = facts(assessed={"procurement": assessed("procurement")}, titles=titles)
    assert ahead(half) == ("signed", "assessed", ["Complete “Hiring”."], "/assessments/recruitment")
    both = {name: assessed(name, score=score) for name, score in (("procurement", 9000), ("recruitment", 6400))}
    assert ahead(facts(assessed=both, titles=titles)) == (
        "assessed", "improving",
        ["No score has risen since the one before it.", "Or: “Hiring” has 64%. This asks for 65% in each."], "/actions",
    )  # fmt: skip
    flagged = msgspec.structs.replace(
        both["recruitment"], score=9000, answers={"r-b2": Answer(0, "act_first")}, actions={"r-b2": "/actions/7"}
    )
    assert ahead(facts(assessed={**both, "recruitment": flagged}, titles=titles)) == (
        "assessed", "improving", ["An answer in “Hiring” says that something cannot wait."], "/actions/7",
    )  # fmt: skip
    assert ahead(facts(assessed={**both, "recruitment": assessed("recruitment", score=9000)})) == (
        "improving",
        "",
        [],
        "",
    )


# — evidence —


def test_one_link_leads_to_the_action_that_would_keep_a_promise_or_to_an_event_that_can_be_booked():
    low = {name: assessed(name, 1, actions={"p-a1": "/actions/1"}) for name in ("procurement", "recruitment")}
    found = facts(assessed=low, attendances=())
    lead = kept(found, "lead").step
    assert lead is not None and (lead.href, lead.link) == ("/actions/1", "See what to do about it")
    event = Coming(frozenset({"training"}), "/events/talk", "Book a place: “A talk”, 3 May 2027")
    other = Coming(frozenset({"legal"}), "/events/law", "Book a place: “The law”, 2 May 2027")
    train = kept(msgspec.structs.replace(found, coming=(other, event)), "train").step
    assert train is not None and (train.href, train.link) == (event.href, event.words)
    nothing = kept(facts(assessed={}, attendances=()), "train")
    assert nothing.step is not None and nothing.step.href == "/assessments/procurement"
    assert [each.href for each in nothing.missing][-1] == "/events?topic=training"
    upload = kept(facts(uploads=frozenset()), "know-suppliers").step
    assert upload is not None and upload.href == "/suppliers/uploads"


def test_what_somebody_did_is_said_until_the_question_is_answered_again():
    done = assessed("procurement", 1, actions={"p-a1": "/actions/1"}, done=frozenset({"p-a1"}))
    found = kept(facts(assessed={"procurement": done, "recruitment": assessed("recruitment")}), "lead")
    assert found.state == "not_yet" and found.reason.endswith("answer again to show it.")


def test_what_came_too_late_leads_nowhere_and_says_when_it_counts_again():
    late = {name: assessed(name, on=SIGNED + timedelta(93)) for name in ("procurement", "recruitment")}
    open_ = kept(facts(assessed=late), "be-open")
    assert open_.step is None and "“Buying” was due by 21 February 2027, and came later." in open_.reason


def test_a_firm_that_does_everything_keeps_every_promise():
    assert set(states(facts()).values()) == {"met"}
    assert kept(facts(), "lead").reason == "Your answers say that a named person is in charge."


def test_a_firm_that_has_only_signed_keeps_none_yet_and_is_told_what_to_do():
    new = Facts(today=SIGNED, signed_on=SIGNED, consents=frozenset({"register", "grouped-figures"}),
                titles={"procurement": "Buying", "recruitment": "Hiring"})  # fmt: skip
    assert set(states(new).values()) == {"not_yet"}
    assert kept(new, "lead").reason == "Complete “Buying”. Complete “Hiring”."
    assert kept(new, "be-open").reason == (
        "Complete “Buying” by 21 February 2027. Complete “Hiring” by 21 February 2027."
    )
    assert "You have not uploaded a supplier list yet." in kept(new, "know-suppliers").reason
    assert "Or: Nobody from your firm has been at an event about this since 21 November 2024." in (
        kept(new, "train").reason
    )


@pytest.mark.parametrize(("points", "state"), [(1, "not_yet"), (2, "met"), (4, "met")])
def test_points_decide_where_points_are_asked_for(points, state):
    assert states(with_answer("p-a1", Answer(points)))["lead"] == state


def test_what_falls_short_is_named_with_its_question():
    whole = with_answer("p-a1", Answer(1))
    asked = msgspec.structs.replace(whole.assessed["procurement"], words={"p-a1": "Who leads?"}, report="/reports/1")
    found = kept(msgspec.structs.replace(whole, assessed={**whole.assessed, "procurement": asked}), "lead")
    (missing,) = found.missing
    assert (missing.questionnaire, missing.question) == ("procurement", "p-a1")
    assert missing.reason == "Your answer to “Who leads?” is not far enough yet."
    assert (missing.href, missing.link) == ("/reports/1/answers#question-p-a1", "See this answer in your report")
    assert kept(with_answer("p-a1", Answer(1)), "lead").reason == "An answer in “Buying” is not far enough yet."


@pytest.mark.parametrize("flag", ["act_first", "check_first", "foundation"])
def test_any_flag_on_a_question_about_harm_leaves_the_promise_open(flag):
    found = kept(with_answer("r-b2", Answer(3, flag)), "hire-fairly")
    assert (found.state, found.reason) == ("not_yet", "An answer in “Hiring” raises a warning.")


@pytest.mark.parametrize(
    ("question", "commitment"), [("p-a1", "lead"), ("r-b2", "hire-fairly"), ("p-c1", "know-suppliers")]
)
def test_a_question_that_was_taken_out_never_makes_a_promise_kept(question, commitment):
    found = kept(with_answer(question, None), commitment)
    title = "Buying" if QUESTIONS[question] == "procurement" else "Hiring"
    assert (found.state, found.reason) == (
        "not_yet",
        f"We cannot tell: what you answered of “{title}” does not ask about this.",
    )
    assert [missing.href for missing in found.missing] == [""]
    assert found.unasked


def test_only_where_nothing_else_is_missing_a_promise_waits_for_a_question():
    assert not kept(with_answer("p-c1", Answer(0)), "know-suppliers").unasked
    without_list = msgspec.structs.replace(with_answer("p-c1", None), uploads=frozenset())
    assert [kept(found, "know-suppliers").unasked for found in (without_list, with_answer("p-c1", None))] == [
        False, True,
    ]  # fmt: skip
    assert not kept(facts(), "know-suppliers").unasked, "nothing is missing"


def test_where_any_one_thing_is_enough_an_unknown_question_is_not():
    both = {name: assessed(name) for name in ("procurement", "recruitment")}
    both["recruitment"] = msgspec.structs.replace(both["recruitment"], answers={})
    assert states(facts(assessed=both, attendances=()))["train"] == "not_yet"
    assert states(facts(assessed=both))["train"] == "met"


def test_the_same_is_said_once():
    new = Facts(today=SIGNED, signed_on=SIGNED, titles={"procurement": "Buying", "recruitment": "Hiring"})
    for each in evidence(TEXT, new):
        reasons = [missing.reason for missing in each.missing]
        assert len(reasons) == len(set(reasons)), each.commitment
    assert [missing.reason for missing in kept(new, "hire-fairly").missing] == ["Complete “Hiring”."]
    assert [missing.href for missing in kept(new, "hire-fairly").missing] == ["/assessments/recruitment"]


def test_a_question_that_was_not_shown_or_does_not_apply_asks_for_nothing():
    assert states(with_answer("p-a1", Answer(None)))["lead"] == "met"  # the other question still stands for it
    both = {name: assessed(name, None) for name in ("procurement", "recruitment")}
    found = facts(assessed=both, attendances=())
    assert states(found)["lead"] == "not_applicable"
    assert states(found)["train"] == "not_applicable"
    assert states(found)["know-suppliers"] == "met"  # the upload still counts
    assert states(facts(assessed=both))["train"] == "met"
    assert kept(found, "lead").reason.startswith("None of our questions about this are for a firm like yours.")


def test_an_event_stands_in_for_training_if_it_was_about_it_and_not_too_long_ago():
    untrained = {name: assessed(name, 2) for name in ("procurement", "recruitment")}
    for topics, days, state in (
        ({"training"}, 730, "met"),
        ({"spotting-signs", "legal"}, 0, "met"),
        ({"training"}, 731, "not_yet"),
        ({"legal"}, 1, "not_yet"),
    ):
        came = (Attendance(frozenset(topics), TODAY - timedelta(days=days)),)
        assert states(facts(assessed=untrained, attendances=came))["train"] == state, (topics, days)


@pytest.mark.parametrize(
    ("days", "state"), [((-400,), "met"), ((0,), "met"), ((92,), "met"), ((93,), "not_yet"), ((300, 10), "met")]
)
def test_assessments_are_in_time_if_any_was_submitted_within_three_months(days, state):
    on = tuple(SIGNED + timedelta(days=each) for each in days)
    late = {name: msgspec.structs.replace(assessed(name), submitted_on=on) for name in ("procurement", "recruitment")}
    assert states(facts(assessed=late))["be-open"] == state


def test_who_missed_the_three_months_is_told_so_without_blame():
    found = kept(facts(assessed={"procurement": assessed("procurement")}), "be-open")
    assert found.reason == "“Hiring” was due by 21 February 2027."


def test_a_consent_that_was_not_given_is_named():
    assert "You did not agree to this: “The partnership may use" in (
        kept(facts(consents=frozenset({"register"})), "be-open").reason
    )


# — properties —

answers = st.builds(Answer, st.none() | st.integers(0, 4), st.sampled_from(["", "act_first", "check_first"]))
days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
assessments = st.builds(
    Assessed,
    submitted_on=st.lists(days, min_size=1, max_size=3).map(tuple),
    answers=st.dictionaries(st.sampled_from(sorted(QUESTIONS)), answers, max_size=len(QUESTIONS)),
    score=st.none() | st.integers(0, 10_000),
    previous_score=st.none() | st.integers(0, 10_000),
)
any_facts = st.builds(
    Facts,
    today=days,
    signed_on=days,
    consents=st.frozensets(st.sampled_from([consent.id for consent in TEXT.signing.consents])),
    assessed=st.dictionaries(st.sampled_from(["procurement", "recruitment"]), assessments),
    uploads=st.frozensets(st.just("suppliers")),
    attendances=st.lists(
        st.builds(Attendance, st.frozensets(st.sampled_from(["training", "spotting-signs", "legal"])), days)
    ).map(tuple),
)
leaves = st.sampled_from(
    [leaf for commitment in TEXT.commitments for leaf in commitment.evidence.rule.leaves()]
    + [leaf for status in TEXT.statuses if status.requires for leaf in status.requires.leaves()]
)
rules = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: Rule(all=tuple(parts)))
        | st.lists(inner, min_size=1, max_size=4).map(lambda parts: Rule(any=tuple(parts)))
    ),
    max_leaves=12,
)


def strength(rule: Rule, found: Facts) -> int:
    return STRENGTH[judge(rule, found, TEXT).state]


@unhurried
@given(rules, any_facts)
def test_something_is_missing_exactly_when_it_is_not_there_yet(rule, found):
    outcome = judge(rule, found, TEXT)
    assert (outcome.state == "not_yet") == bool(outcome.missing)
    assert all(missing.reason.endswith((".", "”")) for missing in outcome.missing)


@unhurried
@given(st.lists(rules, min_size=1, max_size=4), any_facts)
def test_all_is_no_stronger_than_its_weakest_part_and_any_no_weaker_than_its_strongest(parts, found):
    each = [strength(part, found) for part in parts]
    together = strength(Rule(all=tuple(parts)), found)
    assert (together == 0) == (min(each) == 0)
    assert together == 0 or together == max(each)
    assert strength(Rule(any=tuple(parts)), found) == max(each)


@unhurried
@given(rules, any_facts)
def test_more_evidence_never_takes_a_kept_promise_away(rule, found):
    better = msgspec.structs.replace(
        found,
        consents=frozenset({"register", "grouped-figures", "signatory-name"}),
        uploads=frozenset({"suppliers"}),
        attendances=(*found.attendances, Attendance(frozenset({"training"}), found.today)),
        assessed={
            name: msgspec.structs.replace(
                each,
                answers={
                    question: answer if answer.points is None else Answer(4)
                    for question, answer in each.answers.items()
                },
                score=10_000,
                previous_score=None if each.previous_score is None else 0,
                submitted_on=(*each.submitted_on, found.signed_on),
            )
            for name, each in found.assessed.items()
        },
    )
    assert strength(rule, better) >= strength(rule, found)


@unhurried
@given(any_facts)
def test_a_status_is_earned_only_with_all_before_it(found):
    status = status_of(TEXT, found)
    for needed in STATUSES[1 : STATUSES.index(status) + 1]:
        requires = TEXT.status(needed).requires
        assert requires is not None and judge(requires, found, TEXT).state == "met"
    if status != STATUSES[-1]:
        following = TEXT.status(STATUSES[STATUSES.index(status) + 1]).requires
        assert following is not None and judge(following, found, TEXT).state == "not_yet"


@unhurried
@given(any_facts)
def test_the_words_that_make_reasons_readable_decide_nothing(found):
    named = msgspec.structs.replace(found, titles={"procurement": "A", "recruitment": "B"})
    assert [each.state for each in evidence(TEXT, named)] == [each.state for each in evidence(TEXT, found)]
    assert status_of(TEXT, named) == status_of(TEXT, found)
