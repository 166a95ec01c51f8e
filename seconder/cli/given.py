"""Values that are given on the command line: an input, from a word or a file, and `--set PATH=VALUE`."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from seconder.cli.terminal import Failed
from seconder.core.json import JSON, Object


def input_of(word: str) -> JSON:
    """What `--input` means: JSON, or with `@` a file. A mail (`.eml`) and a text (`.txt`) become `{"text": …}`, the
    mail as its headers, words and readable attachments; any other file holds JSON. Nothing means `{}`."""
    if not word:
        return {}
    if not word.startswith("@"):
        return _json(word, "--input is not JSON; give JSON, or @FILE")
    path = Path(word[1:])
    if path.suffix.lower() in (".eml", ".txt"):
        return {"text": _words(path)}
    return _json(_text(path, _bytes(path)), f"{path} is not JSON; name a text .txt and a mail .eml")


def file(path: Path) -> tuple[bytes, str]:
    """A file to send, and its media type by its name."""
    return _bytes(path), "application/json" if path.suffix.lower() == ".json" else "application/yaml"


def edits_of(words: list[str]) -> Object:
    """Of `PATH=VALUE…`: path → value; a value that reads as JSON is that, anything else is text."""
    edits: Object = {}
    for word in words:
        path, equals, value = word.partition("=")
        if not equals or not path.strip():
            raise typer.BadParameter(
                f"--set takes PATH=VALUE, like steps.extract.output.total=9000; not {word!r}."
            )
        edits[path.strip()] = _value(value)
    return edits


def answer_of(word: str, parts: list[str]) -> JSON:
    """One value, or the parts of an answer from `NAME=VALUE…`, where a dotted name lies inside another. With `@`, the
    text of a file, or of a mail: `--set brief=@notes.txt`."""
    if bool(word) == bool(parts):
        raise typer.BadParameter("Give either VALUE, or --set NAME=VALUE for each part of the answer.")
    if word:
        return _of_file(_value(word))
    answer: Object = {}
    for path, value in edits_of(parts).items():
        *within, last = path.split(".")
        at = answer
        for name in within:
            inner = at.setdefault(name, {})
            if not isinstance(inner, dict):
                raise typer.BadParameter(f"{path} lies inside a value that is given as a whole.")
            at = inner
        at[last] = _of_file(value)
    return answer


def _of_file(value: JSON) -> JSON:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    return _words(Path(value[1:]))


def _value(word: str) -> JSON:
    try:
        value: JSON = json.loads(word)
    except ValueError:
        return word
    return value


def _json(text: str, complaint: str) -> JSON:
    try:
        value: JSON = json.loads(text)
    except ValueError as fault:
        raise typer.BadParameter(f"{complaint} ({fault}).") from fault
    return value


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise typer.BadParameter(f"{path} cannot be read: {failure.strerror}.") from failure


def _text(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Failed(f"{path} is not UTF-8 (byte {fault.start}); save it as UTF-8.") from fault


def _words(path: Path) -> str:
    """Of a mail or a text, as a page reads it where the file is given there."""
    from seconder.ui import uploads

    try:
        return uploads.text_of(str(path), _bytes(path))
    except ValueError as fault:
        raise Failed(str(fault)) from fault
