"""Small questionnaires made in a test, and the fixture files: one per feature, one per kind of problem."""

import json
from pathlib import Path

import pytest

from pledge.questionnaires.loading import load, published

FIXTURES = Path(__file__).parent / "fixtures"


def question(name, weight=1, points=(0, 1, 2, 3, 4), flags=None, **more):
    """Return a question as data. Its options are p0 to p4; ``flags`` maps points to a flag."""
    flags = flags or {}
    options = [
        {"value": f"p{n}", "label": f"Level {n}", "points": n} | ({"flag": flags[n]} if n in flags else {})
        for n in points
    ]
    return {
        "id": name,
        "text": f"How is {name}?",
        "weight": weight,
        "options": options,
        "action": {"text": f"Improve {name}.", "due_days": 30},
        "dont_know": {"action": f"Find out about {name}.", "due_days": 7},
        "topics": ["training"],
        **more,
    }


def document(sections, **more):
    """Return a whole questionnaire as data. ``sections`` maps an id to questions, or to a section's keys."""
    return {
        "schema": 1,
        "id": "made",
        "version": "1",
        "title": "Made in a test",
        "topics": ["training"],
        "sections": [
            {"id": name, "title": name} | ({"questions": content} if isinstance(content, list) else content)
            for name, content in sections.items()
        ],
        **more,
    }


@pytest.fixture(scope="session")
def make():
    """Return the two makers of data, for tests that change it before it is loaded."""
    return question, document


@pytest.fixture(scope="session")
def define():
    """Return a function that makes a definition of sections of questions, or of a list of questions."""

    def defined(content, **more):
        sections = {"only": content} if isinstance(content, list) else content
        return published(json.dumps(document(sections, **more))).definition

    return defined


@pytest.fixture(scope="session")
def fixture_file():
    """Return a function from ``valid/smallest`` to the path of that fixture."""
    return lambda name: FIXTURES / f"{name}.yaml"


@pytest.fixture(scope="session")
def fixture_definition(fixture_file):
    """Return a function that loads a valid fixture by its name."""

    def loaded(name):
        found = load(fixture_file(f"valid/{name}").read_bytes())
        assert found.problems == ()
        return found.definition

    return loaded
