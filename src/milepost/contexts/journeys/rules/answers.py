"""What a tool's answers say: how full a draft is, what flows out, what a fresh one starts with."""

from collections.abc import Iterable, Mapping
from typing import Any

from milepost.contexts.programs.types import Step


def is_blank(value: Any) -> bool:
    """Tell whether a form's value says nothing."""
    return value is None or value == "" or value == [] or value == {}


def keeps_all(saved: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Tell whether answers hold everything that is saved: putting them there loses nothing."""
    return all(name in given and given[name] == value for name, value in saved.items())


def outputs(step: Step, data: Mapping[str, Any]) -> dict[str, Any]:
    """Pick from answers the fields the step gives; what was left blank gives nothing."""
    return {
        give.field: data[give.source] for give in step.gives if not is_blank(data.get(give.source))
    }


def percent(form: Mapping[str, Any], data: Mapping[str, Any]) -> int:
    """Tell how much of what must be filled is filled: 0 to 99, 100 is for what is handed in."""
    wanted: Iterable[str] = form.get("required") or form.get("properties", {})
    names = list(wanted)
    if not names:
        return 0
    filled = sum(not is_blank(data.get(name)) for name in names)
    return min(99, 100 * filled // len(names))


def prefilled(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Make the answers a fresh draft starts with: values that flow straight into the form."""
    return {
        name: inputs[field]
        for name, field in step.layout.get("prefill", {}).items()
        if field in inputs
    }
