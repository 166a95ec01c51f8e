"""Pages and files are packed for browsers that take it; what the API answers is not."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db  # the end of an answer looks after connections
GZIP = {"Accept-Encoding": "gzip, br"}


def _whole(response: Any) -> bytes:  # Any: a test client's response
    return b"".join(response) if response.streaming else bytes(response.content)


@pytest.mark.parametrize("path", ["/static/ui/frame.css", "/static/ui/shortcuts.js", "/sign-in/"])
def test_texts_are_packed_for_who_takes_it(client: Client, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(whole := _whole(plain))
    opened = gzip.decompress(packed.content)
    assert opened == whole or path == "/sign-in/", "a page has a new token each time"


def test_a_packed_page_has_a_length_of_chance(client: Client) -> None:
    assert len({client.get("/sign-in/", headers=GZIP)["Content-Length"] for _ in range(40)}) > 3


def test_what_is_short_or_of_the_api_stays_as_it_is(client: Client) -> None:
    for path in ("/healthz", "/api/v1/openapi.json", "/static/ui/mark.svg"):
        assert "Content-Encoding" not in client.get(path, headers=GZIP), path
