"""What the page about pages says of classes: they are in the stylesheets."""

import re
from pathlib import Path

from milepost.web import accent, static_files

ROOT = Path(__file__).parents[2]


def test_every_class_that_is_listed_is_in_a_stylesheet() -> None:
    text = (ROOT / "docs" / "howto" / "add-a-page.md").read_text("utf-8")
    rows = text.partition("## Component classes")[2].splitlines()
    named = [
        name
        for row in rows
        if row.startswith("| `")
        for name in re.findall(r"`([a-z][a-z0-9-]*)`", row.split("|")[1])
    ]
    files = static_files.load().files
    sheets = [asset.body.decode() for name, asset in files.items() if name.endswith(".css")]
    # Those of the accents are made when they are asked for.
    css = "".join([*sheets, accent.stylesheet(30)])
    assert len(named) > 40
    missing = [name for name in named if not re.search(rf"\.{name}(?![a-z0-9-])", css)]
    assert missing == []
