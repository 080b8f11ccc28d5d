"""Accents: from one hue, the colours of a program in the light and the dark theme.

A program's file names a hue and nothing else. What has to be readable is computed here, in OKLCH,
against the very surfaces that `static/app.css` paints: a designer's eye cannot vouch for 360 hues.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# The surfaces text may stand on. `app.css` declares the same values; a test compares the two.
LIGHT_SURFACES = ("#fafaf8", "#ffffff", "#f2f1ee")
DARK_SURFACES = ("#161719", "#1e1f22", "#111214")
LIGHT_INK = "#ffffff"
DARK_INK = "#131416"

READABLE = 4.5
# Rounding to eight bits a channel happens after the search, so the search aims a little higher.
_AIM = 4.6


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme's accent: `accent` for text, marks, fills; `ink` on top of it; `soft` behind."""

    accent: str
    strong: str
    ink: str
    soft: str
    line: str


@dataclass(frozen=True, slots=True)
class Accent:
    """A hue made readable in both themes."""

    hue: int
    light: Theme
    dark: Theme


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def accent(hue: int) -> Accent:
    """The accent of a hue (degrees, any integer), readable on every surface of its theme."""
    hue %= 360
    return Accent(hue=hue, light=_light(hue), dark=_dark(hue))


def stylesheet(hue: int) -> str:
    """The stylesheet that gives `.hue-N` its accent in both themes."""
    made = accent(hue)
    names = ("accent", "strong", "ink", "soft", "line")
    lines = [
        f"  {_property(name)}: light-dark({getattr(made.light, name)}, {getattr(made.dark, name)});"
        for name in names
    ]
    return "\n".join([f".hue-{made.hue} {{", *lines, "}", ""])


def _property(name: str) -> str:
    return "--accent" if name == "accent" else f"--accent-{name}"


def _light(hue: int) -> Theme:
    soft = _oklch(0.955, 0.025, hue)
    lightness = 0.62
    colour = _oklch(lightness, 0.16, hue)
    while min(contrast(colour, under) for under in (*LIGHT_SURFACES, soft, LIGHT_INK)) < _AIM:
        lightness -= 0.005
        colour = _oklch(lightness, 0.16, hue)
    return Theme(
        accent=colour,
        strong=_oklch(lightness - 0.07, 0.15, hue),
        ink=LIGHT_INK,
        soft=soft,
        line=_oklch(0.86, 0.06, hue),
    )


def _dark(hue: int) -> Theme:
    soft = _oklch(0.29, 0.045, hue)
    lightness = 0.66
    colour = _oklch(lightness, 0.13, hue)
    while min(contrast(colour, under) for under in (*DARK_SURFACES, soft, DARK_INK)) < _AIM:
        lightness += 0.005
        colour = _oklch(lightness, 0.13, hue)
    return Theme(
        accent=colour,
        strong=_oklch(min(lightness + 0.07, 0.95), 0.11, hue),
        ink=DARK_INK,
        soft=soft,
        line=_oklch(0.42, 0.07, hue),
    )


def _oklch(lightness: float, chroma: float, hue: int) -> str:
    """OKLCH as `#rrggbb`; chroma gives way until the colour exists on a screen, lightness never."""
    channels = _linear(lightness, chroma, hue)
    while chroma > 0 and not all(-0.0001 <= channel <= 1.0001 for channel in channels):
        chroma = max(0.0, chroma - 0.004)
        channels = _linear(lightness, chroma, hue)
    return "#" + "".join(f"{_eight_bits(channel):02x}" for channel in channels)


def _linear(lightness: float, chroma: float, hue: int) -> tuple[float, float, float]:
    """OKLCH to linear sRGB, by Björn Ottosson's matrices."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _eight_bits(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    if channel <= 0.0031308:
        return round(255 * 12.92 * channel)
    return round(255 * (1.055 * channel ** (1 / 2.4) - 0.055))


def _luminance(colour: str) -> float:
    red, green, blue = (_from_eight_bits(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _from_eight_bits(value: int) -> float:
    channel = value / 255
    if channel <= 0.04045:
        return channel / 12.92
    return ((channel + 0.055) / 1.055) ** 2.4
