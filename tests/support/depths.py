"""A questionnaire with a short form, published as the newest version of one that comes with Pledge."""

from functools import partial
from pathlib import Path

from pledge.assessments import definitions, drafts
from pledge.assessments.drafts import Draft
from pledge.database.unit import read, write
from pledge.organisations.profile import Depth
from pledge.questionnaires.definition import Definition
from tests.support import kinds
from tests.support.cast import Person
from tests.support.firms import fill_profile, submitted
from tests.support.site import Page

FIXTURE = Path(__file__).parents[1] / "questionnaires" / "fixtures" / "valid" / "depth.yaml"
TITLE = "Short and full"
OURS = "/assessments/recruitment"


async def publish(questionnaire: str = "recruitment", version: str = "9") -> Definition:
    """Publish the fixture, so that new assessments of ``questionnaire`` start on it, and return it."""
    text = FIXTURE.read_text(encoding="utf-8").replace("id: depth", f"id: {questionnaire}", 1)
    definition = await kinds.publish(text.replace('version: "9"', f'version: "{version}"', 1))
    await write(definitions.refresh)
    return definition


async def draft(person: Person) -> Draft | None:
    """Return the person's open draft of it."""
    return await read(partial(drafts.load, person.scope, "recruitment"))


async def began(person: Person, depth: Depth = "short") -> Page:
    """Begin by the page, in one form."""
    page = await person.get(OURS)
    return await page.submit(f"{OURS}/start", depth=depth)


async def short_report(person: Person) -> str:
    """Fill in a profile, submit the short form, and return the report's id."""
    await fill_profile(person)
    return str(await submitted(person, "recruitment", depth="short"))
