"""Which organization runs the installation, and that nobody becomes it by founding one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from seconder.accounts.models import Organization
from seconder.accounts.organizations.operator import runs_it
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


def test_it_is_the_one_that_is_named(cast: Cast, settings: Any) -> None:
    settings.OPERATOR = "elsewhere"
    assert (runs_it(cast.demo), runs_it(cast.elsewhere)) == (False, True)


def test_unnamed_it_is_the_first_and_stays_so() -> None:
    first = Organization.objects.create(slug="first", name="First")
    assert runs_it(first)
    second = Organization.objects.create(slug="second", name="Second")
    assert (runs_it(first), runs_it(second)) == (True, False)


def test_nobody_founds_the_one_that_runs_the_installation(cast: Cast, settings: Any, client: Client) -> None:
    settings.OPERATOR = "acme"
    enter(client, cast.charlie)
    answer = client.post("/account/organizations/new/", {"name": "Acme", "slug": "acme"})
    assert answer.status_code == 422
    assert "kept for whoever runs this installation" in answer.content.decode()
    assert not Organization.objects.filter(slug="acme").exists()


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 403), ("charlie", 404)])
def test_the_place_is_for_whoever_runs_an_organization(
    cast: Cast, client: Client, who: str, status: int
) -> None:
    assert enter(client, getattr(cast, who)).get("/demo/privacy/").status_code == status
