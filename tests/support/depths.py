"""A questionnaire with a short form, published as the newest version of one that comes with Pledge."""

from pathlib import Path

from pledge.assessments import definitions
from pledge.database.unit import write
from pledge.questionnaires.definition import Definition
from tests.support import kinds

FIXTURE = Path(__file__).parents[1] / "questionnaires" / "fixtures" / "valid" / "depth.yaml"
TITLE = "Short and full"


async def publish(questionnaire: str = "recruitment", version: str = "9") -> Definition:
    """Publish the fixture, so that new assessments of ``questionnaire`` start on it, and return it."""
    text = FIXTURE.read_text(encoding="utf-8").replace("id: depth", f"id: {questionnaire}", 1)
    definition = await kinds.publish(text.replace('version: "9"', f'version: "{version}"', 1))
    await write(definitions.refresh)
    return definition
