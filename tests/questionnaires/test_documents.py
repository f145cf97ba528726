"""The documents that follow from the code, and the examples of docs/scoring.md, worked from the page."""

import json
import re
from pathlib import Path

import msgspec
import pytest
import yaml

from pledge.organisations.profile import FIELDS, parse_profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.documentation import documents
from pledge.questionnaires.loading import load
from pledge.questionnaires.scoring import score
from pledge.questionnaires.translations.reading import read_translations
from pledge.questionnaires.translations.translation import Around, Checked, Said, Translation
from pledge.words.numbers import whole_percent

DOCS = Path(__file__).parents[2] / "docs"
SCORING = (DOCS / "scoring.md").read_text(encoding="utf-8")
FLAGS = {"A": "act_first", "C": "check_first", "F": "foundation"}


@pytest.mark.parametrize("name", documents())
def test_a_generated_document_is_up_to_date(name):
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == documents()[name], "run: python -m pledge.questionnaires.documentation"


def rows(text, title):
    """Return the rows under a table's title row."""
    table = text[text.index(title) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def example(name, define, make):
    """Return the result of an example, and the results table that the page gives for it."""
    text = SCORING.split(f"<!-- example: {name} -->")[1].split("## ")[0]
    profile, problems = parse_profile(json.loads(re.search(r"```json\n(.*?)\n```", text, re.DOTALL)[1]))
    assert problems == ()
    question, _ = make
    sections, answers = {}, {}
    for name_, section, weight, options, given in rows(text, "| question | section |"):
        levels = [(int(option[0]), FLAGS.get(option[1:])) for option in options.split()]
        asked = question(
            name_,
            int(weight),
            points=[points for points, _ in levels],
            flags={points: flag for points, flag in levels if flag},
            not_applicable=given == "not applicable",
        )
        sections.setdefault(section, []).append(asked)
        special = {
            "don't know": Answer(dont_know=True),
            "not applicable": Answer(not_applicable="None here."),
        }
        answers[name_] = special.get(given) or Answer(f"p{given}")
    return score(define(sections), profile, answers), dict(rows(text, "| result |"))


@pytest.mark.parametrize("name", re.findall(r"<!-- example: (\w+) -->", SCORING))
def test_an_example_of_the_page_gives_every_figure_it_says(name, define, make):
    result, said = example(name, define, make)
    gaps = [
        f"{gap.question} {gap.points} to {gap.target} priority {gap.priority} {gap.flag or ''}".strip()
        for gap in result.gaps
    ]
    found = {
        "weighted_points": result.weighted_points,
        "weighted_max": result.weighted_max,
        "score": result.score,
        "percent": whole_percent(result.score),
        "coverage": result.coverage,
        "band": result.band,
        "headline": result.headline,
        "context": f"{result.context.level} {result.context.points}",
        "flags": ", ".join(f"{flag.question} {flag.flag}" for flag in result.flags),
        "gaps": ", ".join(gaps),
    }
    for section in result.sections:
        figures = f"{section.weighted_points} of {section.weighted_max} = {section.score}"
        found[f"section {section.id}"] = figures
    assert {name: str(value) for name, value in found.items()} == said


def test_the_page_has_two_examples():
    assert len(re.findall(r"<!-- example: ", SCORING)) == 2


FORMAT = (DOCS / "questionnaire-format.md").read_text(encoding="utf-8")


def test_the_example_of_the_format_has_no_problem():
    found = load(re.search(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[1].encode())
    assert found.problems == ()
    assert [question.id for question in found.definition.questions] == ["hires", "fees"]


def test_the_example_of_what_is_not_scored_has_no_problem_and_has_every_kind(make):
    question, document = make
    asked = yaml.load(re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[1], yaml.BaseLoader)
    found = load(json.dumps(document({"only": [*asked, question("last")]})).encode())
    assert found.problems == ()
    kinds = [type(each).__name__ for each in found.definition.questions if each.id != "last"]
    assert kinds == ["Number", "Number", "Money", "Percentage", "Date", "Choices", "ShortText", "LongText"]


def test_the_example_of_a_translation_has_every_key():
    (read,) = read_translations([re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[2].encode()], None)
    assert read.problems == () and read.questions == 1
    shown = re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)[2]
    for part in (Translation, Around, Said, Checked):
        for field in msgspec.structs.fields(part):
            assert f"{field.encode_name}: " in shown or f"{field.encode_name}:\n" in shown, field.encode_name


def test_the_page_about_the_format_names_every_fact_that_steers():
    text = FORMAT.split("Facts that steer:")[1].split(".\n")[0]
    assert re.findall(r"`(\w+)`", text) == [field.name for field in FIELDS.values() if field.steers]
