"""`{{ path }}` in the values of `with:` and in prompts.

A template holds one path, `input.…` or `steps.<id>.output.…`. A value that is only a template keeps its
type; inside text it is printed as JSON would print it, a string without its quotes. There is no way to
write a literal `{{`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from seconder.core import paths
from seconder.core.json import JSON, Object, canonical
from seconder.core.paths import Path

Parts: TypeAlias = tuple[str | Path, ...]

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@lru_cache(maxsize=4096)
def parts(text: str) -> Parts:
    """The text as literal strings and paths; ValueError for anything but one path in braces."""
    found: list[str | Path] = []
    end = 0
    for template in _TEMPLATE.finditer(text):
        if before := text[end : template.start()]:
            found.append(_literal(before))
        found.append(_path(template[1]))
        end = template.end()
    if rest := text[end:]:
        found.append(_literal(rest))
    return tuple(found)


def _literal(text: str) -> str:
    if "{{" in text or "}}" in text:
        raise ValueError("has braces that do not pair up; a template is {{ path }}")
    return text


def _path(text: str) -> Path:
    try:
        path = paths.parse(text.strip())
    except ValueError as error:
        raise ValueError(
            f"holds “{text.strip()[:60]}”; a template holds one path, input.… or steps.<id>.output.…, "
            "and nothing else"
        ) from error
    if path[0] == "input" or (path[0] == "steps" and len(path) > 2 and path[2] == "output"):
        return path
    raise ValueError(f"reads {paths.text(path)[:60]}; a template reads input.… or steps.<id>.output.…")


def read_paths(value: JSON) -> list[Path]:
    """Every path that the templates in a value read; ValueError as parts()."""
    if isinstance(value, str):
        return [part for part in parts(value) if isinstance(part, tuple)]
    if isinstance(value, list):
        return [path for item in value for path in read_paths(item)]
    if isinstance(value, dict):
        return [path for item in value.values() for path in read_paths(item)]
    return []


def render(value: JSON, scope: Object) -> JSON:
    """The value with every template filled in; MissingValue names the path that has no value."""
    if isinstance(value, str):
        found = parts(value)
        if len(found) == 1 and isinstance(found[0], tuple):
            return paths.find(scope, found[0])
        return _text(found, scope)
    if isinstance(value, list):
        return [render(item, scope) for item in value]
    if isinstance(value, dict):
        return {key: render(item, scope) for key, item in value.items()}
    return value


def render_text(text: str, scope: Object) -> str:
    """A prompt with its templates filled in: always text. MissingValue as render()."""
    return _text(parts(text), scope)


def _text(found: Parts, scope: Object) -> str:
    return "".join(part if isinstance(part, str) else printed(paths.find(scope, part)) for part in found)


def printed(value: JSON) -> str:
    """As JSON, a string without quotes: `Ann`, `12000`, `true`, `{"a":1}`."""
    return value if isinstance(value, str) else canonical(value).decode()
