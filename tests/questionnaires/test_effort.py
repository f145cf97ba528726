"""How long a questionnaire takes whom, and in which forms it can be answered."""

from math import ceil

import pytest

from pledge.organisations.profile import FIELDS, LARGE, TYPICAL, Profile
from pledge.questionnaires.effort import Effort, choose, effort, forms, in_depth, rates, title_in
from pledge.questionnaires.installed import installed
from pledge.questionnaires.visibility import effective_answers

BANDS = FIELDS["headcount_band"].values


@pytest.fixture
def depth(fixture_definition):
    return fixture_definition("depth")


def test_the_rates_are_data_with_a_source_and_a_reason():
    assert (rates().words_per_minute.value, rates().seconds_to_decide.value) == (238, 5)
    assert all(rate.why and rate.source.url for rate in (rates().words_per_minute, rates().seconds_to_decide))


@pytest.mark.parametrize(
    ("questions", "words", "minutes"),
    [
        (1, 10, 1),
        (1, 218, 1),  # 218 / 238 + 5 / 60 is a hair under one minute
        (1, 219, 2),
        (4, 952, 5),  # four minutes of reading, and twenty seconds
        (12, 1190, 6),  # five of reading, and exactly one to decide
        (12, 1191, 7),
    ],
)
def test_minutes_are_those_of_reading_and_deciding_rounded_up(define, make, questions, words, minutes):
    question, _ = make
    each = 1 + 2 + 2 + 2  # “Why?”, “Level 0”, “Level 4”, “Don’t know”
    asked = [question(f"q{n}", points=(0, 4), text="Why?") for n in range(questions)]
    asked[0]["text"] = " ".join(["word"] * (1 + words - questions * each))
    definition = define({"only": asked})
    found = effort(definition, Profile())
    said = sum(len(o.label.split()) for q in definition.scored for o in q.options)
    said += sum(len(q.text.split()) + len(q.dont_know_label.split()) for q in definition.scored)
    assert said == words
    assert found == Effort("full", questions, minutes)
    assert found.minutes == ceil(words / 238 + questions * 5 / 60)


def test_hints_count_and_what_is_not_shown_does_not(define, make):
    question, _ = make
    long = " ".join(["word"] * 238)
    hidden = question("b", text=long, show_if={"profile": "small", "equals": False})
    definition = define({"only": [question("a", hint=long), hidden]})
    assert effort(definition, Profile(headcount_band="1-9")) == Effort("full", 1, 2)
    assert effort(definition, Profile(headcount_band="250+")) == Effort("full", 2, 3)


def test_a_firm_reads_its_own_words(define, make):
    question, _ = make
    variant = {"when": {"profile": "small", "equals": True}, "text": " ".join(["word"] * 476)}
    definition = define({"only": [question("a", variants=[variant])]})
    assert effort(definition, Profile(headcount_band="0")).minutes == 3
    assert effort(definition, Profile(headcount_band="250+")).minutes == 1


def test_firms_of_up_to_nine_choose_the_short_form_first_and_others_have_no_choice(depth):
    for band in (*BANDS, None):
        found = [form.depth for form in forms(depth, Profile(headcount_band=band))]
        assert found == (["short", "full"] if band in ("0", "1-9") else ["full"]), band
    assert [form.questions for form in forms(depth, Profile(headcount_band="1-9"))] == [2, 4]
    assert [form.questions for form in forms(depth, Profile(headcount_band="0"))] == [1, 2]
    assert [form.minutes for form in forms(depth, TYPICAL)] == [1, 1]
    assert forms(depth, LARGE) == (Effort("full", 4, 1),)


def test_where_the_short_form_asks_as_much_there_is_none(fixture_definition):
    assert [form.depth for form in forms(fixture_definition("smallest"), TYPICAL)] == ["full"]


@pytest.mark.parametrize(
    ("band", "wanted", "depth_of"),
    [
        ("1-9", "", "short"),
        ("1-9", "short", "short"),
        ("1-9", "full", "full"),
        ("1-9", "deep", "short"),
        ("0", "", "short"),
        ("10-49", "", "full"),
        ("10-49", "short", "full"),
        (None, "short", "full"),
    ],
)
def test_a_form_is_chosen_among_those_that_there_are(depth, band, wanted, depth_of):
    chosen = choose(depth, Profile(headcount_band=band, sector="F"), wanted)
    assert chosen == Profile(headcount_band=band, sector="F", depth=depth_of)


def test_an_owner_without_staff_is_asked_nothing_about_staff(depth):
    owner = Profile(headcount_band="0")
    assert set(effective_answers(depth, in_depth(owner, "short"), {})) == {"first"}
    assert set(effective_answers(depth, in_depth(owner, "full"), {})) == {"first", "second"}


def test_the_title_says_that_it_is_the_short_form(depth):
    assert title_in(depth, "full") == "Short and full"
    assert title_in(depth, "short") == "Short and full (short form)"


def test_the_short_forms_keep_every_question_that_may_mean_harm():
    for loaded in installed().values():
        definition = loaded.definition
        for band in BANDS:
            short = set(effective_answers(definition, Profile(headcount_band=band, depth="short"), {}))
            full = set(effective_answers(definition, Profile(headcount_band=band), {}))
            harm = {question.id for question in definition.scored if question.may_mean_harm}
            assert short <= full and full & harm <= short, definition.id


@pytest.mark.parametrize("band", ["0", "1-9"])
def test_a_firm_of_up_to_nine_needs_at_most_what_it_is_told(band):
    """Ten minutes for each, as the first page says; twenty questions and twelve minutes where both have short forms."""
    firm = Profile(kind="business", headcount_band=band, turnover_36m=False, goods_abroad=True)
    found = [forms(loaded.definition, firm)[0] for name, loaded in installed().items() if name != "quick-check"]
    assert len(found) == 2 and max(form.minutes for form in found) <= 10
    if all(form.depth == "short" for form in found):
        assert sum(form.questions for form in found) <= 20 and sum(form.minutes for form in found) <= 12
