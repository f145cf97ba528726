"""Whether a page is accessible, as far as axe can tell."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "reporter": "no-passes",
    "preload": False,  # what it would fetch is for rules about films and sound
}
FRAME = ["header", "footer"]  # the same around every page
_RUN = """([options, exclude]) => window.axe ? axe.run({exclude}, options).then(
  found => found.violations.map(rule => `${rule.id} at ${JSON.stringify(rule.nodes.map(node => node.target))}`)
) : null"""


async def violations(page: Page, *, frame: bool = True) -> list[str]:
    """Return each rule that a page breaks, and where. ``frame``: look at what is around every page too."""
    question = [OPTIONS, [] if frame else FRAME]
    found: list[str] | None = await page.evaluate(_RUN, question)
    if found is None:
        await page.evaluate(AXE_SCRIPT)
        found = await page.evaluate(_RUN, question)
    assert found is not None
    return found
