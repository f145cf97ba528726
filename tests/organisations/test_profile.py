import msgspec
import pytest

from pledge.organisations.profile import FIELDS, Profile, parse_profile
from pledge.organisations.sections import sections
from pledge.organisations.sectors import RISK_SECTORS

FULL = {
    "kind": "business",
    "postcode": "BB9 7AA",
    "district": "Pendle",
    "area": "pennine",
    "sector": "C",
    "risk_sectors": ["food_processing", "logistics"],
    "headcount_band": "10-49",
    "turnover_36m": False,
    "labour": ["agency", "minimum_wage"],
    "outside_work": ["subcontracting"],
    "goods_abroad": True,
    "goods_bought": ["gloves", "seafood"],
    "listed_goods": True,
    "depth": "short",
}


def codes(raw):
    return [(problem.code, problem.field) for problem in parse_profile(raw)[1]]


def test_a_full_profile_is_read_and_written_back_the_same():
    profile, problems = parse_profile(FULL)
    assert problems == ()
    assert msgspec.to_builtins(profile, builtin_types=()) == {
        name: tuple(value) if isinstance(value, list) else value for name, value in FULL.items()
    }


def test_the_vocabulary_and_the_profile_have_the_same_fields():
    assert [name for name, field in FIELDS.items() if not field.derived] == list(Profile.__struct_fields__)
    assert all(hasattr(Profile(), name) for name in FIELDS)


def test_the_vocabulary_takes_sectors_from_their_tables():
    assert FIELDS["sector"].values == {letter: section.name for letter, section in sections().items()}
    assert list(FIELDS["risk_sectors"].values) == list(RISK_SECTORS)


def test_where_an_organisation_is_does_not_steer_questions():
    assert {name for name, field in FIELDS.items() if not field.steers} == {"postcode", "district", "area"}


@pytest.mark.parametrize("empty", [{}, dict.fromkeys(FULL)])
def test_a_fact_left_out_or_null_is_not_given(empty):
    assert parse_profile(empty) == (Profile(), ())


def test_an_empty_profile_is_neither_small_nor_licensed():
    assert not Profile().small
    assert not Profile().licensed_labour


@pytest.mark.parametrize(
    ("band", "small", "micro"),
    [
        ("0", True, True),
        ("1-9", True, True),
        ("10-49", True, False),
        ("50-249", False, False),
        ("250+", False, False),
        (None, False, False),
    ],
)
def test_small_is_a_headcount_under_50_and_micro_one_under_10(band, small, micro):
    profile = Profile(headcount_band=band)
    assert (profile.small, profile.micro) == (small, micro)


def test_how_many_people_work_there_is_said_in_words():
    said = [Profile(headcount_band=band).people for band in (None, "0", "1-9", "250+")]
    assert said == ["", "Nobody but the owner", "1 to 9 people", "250 or more people"]


def test_where_nothing_is_said_of_the_depth_it_is_full():
    for raw in ({}, {"depth": None}, {"depth": "full"}):
        assert parse_profile(raw)[0].depth == "full"
    assert parse_profile({"depth": "short"})[0].depth == "short"
    assert codes({"depth": "deep"}) == [("unknown-profile-value", "depth")]


def test_goods_that_stood_among_the_kinds_of_work_are_still_understood_and_no_longer_offered():
    field = FIELDS["risk_sectors"]
    retired = {"electronics", "ppe", "seafood_goods"}
    assert set(field.values) - set(field.offered) == retired
    assert parse_profile({"risk_sectors": sorted(retired)})[1] == ()
    assert {RISK_SECTORS[name].goods for name in retired} <= set(FIELDS["goods_bought"].values)


@pytest.mark.parametrize("name", RISK_SECTORS)
def test_licensed_labour_follows_the_risk_sectors(name):
    assert Profile(risk_sectors=(name,)).licensed_labour is RISK_SECTORS[name].licensed_labour


def test_several_values_come_in_the_order_of_the_vocabulary_and_once():
    profile, problems = parse_profile({"labour": ["tied_housing", "agency", "agency"]})
    assert problems == ()
    assert profile.labour == ("agency", "tied_housing")


def test_every_problem_is_reported_and_the_rest_is_kept():
    raw = {
        "colour": "red",
        "kind": "shop",
        "labour": ["agency", "robots", "gnomes"],
        "turnover_36m": "yes",
        "risk_sectors": "care",
        "district": "D" * 101,
        "headcount_band": 9,
        "goods_abroad": True,
    }
    profile, problems = parse_profile(raw)
    assert [(problem.code, problem.field) for problem in problems] == [
        ("unknown-profile-key", "colour"),
        ("unknown-profile-value", "kind"),
        ("unknown-profile-value", "labour"),
        ("profile-type", "turnover_36m"),
        ("profile-type", "risk_sectors"),
        ("profile-type", "district"),
        ("profile-type", "headcount_band"),
    ]
    assert profile == Profile(goods_abroad=True)
    messages = {problem.field: problem.message for problem in problems}
    assert messages["kind"] == ("“kind” in the profile cannot be “shop”; it is one of business, charity, public_body")
    assert "“robots”, “gnomes”" in messages["labour"]
    assert messages["turnover_36m"] == "“turnover_36m” in the profile is true or false, not yes"
    assert messages["risk_sectors"] == "“risk_sectors” in the profile is a list of values, not care"
    assert messages["colour"].startswith("The profile has no “colour”; it has kind, postcode")


@pytest.mark.parametrize(
    ("value", "words"), [(True, "true"), (3, "3"), ([], "a list"), ({}, "a set of names and values")]
)
def test_a_value_of_another_type_is_named_in_words(value, words):
    (problem,) = parse_profile({"sector": value})[1]
    assert problem.code == "profile-type"
    assert problem.message == f"“sector” in the profile is one value in quotes, not {words}"


@pytest.mark.parametrize("raw", [None, [], "business", 3])
def test_a_profile_that_is_no_mapping_is_one_problem(raw):
    assert codes(raw) == [("profile-shape", "profile")]


def test_a_list_holds_texts_only():
    assert codes({"labour": ["agency", ["seasonal"]]}) == [("profile-type", "labour")]


def test_a_derived_fact_may_be_given_where_it_agrees():
    raw = {"headcount_band": "1-9", "small": True, "risk_sectors": ["shellfish"], "licensed_labour": True}
    assert codes(raw) == []
    assert codes({"small": False, "licensed_labour": False}) == []


def test_a_derived_fact_that_disagrees_is_a_problem():
    raw = {"headcount_band": "250+", "small": True, "licensed_labour": True}
    assert codes(raw) == [("profile-contradiction", "licensed_labour"), ("profile-contradiction", "small")]
    assert "worked out from risk_sectors" in parse_profile(raw)[1][0].message
    assert "worked out from headcount_band" in parse_profile(raw)[1][1].message


def test_what_a_message_repeats_is_short_and_printable():
    (problem,) = parse_profile({"\x1b[31m" + "x" * 500: 1})[1]
    assert "\x1b" not in problem.message
    assert "x" * 41 not in problem.message
    assert "…" in problem.message
