"""From bytes to a document, with nothing of YAML that can surprise.

YAML is read as JSON with another spelling: no tags, no anchors or aliases (so there are no alias bombs),
no duplicate keys, one document; only JSON's own numbers, `true`, `false` and `null` are not text. So
`on`, `no`, `2026-01-01` and `007` stay what was written.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import yaml

from seconder.agents.file.faults import Fault, Refused, shown
from seconder.core.json import Object
from seconder.core.refusals import TooLarge

LARGEST = 1024 * 1024
DEEPEST = 64

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: either loader, with the same face
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def read(raw: bytes, content_type: str | None = None) -> Object:
    """The document in a file of at most 1 MiB. A `content_type` with `json` in it wants JSON; otherwise
    both are read. Raises TooLarge or Refused."""
    if len(raw) > LARGEST:
        raise TooLarge(f"An agent's file may have {LARGEST} bytes; this one has {len(raw)}.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"is not UTF-8 (byte {error.start})", "")
    is_json = "json" in content_type if content_type else text.lstrip().startswith("{") and _is_json(text)
    document = _json(text) if is_json else _yaml(text)
    if not isinstance(document, dict):
        refuse("must be one object with keys like id and steps", shown(document))
    _check(document, 0)
    return document


def refuse(message: str, value: str) -> NoReturn:
    raise Refused([Fault("", message, value)])


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json(text: str) -> Any:  # Any: any JSON
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except RecursionError:
        refuse(f"is nested deeper than {DEEPEST} levels", "")
    except ValueError as error:
        refuse(f"is not JSON: {error}", "")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: any JSON
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        refuse("has the same key twice", shown(next(name for name in names if names.count(name) > 1)))
    return found


def _constant(word: str) -> NoReturn:
    refuse("has a number that JSON does not know", word)


def _yaml(text: str) -> Any:  # Any: any JSON
    builder = _Builder()
    parser = None
    try:
        parser = _Parser(text)
        while parser.check_event():
            builder.add(parser.get_event())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        refuse(f"is not YAML: {problem}{where}", _line(text, mark.line) if mark else "")
    finally:
        if parser is not None:
            parser.dispose()
    return builder.result


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return shown(lines[number].strip()) if number < len(lines) else ""


class _Builder:
    """Builds the document from the parser's events, with a stack of its own instead of recursion."""

    def __init__(self) -> None:
        self.result: Any = None  # Any: any JSON
        self.documents = 0
        self.stack: list[Any] = []  # Any: lists and objects under construction
        self.keys: list[str | None] = []

    def add(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse("has more than one document", event, "---")
        elif isinstance(event, yaml.AliasEvent):
            self.refuse("uses an alias; write the value out", event, f"*{event.anchor}")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.node(event)

    def node(self, event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.anchor:
            self.refuse("uses an anchor; write the value out where it is needed", event, f"&{event.anchor}")
        if event.tag:
            self.refuse("uses a tag", event, str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            self.put(resolve(event.value) if event.implicit[0] else event.value, event)
            return
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []  # Any: to be filled
        self.put(container, event)
        self.stack.append(container)
        self.keys.append(None)
        if len(self.stack) > DEEPEST:
            self.refuse(f"is nested deeper than {DEEPEST} levels", event, "")

    def put(self, value: Any, event: yaml.Event) -> None:  # Any: any JSON
        if not self.stack:
            self.result = value
        elif isinstance(self.stack[-1], list):
            self.stack[-1].append(value)
        elif self.keys[-1] is None:
            self.keys[-1] = self.key(value, event)
        else:
            self.stack[-1][self.keys[-1]] = value
            self.keys[-1] = None

    def key(self, value: Any, event: yaml.Event) -> str:  # Any: any JSON
        if not isinstance(value, str):
            self.refuse("has a key that is not text; put it in quotes", event, shown(value))
        if value in self.stack[-1]:
            self.refuse("has the same key twice", event, shown(value))
        return value

    def refuse(self, message: str, event: yaml.Event, value: str) -> NoReturn:
        mark = event.start_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        refuse(f"{message}{where}", value)


def resolve(text: str) -> Any:  # Any: null, a truth value, a number or the text itself
    """What an unquoted word of YAML means here."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    if len(text) > 400:
        refuse("has a number that is too long", shown(text))
    return json.loads(text)


def _check(value: Any, depth: int) -> None:  # Any: any JSON
    if depth > DEEPEST:
        refuse(f"is nested deeper than {DEEPEST} levels", "")
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, str) and _UNUSABLE.search(value):
        refuse("has text with a character that cannot be stored (NUL or half of a pair)", "")
    elif isinstance(value, float) and not math.isfinite(value):
        refuse("has a number that is too large", "")
