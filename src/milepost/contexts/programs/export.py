"""A program's tools as the configuration files that other systems read. Generated; nothing reads
them here. Checklists have no form, so they are in neither."""

from typing import Any

from milepost.contexts.programs.types import Program


def dependencies(program: Program) -> dict[str, Any]:
    """`config/dependencies.json`: what each tool needs and gives."""
    return {
        "tools": {
            step.slug: {
                "dependencies": [need.field for need in step.needs],
                "outputs": [give.field for give in step.gives],
            }
            for step in program.tools
        }
    }


def tool_registry(program: Program) -> dict[str, Any]:
    """`tool-registry.json`: the tools in their order, with the schema of each."""
    return {
        "program": program.slug,
        "tools": [
            {
                "slug": step.slug,
                "order": step.order,
                "title": step.title,
                "schema": step.tool_schema,
                "kind": str(step.kind),
                "phase": step.phase,
                "domain": step.domain,
                "difficulty": str(step.difficulty),
                "minutes": step.minutes,
                "skippable": step.skippable,
                "after": list(step.after),
            }
            for step in program.tools
        ],
    }
