"""The badge on other people's websites, and the page where a firm finds badge and certificate."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from lxml import etree

from pledge.database.unit import database, write
from pledge.pledges import signing
from pledge.pledges.text import shipped

from .signers import ALICE, Given, signed

SVG = "{http://www.w3.org/2000/svg}"


def on(moment: str):
    return time_machine.travel(moment, tick=False)


async def badge(visitor, organisation, **headers):
    return await visitor.http.get(f"/badge/{organisation}.svg", headers=headers)


def words(answer) -> list[str]:
    return [text.text for text in etree.fromstring(answer.content).iter(f"{SVG}text")]


def title(answer) -> str:
    return etree.fromstring(answer.content).findtext(f"{SVG}title")


# — the badge —


async def test_it_says_in_words_what_was_signed_in_which_year_and_that_nobody_checked(alice, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
        answer = await badge(visitor, alice.organisation)
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
    assert words(answer) == ["Pledge against", "modern slavery", "Signed in 2026", "Self-assessed, not checked"]
    root = etree.fromstring(answer.content)
    assert (root.get("width"), root.get("height"), root.get("role")) == ("320", "120", "img")
    assert root.get("aria-labelledby") == "title" and title(answer).startswith("Pendle Joinery signed the pledge")
    assert min(float(text.get("font-size")) for text in root.iter(f"{SVG}text")) >= 16
    assert len(answer.content) < 2000


async def test_it_may_stand_on_any_page_and_can_do_nothing_there(alice, visitor):
    await signed(alice)
    answer = await badge(visitor, alice.organisation)
    headers = answer.headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "set-cookie" not in headers and headers["x-content-type-options"] == "nosniff"
    for forbidden in (b"<script", b"href", b"style", b" on", b"http://1", b"<image", b"@import"):
        assert forbidden not in answer.content, forbidden


async def test_it_is_the_same_for_everybody_and_costs_one_round_trip(alice, charlie, visitor):
    await signed(alice)
    found = []
    for person in (alice.browser, charlie.browser, visitor):
        before = database().statements
        found.append((await badge(person, alice.organisation)).content)
        assert database().statements - before == 1
    assert len(set(found)) == 1


async def test_whoever_has_it_is_told_so_until_it_changes(alice, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
        first = await badge(visitor, alice.organisation)
        tag = first.headers["etag"]
        again = await badge(visitor, alice.organisation, **{"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag and again.headers["cache-control"] == "public, max-age=3600"
    with on("2027-11-22T12:00:00Z"):
        now = await badge(visitor, alice.organisation, **{"If-None-Match": tag})
        assert now.status_code == 200 and now.headers["etag"] != tag


@pytest.mark.parametrize(
    ("moment", "shown", "seconds"),
    [
        ("2027-11-21T22:00:00Z", True, 3600),
        ("2027-11-21T23:30:00Z", True, 1800),  # its last day ends at midnight in London
        ("2027-11-21T23:59:59Z", True, 1),
        ("2027-11-22T00:00:00Z", False, 3600),
        ("2028-02-20T12:00:00Z", False, 3600),  # not in the register any more
    ],
)
async def test_it_stops_showing_when_the_last_day_ends(alice, visitor, moment, shown, seconds):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
    with on(moment):
        answer = await badge(visitor, alice.organisation)
    assert answer.status_code == 200 and bool(words(answer)) is shown
    assert answer.headers["cache-control"] == f"public, max-age={seconds}"


async def test_what_is_not_current_is_one_empty_image_of_the_same_size(alice, charlie, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
        await signed(charlie, name="Ribble Catering")
        await write(partial(signing.withdraw, charlie.scope))
    with on("2027-11-22T12:00:00Z"):
        answers = [await badge(visitor, found) for found in (alice.organisation, charlie.organisation, uuid4())]
    assert {answer.status_code for answer in answers} == {200} and len({answer.content for answer in answers}) == 1
    root = etree.fromstring(answers[0].content)
    assert [child.tag for child in root] == [f"{SVG}title"] and title(answers[0]) == "No current pledge"
    assert (root.get("width"), root.get("height")) == ("320", "120")


async def test_renewing_shows_the_new_year(alice, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
    with on("2027-11-01T12:00:00Z"):
        await write(partial(signing.sign, alice.scope, shipped(), ALICE))
        assert "Signed in 2027" in words(await badge(visitor, alice.organisation))


@pytest.mark.parametrize(
    "name", ["", ".svg", "x.svg", "{id}", "{id}.png", "{id}.svg.svg", "{upper}.svg", "%00.svg", "x" * 5000 + ".svg"]
)
async def test_what_names_no_badge_is_not_found(alice, visitor, name):
    await signed(alice)
    found = name.replace("{id}", str(alice.organisation)).replace("{upper}", str(uuid4()).upper())
    assert (await visitor.http.get(f"/badge/{found}")).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["<b>&\"'</b>", "\u0642\u0644\u0645 \u0627\u0648\u0631 \u06a9\u0627\u063a\u0630", "Зоря", "🧵" * 9, "W" * 120],
)
async def test_any_name_makes_an_image(alice, visitor, name):
    await signed(alice, name=name)
    assert name in title(await badge(visitor, alice.organisation)).replace("\u2068", "").replace("\u2069", "")


# — the page of the firm —


async def test_everybody_of_a_firm_finds_both_with_what_to_paste(alice, bob):
    await signed(alice)
    for person in (alice, bob):
        page = await person.get("/pledge/certificate")
        assert page.status == 200 and "/certificate.pdf" in page.links()
        (box,) = page.document.xpath("//textarea[@readonly]")
        assert page.document.xpath(f"//label[@for='{box.get('id')}']")
        at = f"http://127.0.0.1:8000/{{}}/{alice.organisation}"
        assert f'<a href="{at.format("signatories")}"><img src="{at.format("badge")}.svg" width="320"' in box.text
        assert (
            'alt="Pledge against modern slavery: see our entry in the public list"' in box.text and "?" not in box.text
        )
        (shown,) = page.document.xpath("//main//img")
        assert (await person.browser.http.get(shown.get("src"))).status_code == 200
    assert "/pledge/certificate" in (await alice.get("/pledge/signed")).links()


async def test_the_name_is_named_only_as_the_signer_chose(alice):
    await signed(alice)
    assert "It says that your owner signed, and not the name" in (await alice.get("/pledge/certificate")).text
    await write(partial(signing.withdraw, alice.scope))
    named = Given("Alice E.", "Owner", (*ALICE.consents, "signatory-name"))
    await write(partial(signing.sign, alice.scope, shipped(), named))
    assert "It names Alice E., who signed." in (await alice.get("/pledge/certificate")).text


async def test_without_a_current_pledge_it_says_why_and_what_to_do(alice, bob):
    page = await alice.get("/pledge/certificate")
    assert "Pendle Joinery has not signed the pledge yet." in page.text and "/pledge/sign" in page.links()
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
    with on("2027-12-01T12:00:00Z"):
        for person in (alice, bob):
            person.browser = await person.browser.site.signed_in(person.id, person.organisation)
        page = await alice.get("/pledge/certificate")
        assert "The pledge ran out on 21 November 2027." in page.text and "Renew your pledge" in page.text
        assert not page.document.xpath("//textarea | //main//img") and "/certificate.pdf" not in page.links()
        theirs = await bob.get("/pledge/certificate")
        assert "An owner can renew it." in theirs.text and "/pledge/sign" not in theirs.links()
        await write(partial(signing.withdraw, alice.scope))
        page = await alice.get("/pledge/certificate")
        assert "The pledge was withdrawn on 1 December 2027." in page.text and "Sign the pledge" in page.text


async def test_nobody_else_finds_it(charlie, stella, olive, visitor, alice):
    await signed(alice)
    assert "Ribble" in (await charlie.get("/pledge/certificate")).text
    for person in (stella, olive):
        assert "/pledge/certificate" not in (await person.get("/pledge/certificate")).url
    assert (await visitor.get("/pledge/certificate")).url == "/sign-in?next=%2Fpledge%2Fcertificate"


async def test_a_withdrawal_while_the_page_is_open_takes_both_away(alice, visitor):
    await signed(alice)
    page = await alice.get("/pledge/certificate")
    await write(partial(signing.withdraw, alice.scope))
    (shown,) = page.document.xpath("//main//img")
    assert words(await visitor.http.get(shown.get("src"))) == []
    assert "was withdrawn on" in (await page.follow("Get the certificate")).text


# — the entry, as somebody with a certificate in their hand finds it —


async def test_the_entry_says_how_to_check_a_certificate(alice, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
        text = (await visitor.get(f"/signatories/{alice.organisation}")).text
    assert "The pledge is current. Self-assessed, not checked." in text
    assert "Signed: The organisation signed this pledge, and the pledge is current." in text
    assert "Compare the name and the dates with those on this page." in text
    with on("2027-11-22T12:00:00Z"):
        text = (await visitor.get(f"/signatories/{alice.organisation}")).text
    assert "A certificate of it does not count any more." in text and "this entry goes after 19 February 2028" in text
    with on("2028-02-19T12:00:00Z"):
        assert (await visitor.get(f"/signatories/{alice.organisation}")).status == 200
    with on("2028-02-20T12:00:00Z"):
        gone = await visitor.get(f"/signatories/{alice.organisation}")
    assert gone.status == 404 and "has no current pledge, whatever date is on it" in gone.text
    assert date(2027, 11, 21).toordinal() + 90 == date(2028, 2, 19).toordinal()
