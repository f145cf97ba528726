"""The whole job as a new owner does it, in a real browser: once with scripts and once without."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.async_api import Browser, BrowserContext, Page
from tests.browser.live import Live, link_in
from tests.browser.people import PASSWORD
from tests.support.site import code_now

VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""


class Owner:
    """Somebody at a browser, who does what a person does: reads, types, ticks, presses."""

    def __init__(self, page: Page, live: Live) -> None:
        self.page = page
        self.live = live
        self.submits = 0
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, path: str) -> None:
        response = await self.page.goto(path if path.startswith("http") else self.live.url + path)
        assert response is not None and response.status == 200, (path, response and response.status)

    async def press(self, name: str) -> None:
        """Press a button of the page, and wait for the page after it."""
        self.submits += 1
        async with self.page.expect_navigation():
            await self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    async def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link."""
        async with self.page.expect_navigation():
            main = self.page.get_by_role("main")
            await main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).first.click()

    async def sign_in(self, address: str) -> None:
        """Sign in with a code of the app: the next one where this one was used a few seconds ago."""
        await self.open("/sign-in")
        await self.fill(email=address, password=PASSWORD)
        await self.press("Sign in")
        for steps in (0, 1):
            await self.fill(code=code_now(steps))
            await self.press("Go on")
            if "/sign-in/code" not in self.page.url:
                return
        raise AssertionError("no code was accepted")

    async def text(self) -> str:
        """The words of the page."""
        return " ".join((await self.page.get_by_role("main").inner_text()).split())

    async def wait_for_heading(self, words: str) -> None:
        """Wait until the page, which looks again by itself, has this heading."""
        await self.page.get_by_role("heading", level=1, name=words).wait_for(timeout=30_000)

    async def fill(self, **fields: str) -> None:
        """Type into fields by their ids."""
        for name, value in fields.items():
            await self.page.fill(f"#{name}", value)

    async def tick(self, *selectors: str) -> None:
        """Choose radio buttons and tick boxes."""
        for selector in selectors:
            await self.page.check(selector, force=True)

    async def answer_page(self, place: int) -> None:
        """Answer every question of the page, with the option at ``place`` (from the worst)."""
        names = await self.page.eval_on_selector_all(
            "main input[type=radio]", "boxes => [...new Set(boxes.map(box => box.name))]"
        )
        for name in names:
            values = await self.page.eval_on_selector_all(
                f"main input[name='{name}']", "boxes => boxes.map(b => b.value)"
            )
            known = [value for value in values if not value.startswith("?")]
            await self.tick(f"main input[name='{name}'][value='{known[min(place, len(known) - 1)]}']")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
async def owner(request, browser: Browser, live: Live):
    """A new owner at a browser."""
    context: BrowserContext = await browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 900}
    )
    if request.param:
        await context.add_init_script(VIOLATIONS)
    context.set_default_timeout(10_000)
    found = Owner(await context.new_page(), live)
    found.scripted = request.param  # type: ignore[attr-defined]
    yield found
    await context.close()


async def answer_all(owner: Owner, questionnaire: str, place: int) -> None:
    """Answer page after page until the answers are to be checked."""
    while not owner.page.url.endswith(f"/assessments/{questionnaire}/check"):
        await owner.answer_page(place)
        await owner.press("Save and go on")


