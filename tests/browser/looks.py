"""Whether a page holds what is on it: nothing scrolls sideways, lies past the edge or is cut."""

from playwright.async_api import Page
from tests.browser import chromium

_FOUND = """sizes => sizes.flatMap(size => {
  const root = document.documentElement, found = [];
  root.style.fontSize = `${size}%`;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect(), past = box.right > root.clientWidth + 1 || box.left < -1;
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    if (!past && !scrolls) continue;
    if (element.closest('.govuk-visually-hidden, [hidden], .govuk-skip-link, .pledge-stack thead')) continue;
    if (past) found.push('past the edge: ' + element.outerHTML);
    if (element.matches('input, textarea, select')) continue;  // what one types may scroll
    if (scrolls && ['hidden', 'clip'].includes(getComputedStyle(element).overflowX))
      found.push('cut: ' + element.outerHTML);
  }
  root.style.fontSize = '';
  return found.map(text => `at ${size} %: ${text.slice(0, 200)}`);
})"""


FAMILIES = (chromium.WIDE, chromium.NARROW)


async def sideways(page: Page, *texts: int, families: tuple[str, ...] = FAMILIES) -> list[str]:
    """Return what does not fit across the page in letters of each family, in each size of text (percent)."""
    found = []
    for family in sorted(families, key=lambda family: family != chromium.font(page)):  # the one it has, first
        await chromium.use_font(page, family)
        found += [f"{family} {problem}" for problem in await page.evaluate(_FOUND, texts)]
    return found
