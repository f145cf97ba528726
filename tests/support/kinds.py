"""A questionnaire with every kind of question, published beside those that come with this version."""

from functools import partial
from pathlib import Path

from pledge.assessments import drafts
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.loading import load
from tests.support.cast import Person

FIXTURE = Path(__file__).parents[1] / "questionnaires" / "fixtures" / "valid" / "kinds.yaml"


def as_version_of(questionnaire: str) -> str:
    """Return the text of the fixture as one version of a questionnaire."""
    return FIXTURE.read_text(encoding="utf-8").replace("id: kinds", f"id: {questionnaire}", 1)


async def publish(text: str) -> Definition:
    """Publish a version of a questionnaire and return it."""
    loaded = load(text.encode())
    assert loaded.definition is not None, loaded.problems
    await write(partial(
        sql.rows,
        "INSERT INTO questionnaire_version (questionnaire, version, sha256, text, published) "
        "VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        loaded.id, loaded.version, loaded.hash, loaded.text, clock.now(),
    ))  # fmt: skip
    return loaded.definition


async def start_on_kinds(person: Person, questionnaire: str = "procurement") -> Definition:
    """Start a person's firm on a version of a questionnaire with every kind of question."""
    definition = await publish(as_version_of(questionnaire))
    await write(partial(drafts.start, person.scope, definition))
    return definition