def supplier_list(folder: Path) -> Path:
    """Write a list as it comes out of an accounts package, with one row that cannot be used."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Supplier", "What they supply", "Country", "Spend"),
        ("Marrowby Timber Ltd", "Timber", "Brazil", 12000),
        ("Wainbarrow Cleaning", "Office cleaning", "UK", 4000),
        ("Skelwyke Workwear", "Cotton T-shirts", "Bangladesh", 900),
        ("", "Nobody knows", "UK", 50),
    ):
        sheet.append(row)
    path = folder / "suppliers.xlsx"
    book.save(path)
    return path


async def test_a_new_owner_does_the_whole_job(owner: Owner, live: Live, tmp_path: Path):
    address = f"alice-{'js' if owner.scripted else 'plain'}@example.org"  # type: ignore[attr-defined]
    # reads the questions without an account, and registers
    await owner.open("/")
    await owner.follow("Read every question first")
    assert "Has anyone who works for you paid money to get the job?" in await owner.text()
    await owner.open("/register")
    await owner.fill(organisation_name="Pendle Joinery", name="Alice Ashworth", email=address, password=PASSWORD)
    await owner.press("Register")
    assert "Check your e-mail" in await owner.text()
    await owner.open(link_in(await live.box.wait_for(address, "Confirm")))
    await owner.press("Confirm and go on")

    # says who they are
    assert owner.page.url.endswith("/organisation/edit")
    await owner.fill(postcode="bb9 7lj")
    await owner.page.select_option("#sector", "F")
    await owner.tick("[name=kind][value=business]", "[name=risk_sectors][value=construction]")
    await owner.tick("[name=headcount_band][value='1-9']", "[name=turnover_36m][value=no]")
    await owner.tick("[name=outside_work][value=subcontracting]", "[name=goods_abroad][value=yes]")
    await owner.press("Save and go on")
    assert "Pendle" in await owner.text()

    # signs the pledge
    await owner.follow("Go to your tasks")
    await owner.follow("Sign the pledge")
    await owner.fill(name="Alice Ashworth")
    await owner.tick("main input[name=role] >> nth=0", "[name=authority]")
    for box in await owner.page.query_selector_all("main input[name^=consent-]"):
        await box.check(force=True)
    await owner.press("Sign the pledge")
    assert "signed" in (await owner.text()).lower()

    # answers half of the first questionnaire, signs out, comes back and goes on
    await owner.open("/home")
    await owner.follow("Buying and your supply chain")
    assert "Before the first question" in await owner.text()
    await owner.tick("[name=depth][value=full]")
    await owner.press("Start")
    await owner.follow(re.compile("Who leads"))
    await owner.answer_page(1)
    await owner.press("Save and go to your tasks")
    async with owner.page.expect_navigation():
        await owner.page.get_by_role("button", name="Sign out").click()
    await owner.open("/sign-in")
    await owner.fill(email=address, password=PASSWORD)
    await owner.press("Sign in")
    await owner.follow("Buying and your supply chain")
    assert "1 of 6 parts are done" in await owner.text()
    await owner.follow(re.compile("Knowing your supply chain"))
    await answer_all(owner, "procurement", 1)
    await owner.press("Submit and see the report")
    assert "Three things to start this week" in await owner.text()
    procurement = owner.page.url
    await owner.follow("The sum behind it")
    assert "weighted points" in await owner.text()

    # answers the second, where one answer means harm
    await owner.open("/assessments/recruitment")
    await owner.tick("[name=depth][value=full]")
    await owner.press("Start")
    await owner.follow(re.compile("Who is in charge"))
    await answer_all(owner, "recruitment", 2)
    await owner.follow(re.compile("Change Has anyone who works for you paid"))
    await owner.tick("[name=q-r-b2][value=someone-paid]")
    await owner.press("Save and go on")
    assert "You can get help now" in await owner.text()
    await owner.open("/assessments/recruitment/check")
    await owner.press("Submit and see the report")
    assert "Act first" in await owner.text()

    # the morning after, on a phone: what cannot wait stands on the page of tasks; says how far it is, and shows why
    await owner.page.set_viewport_size({"width": 320, "height": 640})
    await owner.open("/home")
    assert "Act first First call 08000 121 700" in await owner.text()
    async with owner.page.expect_navigation():
        await owner.page.locator(".pledge-urgent a[href^='/actions/']").first.click()
    await owner.tick("[name=status][value=doing]")
    await owner.fill(note="Rang the helpline.")
    await owner.press("Save")
    await owner.follow("Add evidence")
    await owner.fill(title="Our policy", url="https://files.example.org/policy")
    await owner.press("Add it")
    words = await owner.text()
    assert "Our policy" in words and "doing, note changed (Alice Ashworth)" in words
    await owner.open("/actions?show=mine")
    assert await owner.page.evaluate("document.documentElement.scrollWidth") <= 320
    await owner.page.set_viewport_size({"width": 1280, "height": 900})

    # uploads the list of suppliers as it is
    await owner.open("/suppliers")
    await owner.page.set_input_files("#file", supplier_list(tmp_path))
    await owner.press("Upload")
    await owner.wait_for_heading("Check the columns")
    await owner.press("Read these suppliers")
    await owner.wait_for_heading("3 suppliers from 3 rows")
    assert "A5" in await owner.text(), "the row without a name is listed with its cell"
    await owner.follow("See your suppliers")
    words = await owner.text()
    assert "Marrowby Timber" in words and "Skelwyke Workwear" in words

    # follows a gap to an event, and books a place without typing anything again
    await owner.open(procurement)
    await owner.follow(re.compile("A morning on"))
    await owner.press("Book now")
    assert "You are booked" in await owner.text()
    mail = await live.box.wait_for(address, "A morning on")
    (calendar,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert "BEGIN:VEVENT" in calendar.get_content()

    if owner.scripted:  # type: ignore[attr-defined]
        assert await owner.page.evaluate("window.__violations") == []
    assert owner.complaints == []

    # the organiser sees who comes, and the officer the county's newest release
    organiser = Owner(await (await owner.page.context.browser.new_context()).new_page(), live)
    await organiser.sign_in("olive@example.org")
    await organiser.follow(re.compile("A morning on"))
    officer = Owner(await (await owner.page.context.browser.new_context()).new_page(), live)
    await officer.sign_in("stella@example.org")
    assert officer.page.url.endswith("/partnership")
    await officer.page.context.close()
    await organiser.page.context.close()
