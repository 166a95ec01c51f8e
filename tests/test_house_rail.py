"""The rail offers a person the places whose doors open to them, and no others."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from seconder.accounts.roles import ROLES
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


def places(client: Client) -> list[str]:
    nav = re.search(r'<nav aria-label="Places">.*?</nav>', client.get("/demo/").content.decode(), re.DOTALL)
    return re.findall(r'(?:href|hx-get)="([^"]+)"', nav[0]) if nav else []


@pytest.mark.parametrize("role", ROLES)
def test_what_the_rail_offers_opens(cast: Cast, role: str) -> None:
    client = enter(Client(), cast.add("eve", role))
    offered = places(client)
    assert "/demo/runs/" in offered
    assert {path: client.get(path).status_code for path in offered} == dict.fromkeys(offered, 200)


def test_a_guest_is_offered_less_than_a_member(cast: Cast) -> None:
    guest = places(enter(Client(), cast.add("gus", "guest")))
    member = places(enter(Client(), cast.add("mia", "member")))
    assert {"/demo/reviews/", "/demo/agents/"} <= set(member) - set(guest)


@pytest.mark.parametrize("path", ["/demo/", "/demo/runs/"])
def test_no_page_leads_a_guest_to_a_closed_door(cast: Cast, path: str) -> None:
    client = enter(Client(), cast.add("gus", "guest"))
    links = set(re.findall(r'href="(/[^"#]*)"', client.get(path).content.decode()))
    inside = [link for link in links if link.startswith("/demo/")]
    assert {link: client.get(link).status_code for link in inside} == dict.fromkeys(inside, 200)
