"""How the source is laid out: what a newcomer may rely on when looking for something."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

import milepost
from milepost.platform.errors import AppError
from tests.architecture.statements import SOURCE, literals, modules

LONGEST = 400

# A file of a context, or a package of that name once it has outgrown a comfortable read.
USUAL = {
    "types",
    "errors",
    "events",
    "rules",
    "queries",
    "suggestions",
    "service",
    "routes",
    "jobs",
    "handlers",
}

# What else a context may hold, and why: pure modules all, but for the first.
BESIDES = {
    "identity": {
        "http": "who is calling: the dependencies that every context's routes share",
        "companies": "which industry and stage a company may say it has",
        "roster": "reads an export of people, and plans what it would change",
    },
    "programs": {
        "files": "a program's folder, read into values",
        "check": "every fault of a program's files, with file and line",
        "forms": "a form as JSON Schema: its answers held to it",
        "layout": "how a form is shown",
        "names": "which names a program, a step and a field may have",
        "fingerprint": "tells whether program files changed, without reading them",
        "wording": "a program's own words for things",
        "export": "the views of a program that others expect",
        "scaffold": "the file of a new step",
        "changes": "what differs between two contents of a program",
    },
    "insights": {
        "benchmarks": "what a community benchmark is made of, in the words of privacy",
        "privacy": "figures over several companies that give none of them away",
        "portfolio": "a firm's companies as values, and what can be told from them",
        "portfolio_company": "one company of a portfolio as values, level by level",
        "portfolio_sheet": "a portfolio as a table of words, for a page and for a file",
    },
    "standups": {
        "evaluation": "how well messages are understood, counted on the corpus that ships",
    },
}

# Words that say nothing of what a file owns.
EMPTY_WORDS = {"helper", "helpers", "util", "utils", "misc", "common", "stuff", "base", "service2"}


def contexts() -> list[Path]:
    return sorted(p for p in (SOURCE / "contexts").iterdir() if (p / "__init__.py").exists())


def services() -> list[ModuleType]:
    return [
        importlib.import_module(f"milepost.contexts.{context.name}.service")
        for context in contexts()
    ]


def test_every_module_says_what_it_owns() -> None:
    silent = [file for file, tree in modules() if not ast.get_docstring(tree)]
    assert silent == []


def test_every_module_can_be_read_at_once() -> None:
    lengths = {
        str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCE.rglob("*.py")
    }
    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}


def test_names_say_something() -> None:
    vague = [
        file
        for file, _ in modules()
        if EMPTY_WORDS & {w for part in Path(file).with_suffix("").parts for w in part.split("_")}
    ]
    assert vague == []


def test_a_context_holds_what_every_context_holds() -> None:
    assert {context.name for context in contexts()} >= {"identity", "programs", "journeys"}
    strange = []
    for context in contexts():
        allowed = USUAL | set(BESIDES.get(context.name, {}))
        strange += [
            f"{context.name}/{entry.name}"
            for entry in context.iterdir()
            if (entry.suffix == ".py" or (entry / "__init__.py").exists())
            and entry.stem not in allowed | {"__init__"}
        ]
        missing = {"queries", "service"} - {entry.stem for entry in context.iterdir()}
        strange += [f"{context.name} has no {name}" for name in missing]
    assert strange == []
    used = {
        (context.name, name)
        for context in contexts()
        for name in BESIDES.get(context.name, {})
        if (context / f"{name}.py").exists() or (context / name).is_dir()
    }
    assert used == {(name, file) for name, files in BESIDES.items() for file in files}


def test_a_contexts_own_module_only_tells_what_it_is_for() -> None:
    talkative = []
    for context in contexts():
        tree = ast.parse((context / "__init__.py").read_text(encoding="utf-8"))
        if len(tree.body) != 1:
            talkative.append(context.name)
        told = ast.get_docstring(tree) or ""
        assert f"{context.name}." in told or f"`{context.name}" in told, (
            f"{context.name}: name the tables it owns"
        )
    assert talkative == []


def test_services_are_called_by_keyword() -> None:
    """`complete(tx, journey_id=…, now=…)`: a call can be read without the signature beside it."""
    positional = []
    for service in services():
        for name, function in inspect.getmembers(service, inspect.isfunction):
            first, *others = inspect.signature(function).parameters.values()
            # A pure function with one or two obvious arguments is no use case.
            if name.startswith("_") or first.name not in ("tx", "db"):
                continue
            positional += [
                f"{service.__name__}.{name}({parameter.name})"
                for parameter in others
                if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
            ]
    assert positional == []


def test_services_get_the_time_as_an_argument() -> None:
    """Only the edges look at a clock, so that a test, and a job on behalf, can say when it is."""
    clocks = ("contexts/identity/http.py", "platform/", "cli/", "web/", "main.py")
    looking = [
        file
        for file, tree in modules()
        if not file.startswith(clocks)
        and "/routes" not in file
        and any(
            isinstance(node, ast.Attribute)
            and node.attr in ("now", "utcnow", "today")
            and isinstance(node.value, ast.Name)
            and node.value.id in ("datetime", "date", "clock")
            for node in ast.walk(tree)
        )
    ]
    assert looking == []


def test_every_error_has_a_code_of_its_own() -> None:
    for module in pkgutil.walk_packages(milepost.__path__, "milepost."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    codes: dict[str, list[str]] = {}
    for error in _descendants(AppError):
        if error.__module__.startswith("milepost.") and "code" in vars(error):
            codes.setdefault(error.code, []).append(error.__name__)
    assert len(codes) > 15
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}
    assert [code for code in codes if not code.replace("_", "").islower()] == []


def test_an_error_without_a_code_of_its_own_is_none_of_a_contexts() -> None:
    unnamed = [
        f"{error.__module__}.{error.__name__}"
        for error in _descendants(AppError)
        if error.__module__.startswith("milepost.contexts.") and "code" not in vars(error)
    ]
    assert unnamed == []


def test_pages_are_templates() -> None:
    """No markup in Python: what is shown stands in a template, where it is escaped."""
    markup = [
        f"{file}:{line}"
        for file, tree in modules()
        for line, text in literals(tree)
        if any(tag in text for tag in ("<div", "<span", "<p>", "<a ", "<li", "<form", "<html"))
    ]
    assert markup == []


def _descendants(error: type[AppError]) -> list[type[AppError]]:
    return [error] + [found for child in error.__subclasses__() for found in _descendants(child)]
