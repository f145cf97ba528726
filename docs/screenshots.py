"""Take the README's screenshots from the demo county: ``make screenshots``."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.async_api import Page, async_playwright

from pledge.accounts import totp
from pledge.database import clock
from pledge.demo.people import CAST, password_of, secret_of

FOLDER = Path(__file__).parent / "screenshots"
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
SIZE = {"width": 1000, "height": 1100}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


async def sign_in(page: Page, role: str) -> None:
    """Sign in as somebody of the demo."""
    member = next(member for member in CAST if member.role == role)
    await page.goto(f"{URL}/sign-in")
    await page.fill("#email", member.email)
    await page.fill("#password", password_of(member))
    async with page.expect_navigation():
        await page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    if secret := secret_of(member):
        await page.fill("#code", totp.code(secret, totp.step_of(clock.now())))
        async with page.expect_navigation():
            await page.get_by_role("main").get_by_role("button", name="Go on", exact=True).click()


async def take() -> None:
    """Open each page and keep what is seen of it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", chromium_sandbox=False, args=QUIET
        )
        owner = await (await browser.new_context(viewport=SIZE)).new_page()  # type: ignore[arg-type]
        await sign_in(owner, "owner")
        await owner.get_by_role("main").get_by_role("link", name="Buying and your supply chain").last.click()
        await owner.screenshot(path=FOLDER / "report.png")
        await owner.goto(f"{URL}/suppliers")
        await owner.screenshot(path=FOLDER / "suppliers.png")
        await owner.goto(f"{URL}/assessments/recruitment")
        await owner.get_by_role("main").get_by_role("button", name="Answer again").click()
        await owner.goto(f"{URL}/assessments/recruitment/finding-people")
        await owner.screenshot(path=FOLDER / "questions.png")
        staff = await (await browser.new_context(viewport=SIZE)).new_page()  # type: ignore[arg-type]
        await sign_in(staff, "staff")
        await staff.screenshot(path=FOLDER / "county.png")
        await browser.close()


def main() -> None:
    """Serve a fresh demo and take the screenshots."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PLEDGE_DATABASE_URL": f"sqlite:///{folder}/demo.sqlite"}
        command = [sys.executable, "-m", "pledge", "serve", "--demo", "--port", str(PORT)]
        server = subprocess.Popen(command, env=environment)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{URL}/health/ready", timeout=1)
                    break
                except OSError:
                    time.sleep(0.5)
            asyncio.run(take())
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    main()
