"""Regions of the world as agreements name them, and which countries (ISO 3166-1, two letters) lie in them."""

from __future__ import annotations

from collections.abc import Iterable

# fmt: off
EU = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
))
# fmt: on
EEA = EU | {"IS", "LI", "NO"}
# What an agreement may hold the data to; None: anywhere.
COUNTRIES: dict[str, frozenset[str] | None] = {
    "any": None,
    "eea": EEA,
    "eea-uk-ch": EEA | {"GB", "CH"},
    "uk": frozenset({"GB"}),
    "us": frozenset({"US"}),
}


def outside(countries: Iterable[str], region: str) -> list[str]:
    """Those of the countries that are not in the region."""
    inside = COUNTRIES[region]
    return [] if inside is None else sorted(set(countries) - inside)


def abroad(countries: Iterable[str], home: str) -> list[str]:
    """Those to which data that is held in `home` is transferred. Within the European Economic Area it is not."""
    return sorted(set(countries) - (EEA if home in EEA else {home}))
