"""The quick check asks ten questions of the two self-assessments, in their words and with their answers."""

from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "questionnaires"
SOURCES = {
    "fees": "r-b2", "right-to-work": "r-b3", "minimum-wage": "r-d2", "pay-account": "r-d3", "papers": "r-d4",
    "leaving": "r-d7", "speaking-up": "r-f1", "origin": "p-b2", "passing-on": "p-b4", "plan": "p-f2",
}  # fmt: skip
OF_WORKERS = {"fees", "right-to-work", "minimum-wage", "pay-account", "papers", "leaving"}


@pytest.fixture(scope="module")
def quick():
    return yaml.load((FOLDER / "quick-check.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(scope="module")
def asked(quick):
    return {question["id"]: question for section in quick["sections"] for question in section["questions"]}


def test_it_has_ten_questions_at_most_four_on_a_page(quick, asked):
    assert list(asked) == list(SOURCES)
    assert [len(section["questions"]) for section in quick["sections"]] == [4, 3, 3]


@pytest.mark.parametrize("name", SOURCES)
def test_a_question_is_that_of_the_assessment_so_that_its_answer_can_be_taken_over(asked, questions, name):
    question, source = dict(asked[name]), dict(questions[SOURCES[name]])
    assert question.pop("reuse_key") == source.pop("reuse_key", SOURCES[name])
    for part in ("id", "page_break", "time_bound", "variants"):
        question.pop(part, None)
    small = [each for each in source.pop("variants", []) if each["when"] == {"profile": "small", "equals": "true"}]
    for part in ("id", "page_break", "time_bound"):
        source.pop(part, None)
    for variant in small:  # most suppliers are small: they are asked as small firms are
        source |= {part: variant[part] for part in ("text", "hint") if part in variant}
        labels = variant.get("options", {})
        source["options"] = [{**each, "label": labels.get(each["value"], each["label"])} for each in source["options"]]
    source.pop("show_if", None)
    if name in OF_WORKERS:  # an assessment asks them only where somebody works
        source["hint"] += " If no one works for you yet, say what you would do."
    assert question == source


def test_a_firm_without_a_profile_is_asked_all_of_it(asked):
    assert not [name for name, question in asked.items() if {"show_if", "flags_when", "variants"} & set(question)]


def test_half_of_it_asks_about_harm(asked):
    harm = [
        name for name, question in asked.items() if any(each.get("flag") == "act_first" for each in question["options"])
    ]
    assert harm == ["fees", "right-to-work", "minimum-wage", "pay-account", "papers"]


def test_what_it_shares_with_the_assessments_says_the_same(quick, files):
    for content in files.values():
        for key in set(quick["resources"]) & set(content["resources"]):
            assert quick["resources"][key] == content["resources"][key]
    used = [question for section in quick["sections"] for question in section["questions"]]
    assert {key for question in used for key in question["action"]["resources"]} == set(quick["resources"])
    assert {key for question in used for key in question["maps_to"]} == {each["id"] for each in quick["standards"]}
    assert {topic for question in used for topic in question["topics"]} == set(quick["topics"])
