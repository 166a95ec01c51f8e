"""Names of countries, and the time zones to choose from: as the tzdata package has them, the same on every machine."""

from __future__ import annotations

import functools
from datetime import tzinfo
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

UTC = "UTC"


def country_name(code: str) -> str:
    """`Germany` for `DE`; "" for none, and the code itself where nobody knows it."""
    return _countries().get(code, code)


@functools.cache
def _countries() -> dict[str, str]:
    return {code: name for code, name in _rows("iso3166.tab")}  # noqa: C416  exactly two columns, or it fails


@functools.cache
def zones() -> list[str]:
    """One for each region whose clocks agree, by name; UTC first."""
    return [UTC, *sorted({name for _, _, name, *_ in _rows("zone.tab")})]


def is_zone(name: str) -> bool:
    """Older names of zones, which some browsers still say, are taken as well."""
    return name == UTC or ("/" in name and name in _known())


@functools.cache
def _known() -> frozenset[str]:
    """Finding them walks through a folder of hundreds of files."""
    return frozenset(available_timezones())


@functools.lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    return ZoneInfo(name if is_zone(name) else UTC)


def _rows(table: str) -> list[list[str]]:
    text = resources.files("tzdata.zoneinfo").joinpath(table).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
