"""Every component on a page, in a real browser, with the real assets and security headers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from jinja2 import ChoiceLoader, FileSystemLoader
from litestar import Litestar, Response, get
from litestar.params import FromPath
from playwright.async_api import Browser, Page
from tests.browser import axe, chromium, looks

from pledge.menu import menu
from pledge.policy.actors import VISITOR, Actor
from pledge.policy.policies import PUBLIC
from pledge.web.assets import serve_asset
from pledge.web.forms import Form
from pledge.web.headers import SecurityHeaders
from pledge.web.resending import Resend
from pledge.web.templates import environment

WIDTHS = (320, 1280)
GLOBALS = {
    "partnership": {"name": "Pan-Exampleshire Anti-Slavery Partnership"},
    "helpline": {"name": "Example Helpline", "phone": "01632 960 000", "url": "https://helpline.example/"},
}
MEMBER = Actor(person=uuid4(), organisation=uuid4(), organisation_name="Example Joinery", member_role="owner")
FIELDS = ("name", "email", "password", "postcode", "spend", "area", "goods", "checks", "labour", "size", "signed")
FIELDS += ("why", "notes", "list", "authority", "contact", "phone", "q")
QUESTIONS = [
    {
        "id": f"r-b{number}",
        "text": f"Do you check the right to work of everyone before they start their first day? ({number})",
        "hint": "Look at the original, with the person there, or use the online check.",
        "options": [
            {"value": "always", "text": "Always, before the first day, and we keep a dated copy"},
            {"value": "mostly", "text": "Mostly, but not for short or urgent jobs", "hint": "Tell us the usual case"},
            {"value": "sometimes", "text": "Only when something looks wrong"},
            {"value": "never", "text": "No"},
            {"divider": "or"},
            {"value": "dont-know", "text": "I don’t know"},
        ],
    }
    for number in range(1, 5)
]


def _typed() -> Form:
    form = Form(
        {
            "name": ["Example Joinery"],
            "email": ["name@"],
            "checks": ["mostly"],
            "labour": ["agency", "seasonal"],
            "signed-day": ["31"],
            "signed-month": ["2"],
            "why": ["Because “we” <b>don’t</b>"],
            "authority": ["yes"],
            "area": ["fylde"],
        }
    )
    for name in FIELDS:
        form.fail(name, f"Something is wrong with “{name}”, and this is what to do about it")
    return form


def _pages() -> dict[str, str]:
    templates = environment(GLOBALS)
    templates.loader = ChoiceLoader([templates.loader, FileSystemLoader(Path(__file__).parent / "gallery")])

    def render(name: str, actor: Actor = MEMBER, **context: object) -> str:
        shown = {"actor": actor, "navigation": menu(actor, "/suppliers"), "notice": "", **context}
        return templates.get_template(name).render(shown)

    return {
        "fields": render("fields.html", form=Form()),
        "errors": render("fields.html", form=_typed()),
        "content": render("content.html", notice="What you told us is saved."),
        "question": render("question.html", form=Form(), questions=QUESTIONS),
        "visitor": render("question.html", VISITOR, form=Form(), questions=QUESTIONS[:1]),
        "start": render("start.html", VISITOR),
        "missing": render("errors/404.html", VISITOR),
        "conflict": render("errors/409.html", typed=[("name", "What I had typed\non two lines")]),
        "failure": render("errors/500.html", reference="9f3a11c0", resend=Resend("/x", [("_key", "k")], None, False)),
        "signed-out": render(
            "errors/first.html",
            VISITOR,
            heading="You are signed out",
            link="Sign in in a new tab",
            step="/sign-in",
            resend=Resend("/x", [("name", "What I had typed")], ("/sign-in", "Sign in in a new tab"), True),
        ),
    }


PAGES = _pages()


@get("/gallery/{name:str}", policy=PUBLIC)
async def show(name: FromPath[str]) -> Response[bytes]:
    return Response(PAGES[name].encode(), media_type="text/html; charset=utf-8")


@pytest.fixture(scope="module")
async def address() -> AsyncIterator[str]:
    """Where the pages are served, as they would be, on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Litestar([show, serve_asset], openapi_config=None)
    server = Server(SecurityHeaders(app, secure=False), address="127.0.0.1", port=port, interface=Interfaces.ASGINL)
    running = asyncio.create_task(server.serve())
    yield f"http://127.0.0.1:{port}"
    server.stop()
    await running


