"""What the log may say: an event's name and fields from a list; any other field is withheld by name, and of an error
its type, code and stack are told (`failures`).

So what somebody adds in a hurry, with a person's text or a key in it, reaches no disk by accident.
"""

from __future__ import annotations

import contextlib
import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

from seconder.core import failures
from seconder.core.log_keys import LOG_KEYS

_TOKEN = re.compile(
    r"(/(?:sign-in|invitations|answer|unsubscribe(?:/recipients)?|account/notifications/address"
    r"|privacy/recipients/news)/)[\w-]{20,}"
)
_alarmed: set[str] = set()


def withhold(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:  # structlog's
    """Drops the fields that nobody declared and says which; structlog's own (leading underscore) pass. Of each such
    field there is an alarm, once in a process."""
    unknown = sorted(field for field in line if field not in LOG_KEYS and not field.startswith("_"))
    for field in unknown:
        del line[field]
        if field not in _alarmed:
            _alarmed.add(field)
            logging.getLogger(__name__).error("log.field_undeclared: %s", field[:60])
    if unknown:
        line["reason"] = line.get("reason") or f"withheld: {', '.join(unknown)}"
    return line


def hide_tokens(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:  # structlog's
    """Django names the address of what it refuses; that of a link with a token in it lets in, or acts for,
    whoever reads it."""
    if isinstance(event := line.get("event"), str):
        line["event"] = _TOKEN.sub(r"\1…", event)
    return line


def configure(wanted: Mapping[str, str]) -> None:
    """What Django calls with its LOGGING, `{"form": "json" or "console"}`. All goes to stderr."""
    import structlog

    shared: list[Any] = [  # structlog's processors share no public type
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, withhold, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last = (
        [structlog.processors.JSONRenderer()]
        if wanted["form"] == "json"
        else [_in_lines, structlog.dev.ConsoleRenderer(colors=False)]
    )
    cleaning = [failures.told, structlog.stdlib.ProcessorFormatter.remove_processors_meta, hide_tokens]
    logging.config.dictConfig(_plan([*cleaning, *last], shared))


def _in_lines(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:  # structlog's
    if "exception" in line:
        line["exception"] = failures.in_lines(line["exception"])
    return line


class Stderr(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Python's own tells the message of the error, and what was to be logged."""
        with contextlib.suppress(OSError, ValueError):  # where it is closed there is nobody to tell
            self.stream.write(f"{record.name}: a line of the log could not be written\n")


def _plan(processors: list[Any], foreign: list[Any]) -> dict[str, Any]:  # as logging.config reads it
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": foreign,
                "processors": processors,
                "use_get_message": False,
                "pass_foreign_args": True,
            }
        },
        "handlers": {"stderr": {"()": Stderr, "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "fido2": {"level": "WARNING"},  # it names credentials
            "procrastinate": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "openai": {"level": "WARNING"},
            "uvicorn": {"level": "WARNING"},
            "uvicorn.access": {"level": "WARNING"},
        },
    }
