"""Reads a data set of networks and cuts it to countries and regions, before anything of it is stored.

MMDB (MaxMind's format, as several publish it), or CSV with start,end,country[,region].
"""

from __future__ import annotations

import csv
import functools
import ipaddress
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from seconder.core.clock import now, rfc3339
from seconder.core.geography.table import Range, Table, made
from seconder.core.refusals import Invalid

_COUNTRY, _REGION = re.compile("[A-Z]{2}"), re.compile("[A-Z0-9]{1,3}")
UNKNOWN = ("", "ZZ", "-")  # as data sets write it
LONGEST = 300  # characters of an attribution


def cut(path: Path, attribution: str = "") -> Table:
    """Raises Invalid, which says where; OSError where the file cannot be read."""
    if len(attribution) > LONGEST or not attribution.isprintable():
        raise Invalid(f"An attribution is one line of at most {LONGEST} characters.")
    ranges: dict[int, list[Range]] = {4: [], 6: []}
    for version, found in _of_mmdb(path) if _is_mmdb(path) else _of_csv(path):
        ranges[version].append(found)
    table = made(ranges[4], ranges[6], attribution, rfc3339(now()) or "")
    if len(table.codes) == 1:
        raise Invalid(f"{path} names no country.")
    return table


def _is_mmdb(path: Path) -> bool:
    """Its metadata stand behind a mark in its last 128 KiB."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 128 * 1024))
        return b"\xab\xcd\xefMaxMind.com" in file.read()


def _of_mmdb(path: Path) -> Iterator[tuple[int, Range]]:
    import maxminddb

    try:
        with maxminddb.open_database(path) as reader:
            for network, record in reader:
                if code := _of_record(record):
                    yield network.version, (int(network[0]), int(network[-1]), code)
    except maxminddb.InvalidDatabaseError as fault:
        raise Invalid(f"{path} looks like an MMDB file and cannot be read as one.") from fault


def _of_record(record: Any) -> str:  # Any: whatever a publisher put there
    """Country and subdivision, and no look at anything else."""
    record = record if isinstance(record, dict) else {}
    country = record.get("country")
    iso = country.get("iso_code") if isinstance(country, dict) else country or record.get("country_code")
    parts = record.get("subdivisions")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], dict) else {}
    try:
        return code_of(str(iso or ""), str(first.get("iso_code") or ""))
    except Invalid:
        return ""  # a place that ISO does not know


def _of_csv(path: Path) -> Iterator[tuple[int, Range]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for number, row in enumerate(csv.reader(file), 1):
                if row and not (number == 1 and _is_heading(row)):
                    yield from _of_row(row, f"Line {number}")
        except (UnicodeDecodeError, csv.Error) as fault:
            raise Invalid(f"{path} is neither an MMDB file nor CSV in UTF-8.") from fault


def _is_heading(row: list[str]) -> bool:
    return not any(character.isdigit() or character == ":" for character in row[0])


def _of_row(row: list[str], where: str) -> Iterator[tuple[int, Range]]:
    if len(row) not in (3, 4):
        raise Invalid(f"{where} has {len(row)} columns; there are start, end, country and perhaps region.")
    try:
        first, last = ipaddress.ip_address(row[0].strip()), ipaddress.ip_address(row[1].strip())
    except ValueError:
        raise Invalid(f"{where}: start and end are addresses, like 192.0.2.0,192.0.2.255.") from None
    if first.version != last.version or int(first) > int(last):
        raise Invalid(f"{where}: the end does not follow the start.")
    try:
        code = code_of(row[2].strip(), row[3].strip() if len(row) > 3 else "")
    except Invalid as fault:
        raise Invalid(f"{where}: {fault.detail}") from None
    if code:
        yield first.version, (int(first), int(last), code)


def code_of(country: str, region: str = "") -> str:
    """`DE`, `DE-BY`, or "" for unknown. Raises Invalid for what is no code of ISO 3166."""
    if country in UNKNOWN:
        return ""
    if not _COUNTRY.fullmatch(country) or country not in countries():
        raise Invalid(f"{country[:40]!r} is no country code of ISO 3166-1, like DE.")
    region = region.removeprefix(f"{country}-")
    if region in UNKNOWN:
        return country
    if not _REGION.fullmatch(region):
        raise Invalid(f"{region[:40]!r} is no region code of ISO 3166-2, like BY or DE-BY.")
    return f"{country}-{region}"


@functools.cache
def countries() -> frozenset[str]:
    """As the tzdata package has them."""
    text = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in text.splitlines() if line and line[0] != "#")
