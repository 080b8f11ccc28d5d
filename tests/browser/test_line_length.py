"""No line of prose is too long to find the next one, on any page there is."""

import pytest

from tests.browser import every_page, lines
from tests.browser.conftest import Visit
from tests.browser.every_page import FACES, NOBODY, Face
from tests.browser.town import Town

# The design says 70; another system's font is a little narrower.
LONGEST = 75
WIDE = {"width": 1920, "height": 1000}


async def test_a_line_is_what_the_browser_makes_it(visit: Visit) -> None:
    page = (await visit()).page
    await page.set_content(
        "<p style='width: 20ch; font: 16px monospace'>One two <b>three</b> four, five"
        "<table><tr><td>What stands in a table is no prose, however long it is</td></table>"
        "<button>Nor what is pressed, and filled in, or chosen from</button>"
    )
    assert await lines.too_long(page, 0) == ["One two three four,", "five"]


@pytest.mark.parametrize("face", FACES, ids=str)
async def test_a_page(face: Face, town: Town, visit: Visit) -> None:
    visitor = await visit(town.people[face.who] if face.who != NOBODY else None, viewport=WIDE)
    if face.status != 200:
        visitor.expected.append(f"status of {face.status}")
    assert await visitor.go(every_page.address(face, town)) == face.status
    assert await lines.too_long(visitor.page, LONGEST) == []
