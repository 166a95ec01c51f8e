"""What is kept of a device: family and major version of browser and system, its kind, the country. Never the whole."""

from __future__ import annotations

import functools
from typing import NamedTuple

from django.http import HttpRequest

from seconder.accounts import networks
from seconder.core.geography import place_of

LONGEST = 1000  # characters of a User-Agent that are looked at


class Device(NamedTuple):
    """`kind` is computer, phone, tablet or unknown; `country` an ISO 3166-1 code, or ""."""

    browser: str = ""
    system: str = ""
    kind: str = "unknown"
    country: str = ""

    @property
    def name(self) -> str:
        """`Firefox 132 on Windows 11`, as far as it is known."""
        return " on ".join(part for part in (self.browser, self.system) if part) or "An unknown browser"

    @property
    def likeness(self) -> tuple[str, str, str]:
        """What stays the same when browser and system are updated: the two families, and the kind."""
        return _family(self.browser), _family(self.system), self.kind


def _family(versioned: str) -> str:
    return versioned.rstrip("0123456789").strip()


def device_of(request: HttpRequest) -> Device:
    browser, system, kind = described(request.headers.get("User-Agent", ""))
    return Device(browser, system, kind, country_of(networks.address_of(request)))


def described(user_agent: str) -> tuple[str, str, str]:
    """Browser and system, each with its major version, and the kind of device."""
    return _described(user_agent[:LONGEST])


@functools.lru_cache(maxsize=256)
def _described(user_agent: str) -> tuple[str, str, str]:
    from ua_parser import parse

    found = parse(user_agent)
    browser, system = found.user_agent, found.os
    names = [f"{part.family} {part.major or ''}".strip() if part else "" for part in (browser, system)]
    return names[0], names[1], _kind(user_agent, system.family if system else "")


def _kind(user_agent: str, system: str) -> str:
    if "iPad" in user_agent or (system == "Android" and "Mobile" not in user_agent):
        return "tablet"
    if system in ("Android", "iOS", "Windows Phone", "KaiOS"):
        return "phone"
    return "computer" if system else "unknown"


def country_of(address: str) -> str:
    """The country of a network address, as ISO 3166-1 has it; "" where nobody knows."""
    return place_of(address).country
