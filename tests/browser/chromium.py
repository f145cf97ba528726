"""Chromium as the tests and the screenshots start it: the same on every machine.

Its fonts come from ``fonts/``, its language, time zone, colours and scale from here: not from the machine.
"""

import os
from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, CDPSession, Page, Playwright
from tests.support import tools

FONTS = Path(__file__).parent / "fonts"
WIDE, NARROW = "Pledge Wide", "Pledge Narrow"  # letters as wide as Verdana's; narrower than Arial's
SAME = ("--lang=en-GB", "--force-device-scale-factor=1", "--force-color-profile=srgb", "--font-render-hinting=none")

_fonts: WeakKeyDictionary[Page, tuple[str, CDPSession]] = WeakKeyDictionary()


class Missing(Exception):
    """There is no Chromium on this machine. The text says what to install."""


async def launch(playwright: Playwright) -> Browser:
    """Start Chromium as the system's packages install it. Raises Missing."""
    program = tools.chromium()
    if program is None:
        raise Missing("Pages need Chromium: install it (Debian package chromium), or run make test as root.")
    return await playwright.chromium.launch(
        executable_path=program, chromium_sandbox=False, args=[*tools.QUIET, *SAME], env=surroundings()
    )


def surroundings() -> dict[str, str | float | bool]:
    """Return the environment that Chromium starts in: this one, without what would change a page."""
    chosen = {"FONTCONFIG_FILE": str(FONTS / "fonts.conf"), "TZ": "Europe/London", "CHROMIUM_FLAGS": ""}
    return {**os.environ, **chosen, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "en_GB"}


def font(page: Page) -> str | None:
    """Return the family that ``use_font`` chose last."""
    return _fonts[page][0] if page in _fonts else None


async def use_font(page: Page, family: str) -> None:
    """Draw all text of a page in one of the two families, as on a device that has none of those we ask for."""
    if font(page) == family:
        return
    if page in _fonts:  # a session can set them once, and with every open one a page gets slower
        await _fonts.pop(page)[1].detach()
    protocol = await page.context.new_cdp_session(page)
    await protocol.send("Page.setFontFamilies", {"fontFamilies": {"sansSerif": family, "standard": family}})
    _fonts[page] = family, protocol
