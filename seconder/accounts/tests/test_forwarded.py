"""Limits by network, asked of a web process: a header that nobody trusted has sent moves nobody to another network."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from pytest_django import Settings

from seconder.accounts.keys.text import new_key
from seconder.accounts.models import SecurityEvent
from seconder.testing import serving

pytestmark = pytest.mark.django_db(transaction=True)
GUESSES = 70


def _statuses(there: str, forwarded: list[str]) -> list[int]:
    """What so many guesses of a key are answered, with these headers in turn."""
    with httpx.Client(base_url=there) as client:
        return [
            client.get(
                "/api/v1/agents",
                headers={
                    "Authorization": f"Bearer {new_key()}",
                    "X-Forwarded-For": forwarded[number % len(forwarded)],
                },
            ).status_code
            for number in range(GUESSES)
        ]


FORGED = [f"198.51.100.{number}" for number in range(GUESSES)]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "is_limited"),
    [
        ([], FORGED, True),
        (["192.0.2.8"], FORGED, True),
        (["127.0.0.1"], FORGED, False),
        (["127.0.0.1"], [f"{forged}, 203.0.113.5" for forged in FORGED], True),
        (["127.0.0.0/8", "10.0.0.0/8"], [f"{forged}, 203.0.113.5, 10.0.0.3" for forged in FORGED], True),
        (["127.0.0.1"], [f"2001:db8:7:1::{number:x}" for number in range(GUESSES)], True),
        (["127.0.0.1"], [f"2001:db8:7:{number:x}::1" for number in range(GUESSES)], False),
        (["127.0.0.1"], [f"not-an-address-{number}" for number in range(GUESSES)], True),
    ],
    ids=[
        "nobody is trusted",
        "another proxy is trusted",
        "each comes through the proxy from elsewhere",
        "forged before it came to the proxy",
        "forged before it came to the first of two proxies",
        "one network of IPv6",
        "many networks of IPv6",
        "nonsense",
    ],
)
def test_it_is_the_network_that_counts(
    settings: Settings, trusted: list[str], forwarded: list[str], is_limited: bool
) -> None:
    settings.TRUSTED_PROXIES = trusted
    with serving() as there:
        statuses = _statuses(there, forwarded)
    assert set(statuses) == ({401, 429} if is_limited else {401})
    networks = set(SecurityEvent.objects.values_list("network", flat=True))
    if not trusted:
        assert networks == {"127.0.0.0/24"}
    assert not any(forged in network for forged in FORGED[1:] for network in networks)


@pytest.mark.invariant("E10")
def test_a_forged_header_gives_no_more_tries_to_sign_in(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []
    with serving() as there, ThreadPoolExecutor(12) as pool:

        def guess(number: int) -> int:
            with httpx.Client(base_url=there, headers={"X-Forwarded-For": FORGED[number]}) as client:
                token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/sign-in/").text)
                assert token
                typed = {"login": f"{number}@example.org", "password": "nine green bottles on a wall"}
                return client.post("/sign-in/", data={**typed, "csrfmiddlewaretoken": token[1]}).status_code

        answers = sorted(pool.map(guess, range(12)))
    assert answers == [422] * 10 + [429] * 2
