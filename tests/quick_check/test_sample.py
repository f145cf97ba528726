"""The sample report: of a firm that does not exist, made as every report is, and marked as invented."""

from pledge.assessments import definitions
from pledge.questionnaires.answers import parse_answers
from pledge.quick_check.sample import sample


async def test_it_says_that_the_firm_is_invented_and_looks_like_a_report(visitor):
    page = await visitor.get("/sample-report")
    assert page.status == 200 and page.title.startswith("A sample report")
    assert page.text.index("We made this firm up") < page.text.index("Developing") and "Example Bakery" in page.text
    assert "52%" in page.text and "What you do well" in page.text


async def test_every_link_on_it_leads_somewhere_for_a_visitor(visitor):
    page = await visitor.get("/sample-report")
    links = {link.partition("#")[0] for link in page.document.xpath("//a/@href") if link.startswith("/")} - {""}
    assert len(links) > 8
    for link in links:
        found = await visitor.get(link)
        assert found.status == 200 and (link == "/sign-in" or found.url != "/sign-in"), link
    assert not page.document.xpath("//main//form"), "there is nothing to send"


async def test_it_is_no_organisation(visitor, alice, stella):
    before = (await visitor.get("/signatories")).text
    await visitor.get("/sample-report")
    assert (await visitor.get("/signatories")).text == before and "Example Bakery" not in before


async def test_members_and_staff_may_look_too(alice, stella):
    for person in (alice, stella):
        assert (await person.get("/sample-report")).status == 200


def test_its_answers_are_those_of_the_questionnaire():
    firm, definition = sample(), definitions.current(sample().questionnaire)
    _, problems = parse_answers(definition, {name: {"value": value} for name, value in firm.answers.items()})
    assert problems == () and len(firm.answers) == 24
    unknown = {name for name, answer in firm.given(definition).items() if answer.dont_know}
    assert unknown == {"r-f4"}
