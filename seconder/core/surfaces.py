"""Where personal data comes in: each form, call and mail that takes some, declared in the app's `surfaces.py`.

A test walks all addresses: one that takes something in and is on no surface fails the build (P-01).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

POLICY = "/privacy/"


@dataclass(frozen=True)
class Surface:
    """`routes`: addresses as the site map has them, or `…*` for all that begin so · `collects`: categories; none where
    what is given there says nothing about a person · `notice`: the address, or the words, that say there what becomes
    of it."""

    id: str
    words: str
    routes: tuple[str, ...]
    collects: tuple[str, ...] = ()
    notice: str = POLICY


SURFACES: dict[str, Surface] = {}


def declare_surface(
    id: str,  # noqa: A002  as the other declarations have it
    words: str,
    *routes: str,
    collects: str = "",
    notice: str = POLICY,
) -> Surface:
    """`collects`: categories with blanks between. Raises ValueError for a second declaration."""
    if id in SURFACES:
        raise ValueError(f"the surface {id!r} is declared twice")
    SURFACES[id] = Surface(id, words, routes, tuple(collects.split()), notice)
    return SURFACES[id]


def surfaces_of(route: str) -> Iterator[Surface]:
    """Those that an address stands on."""
    for surface in SURFACES.values():
        if any(
            route.startswith(each[:-1]) if each.endswith("*") else route == each for each in surface.routes
        ):
            yield surface
