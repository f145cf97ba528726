"""A report as data for machines: the model as it is, a number of the format, and the schema of both. Pure.

``python -m pledge.paper.reports.data`` writes the schema into ``docs/``; a test fails while it differs.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pledge.reports.report import Report

FORMAT = 1  # goes up when a name goes, or means something else; names that are added leave it as it is
SCHEMA = "report.schema.json"
POINTS = "points, 0 to 4"
BASIS_POINTS = "basis points: 10000 are 100 %"
WEIGHTED = "weighted points: weight × points"
# What every figure counts, by its name.
UNITS = {
    "adds_score": f"what it adds to the score, in {BASIS_POINTS}",
    "adds_weighted_points": f"what it adds, in {WEIGHTED}",
    "asked": "how many questions were asked",
    "coverage": f"how much of the weight asked applies, in {BASIS_POINTS}",
    "due_days": "days from the day of the report",
    "points": POINTS,
    "firms": "how many firms these figures are of",
    "previous": f"the score of the report before this one, in {BASIS_POINTS}",
    "priority": "weight × (target − points)",
    "questions": "how many questions there are",
    "raised_by_context": "how many actions are here only because of the context",
    "score": BASIS_POINTS,
    "target": f"what we aim for, in {POINTS}",
    "text_revision": "counts from 1",
    "weight": "1, 2 or 3",
    "weighted_max": f"the most there could be, in {WEIGHTED}",
    "weighted_points": WEIGHTED,
}
# The same names with another meaning.
OTHERWISE = {
    ("Context", "points"): "points of risk",
    ("Peers", "score"): f"their mean, in {BASIS_POINTS}",
    ("Peers", "sections"): f"their means by section, in {BASIS_POINTS}",
}


def data(report: Report) -> bytes:
    """Return a report as JSON."""
    return msgspec.json.encode({"format": FORMAT, **msgspec.structs.asdict(report)})


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what ``data`` returns. Nothing that it names is ever absent."""
    found = msgspec.json.schema(Report)
    models = found["$defs"]
    for model, name, described in _figures(models):
        described["description"] = OTHERWISE.get((model, name)) or UNITS[name]
    for model in models.values():
        model["required"] = list(model["properties"])
        model["description"] = " ".join(model["description"].split())
    whole = models["Report"]
    whole["properties"] = {"format": {"const": FORMAT, "description": "of this schema"}, **whole["properties"]}
    whole["required"] = ["format", *whole["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of Pledge as JSON",
        "description": "Dates are Europe/London's; times are UTC. Names stay as long as the number of the format does.",
        **found,
    }


def _figures(models: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for model, described in models.items():
        for name, value in described["properties"].items():
            parts = (value, *value.get("anyOf", ()), value.get("additionalProperties", {}))
            kinds = {each.get("type") for each in parts}
            if kinds & {"integer", "number"}:
                yield model, name, value


def document() -> str:
    """Return the schema as it stands in ``docs/``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (Path("docs") / SCHEMA).write_text(document(), encoding="utf-8")
