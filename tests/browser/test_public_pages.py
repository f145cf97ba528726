"""The register and the pages of the pledge in a real browser: a long list, a long name, the way to sign."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, Page
from tests.browser import axe
from tests.paper.reading import folded, pages_of
from tests.pledges.signers import ALICE, Given, firms, signed
from tests.support.firms import fill_profile

from pledge.assessments import definitions
from pledge.database.unit import write
from pledge.organisations.profile import Profile
from pledge.paper.sheet import sheet_of
from pledge.pledges import standing

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALLEST = """Math.min(...[...document.querySelectorAll("body *")]
  .filter(e => e.getClientRects().length && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
async def address(site, database_kind) -> AsyncIterator[str]:
    """Where the site is served on this machine."""
    if database_kind == "postgres":
        pytest.skip("pages look the same on either database")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(site.application, address="127.0.0.1", port=port, interface=Interfaces.ASGINL)
    running = asyncio.create_task(server.serve())
    yield f"http://127.0.0.1:{port}"
    server.stop()
    await running


@asynccontextmanager
async def seen_by(person, browser: Browser, address: str):
    """Open a page as a person sees it; yield it and what the browser complains about."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
    if person.session:
        await context.add_cookies([{"name": "pledge", "value": person.session, "url": address}])
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    await context.close()


async def faults(page: Page) -> list[str]:
    """What is wrong with a page on a small phone and on a desk."""
    wrong = []
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{page.url} at {width} px: {violation}" for violation in await axe.violations(page)]
        if await page.evaluate(SIDEWAYS):
            wrong.append(f"{page.url} scrolls sideways at {width} px")
        if (smallest := await page.evaluate(SMALLEST)) < 16:
            wrong.append(f"{page.url} has text of {smallest} px at {width} px")
    return wrong


async def test_a_register_of_two_pages_and_a_long_name(site, browser, address, visitor, alice, charlie):
    await firms(site, [f"Firm {number:02}" for number in range(51)])
    await signed(alice, Given("Alice Featherstonehaugh-Longlastname", "Owner", (*ALICE.consents, "signatory-name")))
    await write(partial(standing.set_status, alice.organisation, "assessed"))
    wrong: list[str] = []
    async with seen_by(visitor, browser, address) as (page, complaints):
        for path in ("/signatories", "/signatories?after=m", f"/signatories/{alice.organisation}"):
            await page.goto(path)
            wrong += await faults(page)
        assert complaints == []
        for path in ("/signatories?district=x", f"/signatories/{charlie.organisation}"):
            await page.goto(path)
            wrong += await faults(page)
    async with seen_by(alice.browser, browser, address) as (page, complaints):
        for path in ("/pledge", "/pledge/signed?new=yes", "/pledge/withdraw"):
            await page.goto(path)
            wrong += await faults(page)
        assert complaints == []
    assert wrong == []


async def test_an_owner_signs_in_it(browser, address, charlie):
    wrong: list[str] = []
    async with seen_by(charlie.browser, browser, address) as (page, _):
        await page.goto("/pledge/sign")
        wrong += await faults(page)
        await fill_profile(charlie, name="Ribble Catering")
        await page.goto("/pledge/sign")
        wrong += await faults(page)
        await page.fill("#name", "")
        await page.click("main button[type=submit]")
        assert (await page.title()).startswith("Error: ")
        wrong += await faults(page)
        await page.fill("#name", "Charlie Example")
        for box in ("#role", "#authority", "#consent-register", "#consent-grouped-figures"):
            await page.check(box)
        await page.click("main button[type=submit]")
        assert (await page.title()).startswith("You have signed the pledge")
    assert wrong == []


async def test_the_plan_prints_on_one_page(browser, address, visitor):
    async with seen_by(visitor, browser, address) as (page, _):
        await page.goto("/help/plan")
        margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
        printed = await page.pdf(format="A4", margin=margin)
    assert printed.count(b"/Type /Page\n") == 1


async def test_the_questions_print_whole_and_with_the_numbers_of_the_pages(browser, address, visitor):
    profile = Profile(kind="business", headcount_band="1-9", turnover_36m=False, goods_abroad=False, depth="short")
    sheet = sheet_of(definitions.all_current()[1], profile)
    async with seen_by(visitor, browser, address) as (page, complaints):
        await page.goto("/questions/paper")
        wrong = await faults(page)
        await page.click('a[href^="/questions/recruitment/paper?"]')
        assert "headcount_band=1-9" in page.url
        wrong += await faults(page)
        margin = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
        pages = pages_of(await page.pdf(format="A4", margin=margin))
    assert (wrong, complaints) == ([], [])
    assert 5 < len(pages) < 15
    assert all(f"Page {number} of {len(pages)}" in words for number, words in enumerate(pages, 1))
    for item in [item for part in sheet.parts for item in part.items]:
        (words,) = [words for words in pages if f"{item.number}. {folded(item.text)}" in words]
        assert all(folded(box) in words for box in item.space.boxes), item.text
    printed = " ".join(pages)
    for words in ("Sign in", "For another kind of firm", "Keep as a PDF", "Accessibility"):
        assert words not in printed
