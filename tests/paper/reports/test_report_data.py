"""The data of a report: its schema is in docs/, and what is sent keeps to it."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.paper.reports.making import DAY, a_report, an_event

from pledge.paper.reports.data import FORMAT, SCHEMA, UNITS, data, document, schema
from pledge.questionnaires.answers import Answer
from pledge.reports.report import Peers, Report

ROOT = Path(__file__).parents[3]
KINDS = {"string": str, "boolean": bool, "null": type(None), "array": list, "object": dict, "integer": int}


def problems(value, described, models, place="$"):
    """Yield how a value differs from a schema that uses what ours do."""
    if "$ref" in described:
        described = models[described["$ref"].rpartition("/")[2]]
    if "anyOf" in described:
        if not any(not list(problems(value, each, models)) for each in described["anyOf"]):
            yield f"{place}: none of these"
    elif "const" in described or "enum" in described:
        if value not in described.get("enum", [described.get("const")]):
            yield f"{place}: not one of these"
    elif not isinstance(value, KINDS[described["type"]]) or (
        described["type"] == "integer" and isinstance(value, bool)
    ):
        yield f"{place}: not {described['type']}"
    elif "additionalProperties" in described:
        for name, each in value.items():
            yield from problems(each, described["additionalProperties"], models, f"{place}.{name}")
    elif isinstance(value, dict):
        for name in {*described["required"]} ^ {*value}:
            yield f"{place}.{name}: missing, or not known"
        for name in {*described["properties"]} & {*value}:
            yield from problems(value[name], described["properties"][name], models, f"{place}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from problems(each, described["items"], models, f"{place}[{number}]")


def test_the_schema_in_the_documentation_is_the_one_of_the_code():
    assert (ROOT / "docs" / SCHEMA).read_text() == document()


@pytest.mark.parametrize(
    "report",
    [
        a_report(points=2, events=[an_event()], r_b2=Answer(value="someone-paid")),
        a_report("procurement", points=4),
        a_report("procurement", points=0, peers=Peers("firms in Lancashire", 12, DAY, 5000, {"suppliers": 4400})),
    ],
)
def test_what_is_sent_keeps_to_the_schema_and_is_the_whole_model(report):
    sent = data(report)
    found, described = json.loads(sent), schema()
    assert list(problems(found, described, described["$defs"])) == []
    assert found["format"] == FORMAT == 1
    assert msgspec.json.decode(sent, type=Report) == report


def test_the_check_notices_what_is_missing_added_or_of_another_kind():
    described, found = schema(), json.loads(data(a_report(points=2)))
    del found["actions"][0]["what"]
    found["sections"][0]["more"] = 1
    found["score"] = "45%"
    told = sorted(problems(found, described, described["$defs"]))
    assert told == [
        "$.actions[0].what: missing, or not known",
        "$.score: none of these",
        "$.sections[0].more: missing, or not known",
    ]


def test_every_figure_says_what_it_counts():
    figures = {
        name: value.get("description")
        for model in schema()["$defs"].values()
        for name, value in model["properties"].items()
        if "'integer'" in str(value)
    }
    assert all(figures.values())
    assert set(figures) == {*UNITS, "sections"}


def test_no_name_of_this_format_has_gone():
    """Other programs read them: one that goes, or means something else, makes another format."""
    known = (Path(__file__).with_name("names-of-format-1.txt")).read_text().split()
    names = {f"{model}.{name}" for model, described in schema()["$defs"].items() for name in described["properties"]}
    assert FORMAT == 1 and set(known) <= names
    assert known == sorted(known) and len(known) > 90
