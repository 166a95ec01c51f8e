"""Cells in the words of whoever reads them."""

from __future__ import annotations

from seconder.accounts.places import country_name
from seconder.events.catalogue import NAMES
from seconder.telemetry.measures import UNKNOWN
from seconder.ui.words import label

_CLICKS = {"find": "Find", "shortcuts": "Shortcuts", "copy": "Copy", "print": "Print"}


_PLACES = {
    "api": "API",
    "verification": "Reviews",
    "accounts": "People and account",
    "telemetry": "Usage and errors",
}


def of_cell(measure: str, cell: str) -> str:
    if measure == "features":
        return NAMES.get(cell, cell)
    if measure == "clicks":
        return _CLICKS.get(cell, cell)
    if measure == "hours":
        return f"{cell}:00"
    if measure == "countries":
        return "Unknown" if cell == UNKNOWN else country_name(cell)
    if measure == "regions":
        country, _, part = cell.partition("-")
        return f"{country_name(country)}, {part}" if part else "Unknown"
    if measure in ("routes", "public"):
        return _of_route(cell)
    if measure in ("ways", "public ways"):
        return " and ".join(map(_of_route, cell.split(" + ")))
    return cell[:1].upper() + cell[1:]


def _of_route(name: str) -> str:
    """`runs:list` is "Runs: list"; what belongs to signing in has no part before a colon."""
    place, _, rest = name.partition(":")
    if not rest:
        return label(place)
    return f"{_PLACES.get(place) or label(place)}: {label(rest).lower()}"
