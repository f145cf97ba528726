"""What people type widens no page, whatever it is: long words, pictures, letters that run from right to left."""

import httpx
import pytest
from playwright.async_api import Browser
from tests.browser import chromium, looks
from tests.browser.live import Live
from tests.browser.strange import WORD
from tests.browser.test_every_page import CASES, WIDTHS, _page_of, arrive

ISOLATED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data, parent = walker.currentNode.parentElement;
    if (!parent.matches('textarea, option') && /(^|[^\\u2068\\u0590-\\u06ff ])[ ]*[\\u0590-\\u06ff]/u.test(text))
      found.push(text.slice(0, 60));
  }
  return found;
}"""
CHANGING = ("Undo", "Check in", "Make a new")


def shows_typed(text: str) -> bool:
    return any(sign in text for sign in (WORD[:12], "w" * 12))


async def asked(typed: Live, who: str, path: str) -> str:
    """The text of a page, without a browser."""
    async with httpx.AsyncClient(base_url=typed.url, follow_redirects=True, verify=False, trust_env=False) as client:
        if who in typed.cookies:
            client.cookies.set("pledge", typed.cookies[who], domain="127.0.0.1")
        return (await client.get(path.format_map(typed.ids))).text


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.soak)])
async def test_no_text_that_people_type_widens_a_page_or_turns_its_sentence_round(
    browser: Browser, typed: Live, whole: bool
):
    """On a phone in wide letters; with ``whole`` at a desk too, and in narrow ones."""
    failures, shown, pages = [], 0, {}
    for route, who, path, what in CASES:
        if what.startswith("follow") or any(word in what for word in CHANGING):
            continue  # by a name that is not there any more
        if who not in pages:
            pages[who], *_ = await _page_of(browser, typed, who, True, weighed=False)
        page, case = pages[who], f"{route} as {who}: {path} {what}"
        if not what and not shows_typed(await asked(typed, who, path)):
            continue  # its own words are looked at in test_every_page
        try:
            await arrive(page, typed, path, what)
        except Exception as error:
            failures.append(f"{case}: {str(error).splitlines()[0]}")
            continue
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        text = await page.evaluate("document.body.textContent")
        if not shows_typed(text):
            continue
        shown += 1
        for width in WIDTHS if whole else (320,):
            await page.set_viewport_size({"width": width, "height": 900})
            sizes = (100, 200) if width == 320 else (100,)
            found = await looks.sideways(page, *sizes, families=looks.FAMILIES if whole else (chromium.WIDE,))
            failures += [f"{case} at {width} px: {problem}" for problem in found]
        failures += [f"{case}: not isolated: {text}" for text in await page.evaluate(ISOLATED)]
    for page in pages.values():
        await page.context.close()
    assert not failures, "\n".join(failures)
    assert shown > 40, "hardly a page shows what was typed"
