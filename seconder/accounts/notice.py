"""Which version of the privacy policy people accept when they sign up. The policy lives on a floor above and is bound
in `wiring.py`."""

from __future__ import annotations

from collections.abc import Callable

Version = Callable[[], str]
_bound: list[Version] = []


def bind(in_force: Version, accepted: Version) -> None:
    """`in_force`: only looks; `accepted`: sees to it that this version is kept for ever, as somebody agrees to it
    now."""
    _bound[:] = [in_force, accepted]


def version() -> str:
    """`2026-11-25+3f9a61c2`: when it came into force, and a mark that changes with every letter of it."""
    return _bound[0]()


def accepted() -> str:
    return _bound[1]()
