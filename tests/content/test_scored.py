"""The content as the engine reads it: what each kind of organisation is shown, and what it scores."""

import json

import pytest
from click.testing import CliRunner

from pledge.cli import main

from .conftest import FOLDER

SMALL = {"kind": "business", "headcount_band": "1-9", "turnover_36m": False}
PACKER = {
    "kind": "business",
    "headcount_band": "250+",
    "turnover_36m": True,
    "risk_sectors": ["food_processing", "lettings"],
    "labour": ["agency", "sponsored", "tied_housing"],
    "outside_work": ["crews_on_site", "subcontracting"],
    "goods_abroad": True,
}
CHARITY = {"kind": "charity", "headcount_band": "50-249", "turnover_36m": False}


def _run(*arguments):
    outcome = CliRunner().invoke(main, ["questionnaires", *arguments], catch_exceptions=False)
    return outcome.exit_code, json.loads(outcome.stdout)


@pytest.fixture
def scored(tmp_path, files):
    """Return the score of a questionnaire where every question has its best answer, but for those given."""

    def run(name, profile, **instead):
        best = {
            question["id"]: question["options"][-1]["value"]
            for section in files[name]["sections"]
            for question in section["questions"]
        } | {key.replace("_", "-"): value for key, value in instead.items()}
        assert set(best) == {q["id"] for section in files[name]["sections"] for q in section["questions"]}
        path = tmp_path / "answers.json"
        answers = {key: {"value": value} for key, value in best.items()}
        path.write_text(json.dumps({"profile": profile, "answers": answers}), encoding="utf-8")
        code, result = _run("score", str(FOLDER / f"{name}.yaml"), str(path), "--json")
        assert code == 0
        return result

    return run


@pytest.fixture
def shown(scored, files):
    """Return the ids of the questions that a profile is shown."""

    def run(name, profile):
        hidden = set(scored(name, profile)["not_shown"])
        every = [question["id"] for section in files[name]["sections"] for question in section["questions"]]
        return [question for question in every if question not in hidden]

    return run


def test_the_checker_finds_nothing_and_passes_over_the_pledge():
    code, found = _run("check", "--json")
    assert code == 0
    asked = [file for file in found["files"] if "language" not in file]
    assert [(file["id"], file["version"], file["questions"]) for file in asked] == [
        ("procurement", "2026.4", 33),
        ("quick-check", "2026.4", 10),
        ("recruitment", "2026.4", 37),
    ]
    assert [file["problems"] for file in found["files"]] == [[]] * 5
    said = [(file["id"], file["version"], file["language"]) for file in found["files"] if file not in asked]
    assert said == [("procurement", "2026.4", "pl"), ("recruitment", "2026.4", "pl")]


@pytest.mark.parametrize("band", ["1-9", "10-49"])
def test_small_firms_are_spared_what_needs_an_office(shown, band):
    small = SMALL | {"headcount_band": band, "outside_work": ["crews_on_site"]}
    assert {"p-b5", "p-c2", "p-e4"}.isdisjoint(shown("procurement", small))
    assert {"r-e4", "r-e5", "r-f3", "r-f6"}.isdisjoint(shown("recruitment", small))


def test_a_small_firm_above_the_threshold_is_asked_for_its_statement(shown):
    assert "p-f6" in shown("procurement", SMALL | {"turnover_36m": True})


@pytest.mark.parametrize("profile", [SMALL, PACKER, CHARITY])
@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_the_best_answers_score_all_points_with_no_flag_and_no_gap(scored, name, profile):
    result = scored(name, profile)
    assert result["weighted_points"] == result["weighted_max"]
    assert (result["score"], result["band"], result["headline"]) == (10_000, "leading", "leading")
    assert (result["flags"], result["gaps"]) == ([], [])


def test_the_packer_is_shown_all_the_weight_there_is(scored):
    assert scored("procurement", PACKER)["weighted_max"] == (65 + 2 + 3) * 4
    assert scored("recruitment", PACKER)["weighted_max"] == (74 + 3 + 3 + 3 + 2) * 4


