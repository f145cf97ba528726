"""The first page, the notices, and what machines ask for."""

from datetime import timedelta
from itertools import pairwise

import pytest

from pledge.database import clock
from pledge.directory.contacts import contacts
from pledge.organisations.partnership import partnership

PAGES = ["/", "/help", "/help/plan", "/help/law", "/privacy", "/accessibility", "/complaints"]


@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_read_it_and_nothing_about_anybody_is_looked_up(site, alice, bob, charlie, stella, path):
    from pledge.database.unit import database

    before = database().statements
    page = await site.browser().get(path)
    assert page.status == 200 and database().statements == before
    assert contacts()["helpline"].phone in page.html
    for person in (alice, bob, charlie, stella):
        assert (await person.get(path)).status == 200


@pytest.mark.parametrize("path", PAGES)
async def test_it_has_one_heading_and_its_headings_nest(visitor, path):
    page = await visitor.get(path)
    levels = [
        int(node.tag[1]) for node in page.document.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
    ]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = page.document.xpath("//*/@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_to_a_place_on_a_page_leads_to_one(visitor, path):
    page = await visitor.get(path)
    for link in page.links():
        if "#" in link:
            target, _, place = link.partition("#")
            there = await visitor.get(target) if target else page
            assert there.document.xpath(f"//*[@id='{place}']"), link


async def test_a_visitor_is_told_what_it_is_and_can_start_read_or_sign_in(visitor):
    page = await visitor.get("/")
    for said in ("exploited", "Customers and public buyers ask for this", "10 questions, about 5 minutes, no account",
                 "It is free", "Whoever buys for the health service in England must judge the risk of slavery",
                 "All the questions take a small firm about 8 to 21 minutes",
                 "Any business, charity or public body", "your list of suppliers",
                 "Nobody at the partnership can", "never shows a score"):  # fmt: skip
        assert said in page.text, said
    assert {"/quick-check", "/sample-report", "/register", "/questions", "/sign-in", "/pledge", "/signatories"} <= set(
        page.links()
    )


async def test_who_is_signed_in_goes_on_from_there(site, alice, stella, olive):
    nobody = await site.signed_in(await site.person("Nora", "nora@example.org"))
    for person, link in (
        (alice, "/home"),
        (stella, "/partnership"),
        (olive, "/organise"),
        (nobody, "/organisation/new"),
    ):
        links = (await person.get("/")).links()
        assert link in links and "/register" not in links


async def test_the_privacy_notice_says_how_long_things_are_kept(visitor):
    page = await visitor.get("/privacy")
    for said in (
        "after 24 hours without a visit, and after 30 days at the latest",
        "a link to sign in for 10 minutes",
        "They are deleted 90 days after you submit",
        "We answer within one month",
        "There are three cookies. You get two of them only when you sign in",
        "it lasts for 10 minutes",
        "Information Commissioner’s Office",
        "The partnership sees only figures for groups of firms",
        "the signer’s name only if the signer chose that",
        "24 months after you last signed in. We write to you a month before",
        "6 months after the event",
    ):
        assert said in page.text, said


async def test_a_visitor_gets_no_cookie(visitor):
    for path in [*PAGES, "/pledge", "/signatories"]:
        assert "set-cookie" not in (await visitor.http.get(path)).headers


@pytest.mark.parametrize("path", ["/privacy", "/accessibility", "/complaints"])
async def test_the_partnership_is_reached_as_far_as_it_said_how(visitor, with_partnership, path):
    page = await visitor.get(path)
    office = partnership().office
    assert office is not None and office.phone in page.text
    assert f"tel:{office.phone.replace(' ', '')}" in page.links()
    with_partnership(email="hello@example.org")
    assert "mailto:hello@example.org" in (await visitor.get(path)).links()
    with_partnership(office=None)
    assert "It has not given an address here yet" in (await visitor.get(path)).text


async def test_a_complaint_is_acknowledged_in_time_and_the_regulator_named(visitor):
    page = await visitor.get("/complaints")
    assert "The law gives us 30 days just to tell you that we have it" in page.text
    assert contacts()["ico"].url in page.links() and "We read it there on 21 November 2026" in page.text


async def test_the_page_for_complaints_about_data_says_whom_to_write_to_about_anything_else(visitor, with_partnership):
    with_partnership(email="hello@example.org")
    page = await visitor.get("/complaints")
    other = page.text.partition("About anything else")[2]
    assert page.document.xpath("string(//h1)") == "Complaints about your data"
    assert "about anything else" in other and "hello@example.org" in other


async def test_search_engines_are_kept_from_links_that_are_somebody_s_own(visitor):
    answer = await visitor.http.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert {"Disallow: /t/", "Disallow: /s/"} <= set(answer.text.splitlines())
    assert "Disallow: /" not in answer.text.splitlines()


async def test_the_icon_is_found_where_browsers_guess_it(visitor):
    answer = await visitor.http.get("/favicon.ico")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"


async def test_a_weakness_can_be_reported_where_there_is_an_address(visitor, with_partnership):
    assert (await visitor.get("/.well-known/security.txt")).status == 404
    with_partnership(email="hello@example.org")
    answer = await visitor.http.get("/.well-known/security.txt")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    in_half_a_year = clock.today() + timedelta(days=180)
    assert answer.text.startswith(f"Contact: mailto:hello@example.org\nExpires: {in_half_a_year}T00:00:00Z\n")
