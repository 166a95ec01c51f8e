"""What personal data is used for, by name, and under which of them the code runs just now.

`service` is the plain service and needs no words; everything else states its purpose around the reads:

    with purpose("service.notifications"):
        …

The privacy work binds consent and objection to it; the names and the context exist from the first day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PURPOSES: dict[str, str] = {
    "service": "Provide the service that the person asked for",
    "service.accounts": "Know who signs in and what they may do",
    "service.security": "Protect accounts and find misuse",
    "service.runs": "Do the work that a person gave to an agent",
    "service.reviews": "Ask named people to decide, and keep what they decided",
    "service.notifications": "Tell people what waits for them and what happened",
    "service.record": "Keep a record of who did what that can be verified",
    "service.operations": "Keep the installation running",
}

_current: ContextVar[str] = ContextVar("purpose", default="service")


class UnknownPurpose(ValueError):
    """No such purpose is declared; data may not be used for it."""


@contextmanager
def purpose(name: str) -> Iterator[None]:
    if name not in PURPOSES:
        raise UnknownPurpose(
            f"{name!r} is not a declared purpose: add it to core.purposes, or use one of those."
        )
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def current_purpose() -> str:
    return _current.get()
