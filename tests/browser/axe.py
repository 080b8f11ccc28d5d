"""What every page is held to: the rules of axe, one heading, no sideways scrolling."""

from typing import Any

from playwright.async_api import Page

RUN = """
async () => {
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message);
  const told = (node) => `${node.target.join(' ')}: ${why(node).join('; ')}`;
  const found = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
  });
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => ({ rule: one.id, where: one.nodes.slice(0, 4).map(told) }));
}
"""
SIDEWAYS = """
() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .filter((one) => !one.closest('.scroller, .map-scroller'))
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)).concat('the page scrolls sideways');
}
"""


async def problems(page: Page, source: str) -> list[Any]:
    """What axe finds serious or critical on a page as it stands."""
    if not await page.evaluate("'axe' in window"):
        # Evaluated from outside: the page's own policy lets no such script in.
        await page.evaluate(source)
    found: list[Any] = await page.evaluate(RUN)
    return found


async def too_wide(page: Page) -> list[str]:
    """What sticks out of the page at its right side."""
    found: list[str] = await page.evaluate(SIDEWAYS)
    return found


async def headings(page: Page) -> int:
    """How many first-level headings are shown."""
    return await page.locator("h1:visible").count()
