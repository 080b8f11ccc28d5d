"""The README's table of settings: every variable in it is one, and stands there once."""

import re
from collections import Counter
from pathlib import Path

from milepost.settings import Settings

README = Path(__file__).parents[2] / "README.md"


def test_each_variable_stands_there_once() -> None:
    rows = re.findall(r"^\| `(MILEPOST_\w+)`", README.read_text(), re.MULTILINE)
    assert len(rows) > 5
    assert [name for name, times in Counter(rows).items() if times > 1] == []


def test_each_row_is_about_a_setting() -> None:
    rows = re.findall(r"^\| `MILEPOST_(\w+)`", README.read_text(), re.MULTILINE)
    fields = set(Settings.model_fields)
    assert [row for row in rows if row.lower().partition("__")[0] not in fields] == []