@pytest.fixture
async def open_page(browser: Browser, address: str):
    """Open a page of the gallery at a width, noting whatever the browser complains about."""
    contexts = []

    async def opened(name: str, width: int, *, scripts: bool = True) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = await context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        await page.add_init_script(
            "window.violations = [];"
            "addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + e.blockedURI))"
        )
        if not scripts:
            await page.route("**/static/**/*.js", lambda route: route.abort())
        await page.goto(f"{address}/gallery/{name}")
        return page

    yield opened
    for context in contexts:
        await context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("name", PAGES)
async def test_everybody_can_use_it(open_page, name, scripts):
    """Axe finds nothing, nothing scrolls sideways or is cut, no text is small or in another typeface."""
    page = await open_page(name, 320, scripts=scripts)
    wrong = []
    for width in (320, 640, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        found = await axe.violations(page) if width in WIDTHS else []
        found += await looks.sideways(page, 100, 200)
        sizes, families = await page.evaluate(TEXT)
        found += [f"text of {size} px" for size in sizes if size < 16]
        found += [f"{families} typefaces"] if families != 1 else []
        wrong += [f"at {width} px: {problem}" for problem in found]
    if scripts:
        assert await page.evaluate("document.body.classList.contains('govuk-frontend-supported')")
        wrong += [*await page.evaluate("violations"), *page.complaints]
    assert not wrong, "\n".join(wrong)


async def test_contrast_is_measured_anew_where_anything_is_drawn_otherwise(open_page):
    """What axe has passed is remembered by how it is drawn: paler, or on another ground, is not it."""
    page = await open_page("content", 1280)
    assert await axe.violations(page) == []
    for change in ("main.querySelector('p').style.color = '#bbb'", "main.style.backgroundColor = '#444'"):
        await page.evaluate(f"main = document.querySelector('main'); {change}")
        assert any(found.startswith("color-contrast") for found in await axe.violations(page)), change
        await page.evaluate("main.style.backgroundColor = main.querySelector('p').style.color = ''")
    assert await axe.violations(page) == []


async def test_the_watch_for_violations_sees_one(open_page):
    page = await open_page("question", 1280)
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    await page.wait_for_function("violations.length")


async def test_pages_are_drawn_in_the_letters_that_the_tests_bring(open_page):
    """Whatever fonts a machine has: one that was found there would make the tests depend on it."""
    page = await open_page("content", 1280)
    seen = {}
    for family in (chromium.WIDE, chromium.NARROW):
        await chromium.use_font(page, family)
        seen[family] = await page.evaluate("document.querySelector('.pledge-phone').getBoundingClientRect().width")
        wire = await page.context.new_cdp_session(page)
        await wire.send("DOM.enable")
        await wire.send("CSS.enable")
        root = (await wire.send("DOM.getDocument"))["root"]["nodeId"]
        for selector in ("body", "h1", "button", "th"):
            node = await wire.send("DOM.querySelector", {"nodeId": root, "selector": selector})
            used = await wire.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
            assert {font["familyName"] for font in used["fonts"]} <= {family}, selector
    assert seen[chromium.WIDE] > seen[chromium.NARROW] * 1.25
    told = "[Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.language, devicePixelRatio]"
    assert await page.evaluate(told) == ["Europe/London", "en-US", 1]


TEXT = """() => {
  const sizes = new Set(), families = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility()) continue;
    const drawn = element.closest('svg');
    const scale = drawn ? Math.hypot(element.getScreenCTM().a, element.getScreenCTM().b) : 1;
    const style = getComputedStyle(element);
    sizes.add(parseFloat(style.fontSize) * scale);
    families.add(style.fontFamily);
  }
  const fields = 'input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, button';
  for (const field of document.querySelectorAll(fields)) {
    families.add(getComputedStyle(field).fontFamily);
  }
  return [[...sizes], families.size];
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["fields", "content", "start"])
async def test_every_stop_of_the_tab_key_shows_where_it_is(open_page, name, width):
    page = await open_page(name, width)
    expected = await page.evaluate(STOPS)
    seen = set()
    for _ in range(expected * 2):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUS)
        if stop is None:  # past the last one: the next is the first
            continue
        assert stop["changed"], stop["html"]
        seen.add(stop["html"])
    assert len(seen) == expected


STOPS = """() => {
  const radios = new Set(), stops = [];
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (element.type === 'hidden' || !element.checkVisibility()) continue;
    if (element.type === 'radio' && radios.has(element.name)) continue;
    if (element.type === 'radio') radios.add(element.name);
    stops.push(element);
  }
  window.look = element => ['', '::before', '::after'].flatMap(pseudo => [element, element.nextElementSibling]
    .filter(Boolean).map(part => { const s = getComputedStyle(part, pseudo || null);
      return [s.outlineColor, s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth]; }));
  window.plain = new Map(stops.map(element => [element, JSON.stringify(look(element))]));
  return new Set(stops.map(element => element.outerHTML)).size;
}"""
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  return {html: element.outerHTML, changed: plain.get(element) !== JSON.stringify(look(element))};
}"""


