"""What each level shows of a company, in words that both sides read."""

from collections.abc import Mapping

from milepost.contexts.identity.types import Level

LEVELS: Mapping[str, tuple[str, str]] = {
    Level.BASIC: ("Basic", "how far the company is, by phase and domain"),
    Level.DETAILED: (
        "Detailed",
        "progress, every step with its times, and how sure the company was",
    ),
    Level.FULL: (
        "Full",
        "progress, steps in the company’s own words, tasks, reasons, and what it wrote about each"
        " outcome",
    ),
}
