"""How many characters the longest line of a page's prose holds, as the browser breaks it."""

from playwright.async_api import Page

# Short facts beside each other, what is pressed or filled in, and tables are no prose; nor is what
# nobody sees. A block's words are put together to lines by where each of them stands.
MEASURE = """
() => {
  const NO_PROSE = 'table, h1, h2, h3, h4, h5, h6, nav, button, .button, summary, svg, pre, code, '
    + 'textarea, select, option, legend, template, script, style, .visually-hidden';
  const inline = (one) => getComputedStyle(one).display.startsWith('inline');
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let gap = '';
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const before = gap;
    gap = /\\s$/.test(node.data) ? ' ' : '';
    if (!node.data.trim() || node.parentElement.closest(NO_PROSE)) continue;
    let block = node.parentElement;
    while (inline(block)) block = block.parentElement;
    const edge = block.getBoundingClientRect().right;
    const lines = found.get(block) ?? found.set(block, []).get(block);
    for (const { 0: word, index } of node.data.matchAll(/\\S+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const [box] = range.getClientRects();
      if (!box || box.width < 1 || box.height < 2 || box.left >= edge) continue;
      const middle = box.top + box.height / 2;
      const line = lines.find((one) => one.top < middle && middle < one.bottom);
      if (line) line.text += (index ? ' ' : before) + word;
      else lines.push({ top: box.top, bottom: box.bottom, text: word });
    }
  }
  return [...found.values()].flat().map(({ text }) => text);
}
"""


async def too_long(page: Page, most: int) -> list[str]:
    """The lines of a page's prose that hold more characters than that, the longest first."""
    lines: list[str] = await page.evaluate(MEASURE)
    return sorted((line for line in lines if len(line) > most), key=len, reverse=True)
