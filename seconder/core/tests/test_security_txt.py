"""Whoever finds a weakness is told where to report it, in the form of RFC 9116."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from seconder.core.clock import now

WHERE = "/.well-known/security.txt"


def _fields(client: Client) -> list[tuple[str, str]]:
    answer = client.get(WHERE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return [
        (name, value)
        for name, _, value in (line.partition(": ") for line in answer.content.decode().splitlines())
    ]


@pytest.mark.clause("E-02")
@pytest.mark.invariant("N02")
def test_it_names_who_is_told_and_until_when(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://seconder.example.com"
    settings.SECURITY_CONTACT = ["mailto:security@example.com", "https://example.com/report"]
    fields = _fields(client)
    assert [value for name, value in fields if name == "Contact"] == settings.SECURITY_CONTACT
    once = dict(fields)
    assert once["Canonical"] == f"https://seconder.example.com{WHERE}"
    assert once["Preferred-Languages"] == "en"
    assert timedelta(days=30) < datetime.fromisoformat(once["Expires"]) - now() < timedelta(days=365)
    assert len(fields) == 5


def test_an_address_without_https_is_not_named(client: Client, settings: Settings) -> None:
    settings.BASE_URL, settings.SECURITY_CONTACT = "http://127.0.0.1:8000", ["mailto:security@example.com"]
    assert [name for name, _ in _fields(client)] == ["Contact", "Expires", "Preferred-Languages"]


@pytest.mark.django_db
def test_without_a_contact_the_page_says_why_there_is_none(client: Client) -> None:
    answer = client.get(WHERE)
    assert answer.status_code == 404
    assert "named nobody to report a weakness to" in answer.content.decode()
