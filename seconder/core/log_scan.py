"""Which fields our own code writes to the log, read off its calls, so that an undeclared one is found before it is
withheld from a line that somebody needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from seconder.core.log_keys import LOG_KEYS

_OURS = Path(__file__).resolve().parents[1]
_WRITES = frozenset("debug info warning error critical exception log bind".split())  # noqa: SIM905  reads better
_BINDS = frozenset({"bind_contextvars", "bound_contextvars"})


def undeclared_fields() -> Iterator[str]:
    """A sentence for each."""
    for where, name in _written():
        if name not in LOG_KEYS:
            yield (
                f"{where} writes the field {name!r} to the log, which nobody declared: "
                "add it to core.log_keys, or leave it out"
            )


@cache
def _written() -> list[tuple[str, str]]:
    """(where, field) of each call, in all modules of ours."""
    found = []
    for path in sorted(_OURS.rglob("*.py")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text()
        if "structlog" in text:
            name = str(path.relative_to(_OURS.parent))
            found += [(f"{name}:{line}", field) for line, field in _of_module(ast.parse(text))]
    return found


def _of_module(tree: ast.Module) -> Iterator[tuple[int, str]]:
    loggers = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _called(node.value) in ("get_logger", "bind")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _writes(node, loggers):
            yield from ((node.lineno, word.arg) for word in node.keywords if word.arg)


def _called(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _writes(node: ast.Call, loggers: set[str]) -> bool:
    if _called(node) in _BINDS:
        return True
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _WRITES:
        return False
    of = node.func.value
    return (isinstance(of, ast.Name) and of.id in loggers) or _called(of) in ("get_logger", "bind")
