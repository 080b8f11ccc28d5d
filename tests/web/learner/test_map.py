"""The map as a person gets it: picture, detail, list."""

import re

from tests.web.learner.conftest import Walker, words_of

WOOP, IDENTITY, VISION = "sprint-0-woop", "sprint-1-identity", "sprint-2-vision"


async def test_before_the_beginning_the_map_says_what_will_be_here(walker: Walker) -> None:
    page = await walker.get("/map")
    assert page.status_code == 200
    assert "Your map will be here" in words_of(page.text)


async def test_every_step_is_a_station_in_program_order_with_its_state(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get("/map")
    wide = page.text.partition('class="map wide"')[2].partition("</svg>")[0]
    labels = re.findall(r'aria-label="([^"]+)"', wide)[1:]
    assert len(labels) == 31
    assert labels[:3] == ["WOOP, completed", "Identity, open", "Vision, locked"]
    assert wide.count('class="map-line walked') >= 1
    assert "1 completed" in words_of(page.text)
    assert " style=" not in page.text


async def test_a_chosen_station_says_what_it_needs_and_opens(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/map?step={VISION}")
    said = words_of(page.text)
    assert "Locked, because Identity is not done yet." in said
    assert "Start with Identity" in said
    assert "Personal dream" in said
    assert page.text.count('aria-current="true"') == 2
    assert re.search(rf'class="map-line[^"]* lit" data-from="{IDENTITY}"', page.text)


async def test_htmx_gets_the_detail_alone(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get(f"/map?step={WOOP}", hx_request="true", hx_target="section#detail")
    assert "<html" not in page.text
    assert '<svg class="map' not in page.text
    assert "Read WOOP" in page.text


async def test_an_unknown_station_is_no_station(walker: Walker) -> None:
    await walker.journey()
    page = await walker.get("/map?step=nowhere")
    assert page.status_code == 200
    assert 'class="sheet"' not in page.text


async def test_the_list_has_every_step_with_what_it_needs_and_gives(walker: Walker) -> None:
    await walker.hand_in(WOOP)
    page = await walker.get("/map?view=list")
    assert page.text.count('<th scope="row">') == 31
    row = page.text.partition(f'href="/tools/{IDENTITY}"')[2].partition("</tr>")[0]
    assert "WOOP" in row
    assert "Wish" in row
    assert "Personal dream" in row


async def test_the_list_narrows_by_state_phase_domain_and_words(walker: Walker) -> None:
    await walker.hand_in(WOOP)

    async def titles(query: str) -> list[str]:
        page = await walker.get(f"/map?view=list&{query}")
        return re.findall(r'<th scope="row"><a[^>]*>([^<]+)<', page.text)

    assert await titles("status=completed") == ["WOOP"]
    assert await titles("status=unlocked") == ["Identity"]
    assert len(await titles("phase=foundation")) == 6
    assert await titles("domain=finance") == ["Cash", "Pricing"]
    assert await titles("text=PRICING") == ["Pricing"]
    assert await titles("status=completed&phase=future") == []
    assert "Nothing fits" in (await walker.get("/map?view=list&text=zzzz")).text


async def test_htmx_gets_the_rows_alone(walker: Walker) -> None:
    await walker.journey()
    page = await walker.get(
        "/map?view=list&phase=foundation", hx_request="true", hx_target="div#rows"
    )
    assert "<html" not in page.text
    assert page.text.count('<th scope="row">') == 6
