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
# Half a megabyte takes longer to send than to run: a tab keeps it.
_LOAD = """() => {
  const script = sessionStorage.getItem('axe');
  if (script) (0, eval)(script);
  return Boolean(script);
}"""
# Contrast takes more than half of axe's time, and depends on how a text and what lies behind it are drawn. What axe
# has passed is not measured again where everything that it depends on is the same; what is moved over other things is.
_REMEMBER = """passed => {
  const known = window.pledgeContrast = {passed: new Set(passed), added: []};
  const drawn = (element, text) => {
    const style = getComputedStyle(element);
    if (style.position === 'absolute' || style.position === 'fixed') return null;
    const around = element.parentElement ? drawn(element.parentElement, false) : '';
    if (around === null) return null;
    const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode];
    if (text) own.push(style.color, style.fontSize, style.fontWeight, style.textShadow, element.localName);
    const written = own.join(' ');
    return written === 'rgba(0, 0, 0, 0) none 1 none normal' ? around : around + written + '; ';
  };
  const check = axe._audit.checks['color-contrast'], measure = check.evaluate;
  check.evaluate = function (element, ...rest) {
    const key = drawn(element, true);
    if (known.passed.has(key)) return true;
    const result = measure.call(this, element, ...rest);
    if (result === true && key !== null) {
      known.passed.add(key);
      known.added.push(key);
    }
    return result;
  };
}"""
_passed: set[str] = set()


async def violations(page: Page, *, frame: bool = True) -> list[str]:
    """Return each rule that a page breaks, and where. ``frame``: look at what is around every page too."""
    question = [OPTIONS, [] if frame else FRAME]
    found: list[str] | None = await page.evaluate(_RUN, question)
    if found is None:
        if not await page.evaluate(_LOAD):
            await page.evaluate("script => sessionStorage.setItem('axe', script)", AXE_SCRIPT)
            await page.evaluate(_LOAD)
        await page.evaluate(_REMEMBER, sorted(_passed))
        found = await page.evaluate(_RUN, question)
    _passed.update(await page.evaluate("() => pledgeContrast.added.splice(0)"))
    assert found is not None
    return found
