"""What the rail offers. The apps live above this floor, so `wiring.py` puts their pages on the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from django.http import HttpRequest


@dataclass(frozen=True)
class Item:
    """One place in the rail.

    `url_name` and `counter_url_name` are reversed with the organization's slug as `organization`; the counter
    answers with a number in HTML, or with nothing when there is nothing to count. `shortcut` is the letter
    that follows `g`; `icon` is a name of `icons.py`. `also`: the URL names of more pages of this place; it leads to
    the first that opens to the reader.
    """

    label: str
    url_name: str
    icon: str
    counter_url_name: str | None = None
    shortcut: str = ""
    also: tuple[str, ...] = ()


class Home(TypedDict):
    """An organization that the reader belongs to; `logo_url` "" where it has none."""

    name: str
    url: str
    logo_url: str
    here: bool


Switch = Callable[[HttpRequest], list[Home]]
Opens = Callable[[HttpRequest, str], bool]


def _nowhere(_request: HttpRequest) -> list[Home]:
    return []


def _any(_request: HttpRequest, _url: str) -> bool:
    return True


@dataclass
class Doors:
    """The places that every page links to besides the list: URL names, `home` and `search` with `organization`; where
    else the reader may go; whether an address opens to the reader, so that the rail offers no other; and what stands in
    the foot of every page, as (label, URL name); and `notice`, where a change of the policy that the reader has not
    read yet is told."""

    home: str | None = None
    sign_out: str | None = None
    account: str | None = None
    organizations: str | None = None
    search: str | None = None
    switch: Switch = _nowhere
    opens: Opens = _any
    notices: tuple[tuple[str, str], ...] = ()
    notice: str | None = None


navigation: list[Item] = []
doors = Doors()


def bind(*items: Item, **others: Any) -> None:  # Any: each as the field of Doors says
    """Replace the whole list, and the other doors by their names."""
    navigation[:] = items
    doors.__dict__.update(Doors(**others).__dict__)
