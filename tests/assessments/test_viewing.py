"""What a viewer is told about an assessment: what they can read, and who can answer."""

import pytest
from tests.support.cast import Person, colleague
from tests.support.firms import fill_profile, start, submitted

PAGE = "/assessments/procurement"
FOR_THOSE_WHO_ANSWER = ("Before the first question", "answer again to see", "press one of its buttons")


@pytest.fixture
async def vera(site, alice) -> Person:
    await fill_profile(alice)
    return await colleague(site, "Vera", alice, "viewer")


async def told(person: Person, *words: str) -> None:
    page = await person.get(PAGE)
    assert page.status == 200 and all(word in page.text for word in words), page.text
    assert not any(word in page.text for word in FOR_THOSE_WHO_ANSWER), page.text
    assert not page.document.xpath("//main//form") and "Check your answers" not in page.text


async def test_before_anybody_answers_a_viewer_is_told_who_can(vera):
    await told(vera, "Nobody has answered this yet. An owner or contributor can start")


async def test_while_somebody_answers_a_viewer_reads(alice, vera):
    await start(alice)
    await told(vera, "You can read the answers. An owner or contributor gives them", "Read all answers")
    assert "press one of its buttons" in (await alice.get(PAGE)).text
    seen = {person.name: await person.get(f"{PAGE}/check") for person in (alice, vera)}
    assert seen["Vera"].title.startswith("All answers") and seen["Alice"].title.startswith("Check your answers")
    advice = "choose “Don’t know”"
    assert advice in seen["Alice"].text and advice not in seen["Vera"].text
    links = {name: {link.text for link in page.document.xpath("//dl//a")} for name, page in seen.items()}
    assert links == {"Alice": {"Change"}, "Vera": {"Read"}}


async def test_after_that_a_viewer_reads_the_report(alice, vera):
    report = await submitted(alice)
    await told(vera, "has answered this. Read the report", "An owner or contributor can answer again.")
    page = await vera.get(PAGE)
    assert f"/reports/{report}" in page.links() and "once an owner or contributor has started" not in page.text
    theirs = await alice.get(PAGE)
    assert "Before the first question" in theirs.text and "You answered this on " in theirs.text
