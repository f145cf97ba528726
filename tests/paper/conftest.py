"""Questionnaires made in a test, to be put on paper."""

import json

import pytest

from pledge.questionnaires.loading import load

OPTIONS = ({"value": "no", "label": "No", "points": 0}, {"value": "yes", "label": "Yes", "points": 4})
SCORED = {
    "weight": 1, "options": OPTIONS, "topics": ["training"], "action": {"text": "Do it.", "due_days": 30},
    "dont_know": {"action": "Ask.", "due_days": 7},
}  # fmt: skip


@pytest.fixture
def make_definition():
    """Return a function that makes a questionnaire of questions, each given by what is particular about it."""

    def made(*questions, **more):
        section = {"id": "only", "title": "The only part", "questions": [
            {"id": f"q{n}", "text": f"How is {n}?", **({} if "kind" in question else SCORED), **question}
            for n, question in enumerate(questions, 1)
        ]}  # fmt: skip
        whole = {"schema": 1, "id": "made", "version": "1", "title": "Made", "topics": ["training"], **more}
        loaded = load(json.dumps({**whole, "sections": [section]}).encode())
        assert loaded.definition is not None, loaded.problems
        return loaded.definition

    return made
