"""What the rail offers. The apps live above this floor, so `wiring.py` puts their pages on the list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One place in the rail.

    `url_name` and `counter_url_name` are reversed with the organization's slug as `organization`; the counter
    answers with a number in HTML, or with nothing when there is nothing to count. `shortcut` is the letter
    that follows `g`; `icon` is a name of `icons.py`.
    """

    label: str
    url_name: str
    icon: str
    counter_url_name: str | None = None
    shortcut: str = ""


@dataclass
class Doors:
    """The two places that every page links to besides the list: URL names, the first with `organization`."""

    home: str | None = None
    sign_out: str | None = None


navigation: list[Item] = []
doors = Doors()


def bind(*items: Item, home: str | None = None, sign_out: str | None = None) -> None:
    """Replace the whole list; `home` is reversed with `organization`, `sign_out` without."""
    navigation[:] = items
    doors.home, doors.sign_out = home, sign_out