async def test_the_menu_opens_and_closes_on_a_phone_and_stands_open_without_scripts(open_page):
    page = await open_page("visitor", 320)
    link = page.get_by_role("banner").get_by_role("link", name="Who has signed")  # the footer has one too
    assert not await link.is_visible()
    await page.get_by_role("button", name="Menu").press("Enter")
    assert await link.is_visible()

    bare = await open_page("visitor", 320, scripts=False)
    assert await bare.get_by_role("banner").get_by_role("link", name="Who has signed").is_visible()
    assert not await bare.get_by_role("button", name="Menu").is_visible()


async def test_with_errors_the_summary_takes_the_focus_and_its_links_lead_to_the_fields(open_page):
    page = await open_page("errors", 1280)
    assert (await page.title()).startswith("Error: ")
    assert await page.evaluate("document.activeElement.className") == "govuk-error-summary"
    for name in FIELDS:
        await page.locator(f'.govuk-error-summary a[href="#{name}"]').click()
        assert await page.evaluate("document.activeElement.id") == name
        assert await page.evaluate("document.activeElement.matches('input, select, textarea')")


async def test_a_page_weighs_little(open_page):
    """U4: the whole page, cold, as it goes over the wire, is at most 50 KB in at most 6 requests."""
    page = await open_page("missing", 1280)  # for its context only
    fresh = await page.context.new_page()
    wire = await page.context.new_cdp_session(fresh)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await fresh.goto(page.url.replace("missing", "question"), wait_until="networkidle")
    assert (sum(sizes) <= 50_000, len(sizes) <= 6) == (True, True), sizes
    assert len(PAGES["question"].encode()) <= 15_000  # four questions


async def test_the_page_hardly_moves_while_it_loads(open_page):
    """The menu folds once the script has run; that must stay below what people notice (CLS 0.1)."""
    page = await open_page("question", 320)
    shift = await page.evaluate(
        "new Promise(done => { new PerformanceObserver("
        "shifts => done(shifts.getEntries().reduce((sum, shift) => sum + shift.value, 0))"
        ").observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(0), 300); })"
    )
    assert shift < 0.1


async def test_the_report_prints_without_menus_and_buttons(open_page):
    page = await open_page("content", 1280)
    await page.emulate_media(media="print")
    for gone in ("Your account", "Start now", "Home", "Privacy", "Next"):
        assert not await page.get_by_text(gone, exact=True).first.is_visible(), gone
    for kept in ("Two of four sections are below half", "Example Textiles Ltd", "Act first"):
        assert await page.get_by_text(kept, exact=True).first.is_visible(), kept
    pale = await page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.innerText?.trim()"
        " && getComputedStyle(e).color === 'rgb(255, 255, 255)').map(e => e.outerHTML)"
    )
    assert pale == []  # browsers leave backgrounds out


async def test_a_table_that_stacks_on_a_phone_is_still_a_table_to_a_screen_reader(open_page):
    page = await open_page("content", 320)
    cell = page.get_by_role("cell", name="Bangladesh")
    assert await cell.evaluate("element => getComputedStyle(element).display") == "block"
    row = page.get_by_role("table", name="Ten suppliers need a closer look").get_by_role("row").filter(has=cell)
    assert await row.get_by_role("rowheader").inner_text() == "Example Textiles Ltd"

    wire = await page.context.new_cdp_session(page)
    tree = await wire.send("Accessibility.getFullAXTree")
    roles = [node["role"]["value"] for node in tree["nodes"]]
    suppliers, places, bars = 4 * 4, 3 * 2, 6 * 2
    assert roles.count("table") == 3
    assert sum(roles.count(role) for role in ("cell", "rowheader", "columnheader")) == suppliers + places + bars