def _flagged_options(files):
    for name, content in files.items():
        for section in content["sections"]:
            for question in section["questions"]:
                for option in question["options"]:
                    if "flag" in option:
                        yield name, question["id"], option["value"], option["flag"]


def test_every_flag_can_be_raised_and_does_what_it_says(scored, files):
    headlines = {"act_first": "act_first", "check_first": "established", "foundation": "developing"}
    for name, question, value, flag in _flagged_options(files):
        profile = PACKER | {"p-f6-charity": {"kind": "charity"}}.get(question, {})
        result = scored(name, profile, **{question: value})
        assert result["flags"] == [{"question": question, "flag": flag}]
        assert result["headline"] == headlines[flag]
        assert result["gaps"][0]["question"] == question


def test_a_missing_statement_is_urgent_only_where_the_law_asks_for_it(scored):
    assert scored("procurement", PACKER, p_f6="none")["headline"] == "act_first"
    assert scored("procurement", CHARITY, p_f6="none")["flags"] == []


def test_a_labour_provider_without_a_licence_is_urgent_where_it_needs_one(scored):
    licensed = SMALL | {"labour": ["agency"], "risk_sectors": ["agriculture"]}
    other = SMALL | {"labour": ["agency"], "risk_sectors": ["construction"]}
    assert scored("recruitment", licensed, r_c6="unlicensed")["headline"] == "act_first"
    assert scored("recruitment", other, r_c6="unlicensed")["flags"] == []


@pytest.mark.parametrize("sector", ["agriculture", "construction"])
def test_what_is_checked_of_a_labour_provider_is_one_question_for_all(scored, sector):
    result = scored("recruitment", SMALL | {"labour": ["agency"], "risk_sectors": [sector]}, r_c2="nothing")
    assert (result["flags"], result["band"]) == ([{"question": "r-c2", "flag": "foundation"}], "developing")


def test_a_joinery_of_nine_by_hand(scored):
    """Points of the 17 questions shown, by weight.

    weight 3: a3 2, b1 1, c1 0, c3 2, e1 0, f1 1 → 6 × 3 = 18 of 72
    weight 2: a1 3, a2 0, b2 2, b4 1, d1 2, d5 4, d6 2, e2 2, e3 2, f3 1 → 19 × 2 = 38 of 80
    weight 1: f5 2 of 4; together 58 of 156 = 3718 basis points, half up.
    """
    result = scored(
        "procurement",
        SMALL | {"risk_sectors": ["construction"]},
        p_a1="named-with-time", p_a2="none", p_a3="large-orders",
        p_b1="accounts-only", p_b2="a-few", p_b4="never-raised",
        p_c1="none", p_c3="sometimes-ask",
        p_d1="company", p_d5="on-time-and-tracked", p_d6="rarely",
        p_e1="none", p_e2="now-and-then", p_e3="ask-to-fix",
        p_f1="ring-office", p_f3="one-or-two", p_f5="note",
    )  # fmt: skip
    assert (result["weighted_points"], result["weighted_max"], result["score"]) == (58, 156, 3718)
    assert result["band"] == result["headline"] == "starting"
    assert result["flags"] == []
    assert result["context"]["points"] == 2
    assert result["context"]["level"] == "medium"
    assert [gap["question"] for gap in result["gaps"]][:2] == ["p-c1", "p-e1"]


def test_who_is_asked_little_is_scored_on_that_alone(scored):
    """An owner without staff in the short form: the list 1 of 4, a low quote 2, cash 2, with weights 3, 3 and 2."""
    alone = SMALL | {"headcount_band": "0", "depth": "short"}
    result = scored("procurement", alone, p_b1="accounts-only", p_c3="always-ask-why", p_d6="rarely")
    assert (result["weighted_points"], result["weighted_max"], result["score"]) == (13, 32, 4063)
