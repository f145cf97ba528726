"""The help pages: what to do, the plan to print, the law."""

import re

from pledge.directory.contacts import contacts
from pledge.directory.guidance import guidance
from pledge.directory.law import law


async def test_danger_comes_first_with_the_number_to_ring(visitor):
    page = await visitor.get("/help")
    headings = [" ".join(node.text_content().split()) for node in page.document.xpath("//main//h2")]
    assert headings[0] == "If someone is in danger now"
    assert page.links()[0] == "tel:999"


async def test_everything_that_is_known_about_helping_is_there_in_its_order(visitor):
    page = await visitor.get("/help")
    place = 0
    for topic in guidance().help:
        for text in (topic.title, topic.intro, *topic.points):
            if text:
                assert text in page.text[place:], text
        place = page.text.index(topic.points[0] if topic.points else topic.intro, place)


async def test_what_the_questions_send_people_there_for_is_there(visitor):
    page = await visitor.get("/help")
    for place in ("danger", "afraid", "plan"):  # p-e3, r-b2 and r-d4, p-f2 and r-f4
        assert page.document.xpath(f"//*[@id='{place}']"), place
    assert "If a worker seems afraid" in page.text and {"/help/plan", "/help/plan.txt"} <= set(page.links())


async def test_every_contact_is_there_with_its_number_or_page_and_the_day_it_was_checked(visitor):
    page = await visitor.get("/help")
    links = page.links()
    helpers = [contact for key, contact in contacts().items() if key != "ico"]  # that one is about data
    for contact in helpers:
        assert contact.name in page.text
        assert (f"tel:{contact.tel}" if contact.phone else contact.url) in links
    assert page.text.count("We read it there on ") == len(helpers)
    assert contacts()["ico"].name not in page.text
    assert "24/7" not in page.text


async def test_the_plan_can_be_printed_and_taken_away(visitor):
    page = await visitor.get("/help/plan")
    for part in guidance().plan.parts:
        for text in (part.title, *part.lines, *part.blanks):
            assert text in page.text
    answer = await visitor.http.get("/help/plan.txt")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert 'filename="response-plan.txt"' in answer.headers["content-disposition"]
    assert answer.text == guidance().plan.as_text()


async def test_every_line_of_the_law_has_its_source_and_day_and_it_is_no_advice(visitor):
    page = await visitor.get("/help/law")
    assert "not legal advice" in page.text
    lines = [line for part in law().sections for line in part.lines]
    shown = page.document.xpath("//main//ul[contains(@class,'list--bullet')]/li")
    assert len(shown) == len(lines)
    for line, node in zip(lines, shown, strict=True):
        text = " ".join(node.text_content().split())
        none = "" if line.source.url else " (we have no web address for it)"
        assert text.startswith(line.text) and f"Source: {line.source.name}{none}. " in text
        assert f"We read it there on {line.source.checked.day} November 2026" in text
        assert node.xpath(".//a/@href") == ([line.source.url] if line.source.url else [])
    assert "£36 million" in page.text and not re.search(r"\{\w+\}", page.text)
