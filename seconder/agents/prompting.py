"""The one user message of an AI step: its prompt, then the input between tags.

    <the step's prompt>

    <input>
    {JSON of the input and of earlier steps' outputs}
    </input>

The AI loop writes it with `compose`; the built-in model reads it back with `parse`. A raw line break can
only come from the prompt (JSON escapes them), and `</` is written `<\\/` inside, so a document that
contains the closing tag cannot end the input early.
"""

import json
from collections.abc import Iterator
from email.errors import MessageError

from seconder.core.eml import UnreadableMailError, looks_like_mail, text_of
from seconder.core.json import JSON, Object

AGAIN = "A person looked at what came of this and asks for changes. Do the task once more, and give the whole result."
ANOTHER_INPUT = "What the steps before this one gave is another now; it stands below."
OPEN, CLOSE = "<input>\n", "\n</input>"

# Keys that only wrap the real thing say nothing about it, so they give no label.
_PLAIN = {"text", "body", "content", "message", "document", "input", "output", "result", "value"}
_LONG = 120
_JSON_LIMIT = 200_000


def compose(prompt: str, inputs: Object) -> str:
    """The user message for one step. `inputs` is written as JSON, in its own order."""
    body = json.dumps(inputs, ensure_ascii=False).replace("</", "<\\/")
    return f"{prompt}\n\n{OPEN}{body}{CLOSE}"


def compose_again(note: str, prompt: str = "", inputs: Object | None = None) -> str:
    """The user message for a step that is done once more, in a fixed form: with the reviewer's `note` between marks
    where the reviewer saw what this step gave, and with the input where that is another now."""
    said = AGAIN
    if note:
        said += "\n\n<note>\n" + note.replace("</", "<\\/") + "\n</note>"
    return said if inputs is None else compose(f"{said}\n\n{ANOTHER_INPUT}\n\n{prompt}", inputs)


def parse(message: str) -> tuple[str, Object | None]:
    """The inverse of `compose`. A message without an input part gives `(message, None)`."""
    start = message.rfind("\n\n" + OPEN)
    if start < 0 or not message.endswith(CLOSE):
        return message, None
    body = message[start + 2 + len(OPEN) : -len(CLOSE)]
    try:
        inputs = json.loads(body)
    except ValueError:
        return message, None
    return (message[:start], inputs) if isinstance(inputs, dict) else (message, None)


def source_text(inputs: JSON) -> str:
    """The readable text of `inputs`: long or wrapped strings as they are, other values as `label: value`
    lines, lists of flat objects as a table. Spans that the built-in model reports count in this text."""
    return "\n".join(_blocks(inputs, ())).strip("\n")


def _blocks(value: JSON, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _blocks(item, (*path, key))
    elif isinstance(value, list):
        yield from _list(value, path)
    elif isinstance(value, str):
        yield from _string(value, path)
    elif value is not None:
        yield _labelled(path, _scalar(value))


def _list(items: list[JSON], path: tuple[str, ...]) -> Iterator[str]:
    rows = [item for item in items if isinstance(item, dict)]
    flat = (
        rows
        and len(rows) == len(items)
        and not any(isinstance(v, dict | list) for r in rows for v in r.values())
    )
    if flat:
        header = list(dict.fromkeys(key for row in rows for key in row))
        yield "\n" + "\t".join(header)
        for row in rows:
            yield "\t".join(_cell(row.get(key)) for key in header)
        yield ""
    elif items and not any(isinstance(item, dict | list) for item in items):
        yield _labelled(path, ", ".join(_scalar(item) for item in items))
    else:
        for item in items:
            yield from _blocks(item, path)


def _string(value: str, path: tuple[str, ...]) -> Iterator[str]:
    if value[:1] in "{[" and len(value) <= _JSON_LIMIT and (inner := _inner_json(value)) is not None:
        yield from _blocks(inner, path)
    elif looks_like_mail(value):
        yield _mail(value) + "\n"
    elif "\n" in value or len(value) > _LONG or not path or path[-1].lower() in _PLAIN:
        yield value + "\n"
    else:
        yield _labelled(path, value)


def _inner_json(value: str) -> JSON:
    """A document that is itself JSON (a report exported by another program) is read as its values."""
    try:
        parsed: JSON = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict | list) else None


def _mail(value: str) -> str:
    try:
        return text_of(value.encode())
    except (UnreadableMailError, MessageError):
        return value


def _labelled(path: tuple[str, ...], text: str) -> str:
    words = [key for key in _own_path(path) if key.lower() not in _PLAIN]
    return f"{' '.join(words)}: {text}" if words else text


def _own_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """`input` and `steps.<id>.output` lead to a value but do not name it."""
    if path[:1] == ("steps",) and len(path) > 3:
        return path[3:]
    return path[1:] if path[:1] == ("input",) and len(path) > 1 else path


def _cell(value: JSON) -> str:
    return "" if value is None else " ".join(_scalar(value).split())


def _scalar(value: JSON) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # 1.234 could be read as a thousand; a fourth digit makes the point a decimal one.
        text = repr(value)
        return text + "0" if len(text.partition(".")[2]) == 3 else text
    return str(value)
