"""An error as the log tells it: its type and code, and where it came from. Never its message, a value or a line of
source: an exception's text holds whatever somebody was working on.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog

from seconder import __version__

WITHHELD = "(text withheld)"
FRAMES = 60  # of one error's stack, the innermost
ERRORS = 10  # causes, and members of groups
_ROOTS = sorted({str(Path(root).resolve()) for root in sys.path if root}, key=len, reverse=True)
Hear = Callable[[BaseException, str], None]
_hearers: list[Hear] = []
_CODE = re.compile(r"[\w.-]{1,40}", re.ASCII)
# Texts of other people's code that are the same each time.
_FIXED = {
    "Exception in ASGI application",
    "Future exception was never retrieved",
    "Task exception was never retrieved",
    *(status.phrase for status in HTTPStatus),
}


def told(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:  # structlog's
    """In place of the exception of a line its account, and of other people's lines a text that is safe."""
    error = _error(line.pop("exc_info", None))
    line.pop("stack_info", None)  # has lines of source
    record = line.get("_record")
    if isinstance(record, logging.LogRecord) and not line.get("_from_structlog"):
        line["event"] = _text(str(line["event"]), line.pop("positional_args", None), record, error)
    if error:
        _pass_on(error, record)
        line["exception"] = [account(one) for one in _all(error)]
        line["release"] = __version__
        if route := _route(record):
            line["route"] = route
    return line


def on_error(hear: Hear) -> None:
    """`hear(error, route)` is told of each error that the log tells, with the name of the page or call, or ""."""
    if hear not in _hearers:
        _hearers.append(hear)


def _pass_on(error: BaseException, record: object) -> None:
    if isinstance(record, logging.LogRecord) and record.levelno < logging.ERROR:
        return
    matched = getattr(getattr(record, "request", None), "resolver_match", None)
    for hear in _hearers:
        hear(error, str(getattr(matched, "view_name", "") or ""))


def account(error: BaseException) -> dict[str, Any]:  # Any: text and lists of it
    """`type`, `code` where it has one that says nothing of a person, and `stack`, innermost last."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    frames = list(traceback.walk_tb(error.__traceback__))[-FRAMES:]
    stack = [f"{_place(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}" for frame, line in frames]
    code = _code(error)
    return {"type": name, **({"code": code} if code else {}), "stack": stack}


def in_lines(accounts: list[dict[str, Any]]) -> str:  # Any: as above
    """For a terminal: one after the other, the first raised last as Python has it."""
    told = []
    for one in reversed(accounts):
        code = f" ({one['code']})" if "code" in one else ""
        told.append("\n".join([*(f"  {place}" for place in one["stack"]), f"{one['type']}{code}"]))
    return "\n\n".join(told)


def guard() -> None:
    """What ends this process or a thread of it is told in the same way, in place of Python's own traceback."""
    log = structlog.get_logger("seconder.process")
    sys.excepthook = lambda _, error, __: log.critical("process.failed", exc_info=error)
    threading.excepthook = lambda found: log.error("thread.failed", exc_info=found.exc_value)
    sys.unraisablehook = lambda found: log.error("cleanup.failed", exc_info=found.exc_value)


def _error(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _all(error: BaseException) -> Iterator[BaseException]:
    """The error, and those behind it and in it, each once."""
    seen: list[BaseException] = []
    rest: list[BaseException | None] = [error]
    while rest and len(seen) < ERRORS:
        one = rest.pop(0)
        if one is None or any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        rest += [one.__cause__, None if one.__suppress_context__ else one.__context__]
        if isinstance(one, BaseExceptionGroup):
            rest += one.exceptions


def _code(error: BaseException) -> str:
    """PostgreSQL's, the system's or HTTP's; the kind of our own."""
    names = ["sqlstate", "errno", "status_code"]
    if type(error).__module__.startswith("seconder."):
        names += ["kind", "type", "status"]
    found = [str(value) for name in names if isinstance(value := getattr(error, name, None), str | int)]
    return next((code for code in found if _CODE.fullmatch(code)), "")


def _place(file: str) -> str:
    """Below the folder that Python found it in."""
    return next((file[len(root) + 1 :] for root in _ROOTS if file.startswith(f"{root}/")), Path(file).name)


def _route(record: object) -> str:
    """The pattern of the address, which names nobody and nothing."""
    matched = getattr(getattr(record, "request", None), "resolver_match", None)
    return str(getattr(matched, "route", "") or "")


def _text(template: str, args: Any, record: logging.LogRecord, error: object) -> str:  # Any: logging's
    """Where an error comes along, others put its message into theirs."""
    if isinstance(action := getattr(record, "action", None), str) and _CODE.fullmatch(action):
        return action  # Procrastinate's own word for what happened
    if error or record.name == "asyncio":
        first = template.partition("\n")[0].strip()
        return _filled(template, args, is_strict=True) if args else first if first in _FIXED else WITHHELD
    return _filled(template, args, is_strict=False)


def _filled(template: str, args: Any, *, is_strict: bool) -> str:  # Any: as above
    def safe(value: object) -> object:
        if isinstance(value, BaseException):
            return type(value).__name__
        is_harmless = isinstance(value, int | float) or (isinstance(value, str) and value in _FIXED)
        return value if is_harmless or not is_strict else "…"

    if not args:
        return template
    given = (
        {name: safe(value) for name, value in args.items()}
        if isinstance(args, dict)
        else tuple(map(safe, args))
    )
    try:
        return template % given
    except (TypeError, ValueError, KeyError):
        return template
