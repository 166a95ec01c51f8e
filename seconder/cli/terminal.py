"""How commands are made and how they speak: rows as a table or as JSON, failures as one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from seconder.core.visible import visible

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Failed(Exception):
    """The command could not do it. One line: what happened, and what to do next."""


def program(meaning: str) -> typer.Typer:
    """A noun's commands, without the decoration that a terminal's log cannot keep."""
    return typer.Typer(
        help=meaning, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


def noun(meaning: str) -> typer.Typer:
    """Like `program`, for a noun that has verbs, be it only one."""
    app = program(meaning)
    app.callback()(lambda: None)
    return app


def show(row: Mapping[str, object], *, as_json: bool) -> None:
    """One thing: JSON on one line, or its fields below each other."""
    if as_json:
        print(json.dumps(row, default=_plain))
        return
    width = max(map(len, row))
    for name, value in row.items():
        print(f"{name:<{width}}  {_words(value)}".replace("\n", "\n" + " " * (width + 2)))


def show_all(rows: Sequence[Mapping[str, object]], *, as_json: bool, none: str) -> None:
    """A list: a JSON array, or a table; `none` is what to say when it is empty."""
    if as_json:
        print(json.dumps(rows, default=_plain))
        return
    if not rows:
        print(none)
        return
    table = [
        [name.replace("_", " ") for name in rows[0]],
        *([" ".join(_words(v).split()) for v in row.values()] for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(f"{word:<{width}}" for word, width in zip(line, widths, strict=True)).rstrip())


def tell(line: str) -> None:
    """Says something beside the output: progress, or what to do next."""
    print(line, file=sys.stderr, flush=True)


def complaint(failure: Exception) -> tuple[int, str]:
    """The exit code and the line for a failure that a person can act on; no line for a fault of ours."""
    from seconder.core.embedded import DatabaseUnavailable
    from seconder.core.environment import Misconfigured

    if isinstance(failure, typer.TyperException):
        return failure.exit_code, _usage(failure)
    if isinstance(failure, Failed | DatabaseUnavailable | Misconfigured):
        return 1, str(failure)
    if isinstance(failure, typer.Abort):
        return 1, "stopped."
    return 1, _of_django(failure)


def _usage(failure: typer.TyperException) -> str:
    context = getattr(failure, "ctx", None)
    hint = f" See `{context.command_path} --help`." if context else ""
    return failure.format_message() + hint


def _of_django(failure: Exception) -> str:
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError, ProgrammingError

    from seconder.core.refusals import Refusal

    if isinstance(failure, Refusal):
        return failure.detail
    if isinstance(failure, ImproperlyConfigured):
        return str(failure)
    first = str(failure).strip().partition("\n")[0]
    if isinstance(failure, OperationalError):
        return f"The database does not answer: {first} Check SECONDER_DATABASE_URL."
    if isinstance(failure, ProgrammingError) and type(failure.__cause__).__name__ in _UNMIGRATED:
        return "The database's tables are not those of this version; run `seconder migrate`."
    return ""


_UNMIGRATED = ("UndefinedTable", "UndefinedColumn")


def checked(check: Callable[[str], object], value: str, what: str) -> None:
    """Applies one of Django's validators to a word of the command line; wrong usage where it complains."""
    from django.core.exceptions import ValidationError

    try:
        check(value)
    except ValidationError as fault:
        raise typer.BadParameter(f"{what}: {fault.messages[0]}") from fault


def safe(text: str) -> str:
    """On one line, with nothing in it that steers a terminal: much of what is printed was written by others."""
    return visible(" ".join(text.split()))


def _plain(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _words(value: object) -> str:
    """What others wrote neither steers the terminal nor passes for a line of ours."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else visible(_plain(value).replace("\r\n", "\n"))
