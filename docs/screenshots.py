"""Take the README's screenshots from the demo county: ``make screenshots``.

    python docs/screenshots.py [--url URL] [--folder FOLDER]

Without ``--url`` a fresh demo is made and served for it; with it, the demo that is served there is used.
"""

import argparse
import asyncio
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyotp
from playwright.async_api import Page, async_playwright
from tests.browser import chromium
from tests.support.server import Server

from pledge.database import clock
from pledge.demo.people import CAST, password_of, secret_of

FOLDER = Path(__file__).parent / "screenshots"
SIZE = {"width": 1000, "height": 1100}


async def sign_in(page: Page, url: str, role: str) -> None:
    """Sign in as somebody of the demo."""
    member = next(member for member in CAST if member.role == role)
    await page.goto(f"{url}/sign-in")
    await page.fill("#email", member.email)
    await page.fill("#password", password_of(member))
    async with page.expect_navigation():
        await page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    if secret := secret_of(member):  # each code counts once: the next one, which nobody has used yet
        await page.fill("#code", pyotp.TOTP(secret).at(clock.now(), counter_offset=1))
        async with page.expect_navigation():
            await page.get_by_role("main").get_by_role("button", name="Go on", exact=True).click()


async def take(url: str, folder: Path) -> None:
    """Open each page and keep what is seen of it."""
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        owner = await (await browser.new_context(viewport=SIZE)).new_page()  # type: ignore[arg-type]
        await sign_in(owner, url, "owner")
        await owner.locator("main a[href^='/reports/']").first.click()
        await owner.screenshot(path=folder / "report.png")
        await owner.goto(f"{url}/suppliers")
        await owner.screenshot(path=folder / "suppliers.png")
        await owner.goto(f"{url}/assessments/recruitment")
        await owner.get_by_role("main").get_by_role("button", name="Answer again").click()
        await owner.goto(f"{url}/assessments/recruitment/terms")
        await owner.screenshot(path=folder / "questions.png")
        staff = await (await browser.new_context(viewport=SIZE)).new_page()  # type: ignore[arg-type]
        await sign_in(staff, url, "staff")
        await staff.screenshot(path=folder / "county.png")
        await browser.close()


@contextmanager
def fresh_demo():
    """Make and serve a demo, and yield its address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(f"sqlite:///{folder}/demo.sqlite", folder / "log", PLEDGE_DEMO="1")
        try:
            yield server.start(seconds=300).url
        finally:
            server.__exit__()


def main() -> None:
    """Take them all."""
    options = argparse.ArgumentParser()
    options.add_argument("--url")
    options.add_argument("--folder", type=Path, default=FOLDER)
    asked = options.parse_args()
    asked.folder.mkdir(exist_ok=True)
    with nullcontext(asked.url) if asked.url else fresh_demo() as url:
        asyncio.run(take(url, asked.folder))


if __name__ == "__main__":
    main()
