"""Accents are readable at every hue, on the surfaces the stylesheet really paints."""

import re

import pytest

from milepost.web import accent, static_files

CSS = (static_files.ROOT / "app.css").read_text()


def token(name: str) -> tuple[str, str]:
    """A token's light and dark value as app.css declares them."""
    found = re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\);", CSS)
    assert found is not None, name
    return found[1], found[2]


@pytest.mark.parametrize("hue", range(360))
def test_every_hue_is_readable_in_both_themes(hue: int) -> None:
    made = accent.accent(hue)
    for theme, surfaces in (
        (made.light, accent.LIGHT_SURFACES),
        (made.dark, accent.DARK_SURFACES),
    ):
        for colour in (theme.accent, theme.strong):
            for surface in (*surfaces, theme.soft):
                assert accent.contrast(colour, surface) >= accent.READABLE
            assert accent.contrast(colour, theme.ink) >= accent.READABLE


def test_hues_differ_and_wrap_around() -> None:
    assert accent.accent(0) == accent.accent(360)
    assert len({accent.accent(hue).light.accent for hue in range(0, 360, 15)}) == 24


def test_contrast_is_that_of_wcag() -> None:
    assert accent.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert accent.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert accent.contrast("#123456", "#123456") == 1


def test_the_surfaces_are_those_of_the_stylesheet() -> None:
    declared = [token(name) for name in ("page", "surface", "sunken")]
    assert tuple(light for light, _ in declared) == accent.LIGHT_SURFACES
    assert tuple(dark for _, dark in declared) == accent.DARK_SURFACES
    assert token("accent-ink") == (accent.LIGHT_INK, accent.DARK_INK)


def test_text_and_state_colours_are_readable_on_every_surface() -> None:
    softs = ("good-soft", "warn-soft", "bad-soft", "accent-soft")
    for theme, surfaces in enumerate((accent.LIGHT_SURFACES, accent.DARK_SURFACES)):
        for name in ("ink", "muted", "good", "warn", "bad"):
            for surface in surfaces:
                assert accent.contrast(token(name)[theme], surface) >= accent.READABLE, name
        for soft in softs:
            assert accent.contrast(token("ink")[theme], token(soft)[theme]) >= accent.READABLE
        for name in ("good", "warn", "bad", "accent"):
            assert (
                accent.contrast(token(name)[theme], token(f"{name}-soft")[theme]) >= accent.READABLE
            )
        for surface in surfaces:
            # The border of a field is what tells that it is one: 3 to 1 (WCAG 1.4.11).
            assert accent.contrast(token("line-strong")[theme], surface) >= 3


def test_the_stylesheet_of_a_hue_names_its_class_and_every_token() -> None:
    sheet = accent.stylesheet(30)
    assert sheet.startswith(".hue-30 {")
    for name in (
        "--accent:",
        "--accent-strong:",
        "--accent-ink:",
        "--accent-soft:",
        "--accent-line:",
    ):
        assert sheet.count(f"{name} light-dark(#") == 1
