"""Every SQL statement in the source, with the file and line where it stands.

Statements are literals handed to a transaction's verbs, so that they can be found without
running anything.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import milepost

SOURCE = Path(milepost.__file__).parent

# The verbs of a transaction, and at which place each takes its statement.
VERBS = {"one": 1, "maybe": 1, "many": 1, "value": 0, "values": 0, "run": 0, "run_each": 0}

# As SQL begins, and prose doesn't.
_BEGINNING = re.compile(
    r"\s*(?:select\b.*(?:\bfrom\b|\()|insert\s+into\b|update\s+[\w.\"]+(?:\s+\w+)?\s+set\b|"
    r"delete\s+from\b|with\s+(?:recursive\s+)?\w+(?:\s*\(.*?\))?\s+as\b|merge\s+into\b)",
    re.IGNORECASE | re.DOTALL,
)
_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One literal; `text` is None where something else than a literal was handed over."""

    file: str
    line: int
    function: str
    text: str | None
    # The parameters that are times: the client says so to the server, where it leaves others open.
    times: frozenset[str]

    @property
    def place(self) -> str:
        """Where to look."""
        return f"{self.file}:{self.line}"

    def numbered(self) -> str:
        """The statement as the server gets it: parameters by number, one for each name."""
        assert self.text is not None
        names: list[str] = []

        def number(found: re.Match[str]) -> str:
            name = found.group(1)
            if name is None:
                return "%"
            if name not in names:
                names.append(name)
            cast = "::timestamptz" if name in self.times else ""
            return f"${names.index(name) + 1}{cast}"

        return _PLACEHOLDER.sub(number, self.text)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours: its path from the package, and its syntax tree."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def handed_over() -> list[Statement]:
    """What is handed to a transaction's verbs, anywhere."""
    found: list[Statement] = []
    for file, tree in modules():
        for function in ast.walk(tree):
            if not isinstance(function, ast.AsyncFunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _is_verb(call):
                    found.append(_statement(file, tree, function, call))
    return found


def looks_like_sql(text: str) -> bool:
    """Whether a literal is a statement on rows."""
    return _BEGINNING.match(text) is not None


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The string literals of a module that aren't docstrings, with their lines."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def _is_verb(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in VERBS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "tx"
    )


def _statement(
    file: str, tree: ast.Module, function: ast.AsyncFunctionDef, call: ast.Call
) -> Statement:
    assert isinstance(call.func, ast.Attribute)
    given = call.args[VERBS[call.func.attr]]
    times = frozenset(
        argument.arg
        for argument in function.args.kwonlyargs
        if argument.annotation is not None
        and ast.unparse(argument.annotation).removesuffix(" | None") == "datetime"
    )
    return Statement(file, given.lineno, function.name, _literal(tree, given), times)


def _literal(tree: ast.Module, given: ast.expr) -> str | None:
    """A literal, or the constant of the module that is named instead of one."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    if isinstance(given, ast.Name):
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.AnnAssign):
                target = node.target
            if isinstance(target, ast.Name) and target.id == given.id:
                assert isinstance(node, ast.Assign | ast.AnnAssign)
                return None if node.value is None else _literal(tree, node.value)
    return None
