"""Every address says who may open it; pages of an organization are closed to outsiders and to nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from seconder.accounts.models import SignInLink
from seconder.accounts.roles import VERBS
from seconder.core.doors import OPEN
from seconder.testing import Cast

API = "api/v1/"  # its operations are walked in test_api_contract.py
SAMPLES = {"organization": "demo", "token": "none", "name": "not-found", "run": "x"}
NOWHERE = "00000000-0000-7000-8000-000000000000"


def _patterns() -> Iterator[tuple[str, URLPattern]]:
    def walk(prefix: str, entries: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
        for entry in entries:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(route, entry.url_patterns)
            elif not route.startswith(API):
                yield route, entry

    return walk("", get_resolver().url_patterns)


def _pages() -> list[str]:
    """An address of each page of an organization."""
    found = []
    for _, pattern in _patterns():
        arguments = pattern.pattern.converters
        if "organization" in arguments:
            address = str(pattern.pattern)
            for name, converter in arguments.items():
                kind = type(converter).__name__
                sample = SAMPLES.get(name) or (
                    NOWHERE if "UUID" in kind else "7" if "Int" in kind else "sample"
                )
                address = _filled(address, name, sample)
            found.append(f"/{address}")
    return found


def _filled(route: str, name: str, sample: str) -> str:
    before, _, rest = route.partition(f"{name}>")
    return before.rpartition("<")[0] + sample + rest


def test_every_address_says_who_may_open_it() -> None:
    walked = dict(_patterns())
    assert {
        route
        for route, pattern in walked.items()
        if getattr(pattern.callback, "door", None) not in VERBS | {OPEN}
    } == set()
    assert len(walked) > 8


def test_only_pages_outside_an_organization_are_open_to_all() -> None:
    for route, pattern in _patterns():
        is_open = getattr(pattern.callback, "door", None) == OPEN
        assert is_open != ("organization" in pattern.pattern.converters), route


@pytest.mark.django_db
@pytest.mark.parametrize("address", _pages())
def test_an_outsider_finds_nothing(client: Client, cast: Cast, address: str) -> None:
    client.post(f"/sign-in/{SignInLink.create(cast.charlie)}/")
    assert client.get(address).status_code == client.post(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", _pages())
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, cast: Cast, address: str) -> None:
    sent = client.get(address)
    assert sent.status_code == 302
    assert sent["Location"].startswith("/sign-in/")
