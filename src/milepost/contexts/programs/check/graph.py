"""How steps hang together: names used twice, unknown references, cycles, steps out of reach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from milepost.contexts.programs import names
from milepost.contexts.programs.check.outline import Outline, Reference
from milepost.contexts.programs.check.shape import did_you_mean
from milepost.contexts.programs.files import Folder
from milepost.contexts.programs.types import Fault
from milepost.contexts.programs.types.cycles import cycles, reachable

# For each step that it waits for, the place in its file that says so.
Waits = Mapping[str, Mapping[str, Reference]]


def check(folder: Folder, outlines: Sequence[Outline]) -> Iterator[Fault]:
    """Every fault that only shows when the steps are looked at together."""
    steps = _by_slug(outlines)
    # With a file that could not be read, what is unknown may well be in there.
    complete = all(one.source.content is not None for one in outlines)
    yield from _used_twice(outlines)
    yield from _schemas(outlines)
    yield from _unknown_places(folder, outlines)
    given = producers(outlines)
    if complete:
        for step in outlines:
            yield from _unknown_references(step, steps, given)
    waits = {slug: _waits(step, steps, given) for slug, step in steps.items()}
    yield from _waiting_for_itself(steps, waits)
    yield from _waiting_for_retired(steps, waits)
    for cycle in cycles(waits):
        first, following = cycle[0], cycle[1]
        reference = waits[first][following]
        chain = " → ".join(cycle)
        yield steps[first].source.fault(
            f"These steps wait for each other: {chain}.", *reference.path
        )
    if complete:
        yield from _out_of_reach(steps, given, waits)


def producers(outlines: Iterable[Outline]) -> dict[str, Outline]:
    """The step that gives each field; the first one, where two do."""
    result: dict[str, Outline] = {}
    for step in outlines:
        for give in step.gives:
            result.setdefault(give.name, step)
    return result


def _by_slug(outlines: Iterable[Outline]) -> dict[str, Outline]:
    result: dict[str, Outline] = {}
    for step in outlines:
        if step.slug is not None:
            result.setdefault(step.slug, step)
    return result


def _used_twice(outlines: Iterable[Outline]) -> Iterator[Fault]:
    slugs: dict[str, str] = {}
    orders: dict[int, str] = {}
    fields: dict[str, str] = {}
    for step in outlines:
        file = step.source.file
        if step.slug is not None and slugs.setdefault(step.slug, file) != file:
            yield step.source.fault(
                f"The slug {step.slug} is used in {slugs[step.slug]} too.", "slug"
            )
        if step.order is not None and orders.setdefault(step.order, file) != file:
            yield step.source.fault(
                f"The order {step.order} is used in {orders[step.order]} too.", "order"
            )
        own: set[str] = set()
        for give in step.gives:
            if give.name in own:
                yield step.source.fault(f"{give.name} is given twice here.", *give.path)
            elif fields.setdefault(give.name, file) != file:
                yield step.source.fault(
                    f"{give.name} is given in {fields[give.name]} too.", *give.path
                )
            own.add(give.name)
        yield from _needed_twice(step)


def _needed_twice(step: Outline) -> Iterator[Fault]:
    seen: set[str] = set()
    for need in step.needs:
        if need.name in seen:
            yield step.source.fault(f"{need.name} is needed twice here.", *need.path)
        seen.add(need.name)


def _schemas(outlines: Iterable[Outline]) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for step in outlines:
        if step.slug is None or not step.tool_schema:
            continue
        fault = names.schema_fault(step.tool_schema)
        if fault:
            yield step.source.fault(f"Choose another slug: {fault}.", "slug")
        # The same slug twice has been reported as that.
        other = taken.setdefault(step.tool_schema, step.slug)
        if other != step.slug:
            yield step.source.fault(
                f"Choose another slug: the database schema {step.tool_schema} belongs to {other}.",
                "slug",
            )


def _unknown_places(folder: Folder, outlines: Iterable[Outline]) -> Iterator[Fault]:
    if folder.program.content is None:
        return
    for key, plural in (("phase", "phases"), ("domain", "domains")):
        entries = folder.program.content.get(plural)
        known = [
            entry["slug"]
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict) and isinstance(entry.get("slug"), str)
        ]
        for step in outlines:
            name = (step.source.content or {}).get(key)
            if isinstance(name, str) and name not in known:
                hint = did_you_mean(name, known)
                yield step.source.fault(f"There is no {key} {name}{hint}", key)


def _unknown_references(
    step: Outline, steps: Mapping[str, Outline], given: Mapping[str, Outline]
) -> Iterator[Fault]:
    for reference in step.after:
        if reference.name not in steps:
            hint = did_you_mean(reference.name, steps)
            yield step.source.fault(
                f"This step can never open: there is no step {reference.name}{hint}",
                *reference.path,
            )
    for need in step.needs:
        if need.name not in given:
            hint = did_you_mean(need.name, given)
            yield step.source.fault(
                f"This step can never open: no step gives {need.name}{hint}", *need.path
            )


def _waits(
    step: Outline, steps: Mapping[str, Outline], given: Mapping[str, Outline]
) -> dict[str, Reference]:
    waits: dict[str, Reference] = {}
    for need in step.needs:
        producer = given.get(need.name)
        if producer is not None and producer.slug is not None:
            waits.setdefault(producer.slug, need)
    for reference in step.after:
        if reference.name in steps:
            waits.setdefault(reference.name, reference)
    return waits


def _waiting_for_itself(steps: Mapping[str, Outline], waits: Waits) -> Iterator[Fault]:
    for slug, references in waits.items():
        if slug in references:
            reference = references[slug]
            what = (
                "comes after itself"
                if reference.path[0] == "after"
                else (f"needs {reference.name}, which it gives itself")
            )
            yield steps[slug].source.fault(f"This step can never open: it {what}.", *reference.path)


def _waiting_for_retired(steps: Mapping[str, Outline], waits: Waits) -> Iterator[Fault]:
    """Whoever begins now does not get a retired step, and could never get past it."""
    for slug, references in waits.items():
        for other, reference in references.items():
            if steps[slug].active and not steps[other].active:
                yield steps[slug].source.fault(
                    f"{other} is retired (active: false), so only retired steps may wait for it.",
                    *reference.path,
                )


def _out_of_reach(
    steps: Mapping[str, Outline], given: Mapping[str, Outline], waits: Waits
) -> Iterator[Fault]:
    """Steps without a fault of their own that wait for one that never opens."""
    stuck = {
        slug
        for slug, step in steps.items()
        if any(reference.name not in steps for reference in step.after)
        or any(need.name not in given for need in step.needs)
        or slug in reachable(slug, waits)
    }
    for slug, step in steps.items():
        if slug in stuck:
            continue
        for other, reference in waits[slug].items():
            if other in stuck or reachable(other, waits) & stuck:
                yield step.source.fault(
                    f"This step can never open: it waits for {other}, which can never open.",
                    *reference.path,
                )
                break
