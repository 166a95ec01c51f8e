"""The card of a review, as the people of the demo see it and answer it."""

from __future__ import annotations

import pytest
from django.test import Client

from seconder.accounts.models import SignInLink
from seconder.testing import Cast
from seconder.verification.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.post(f"/sign-in/{SignInLink.create(cast.people[who])}/")
    return client


def test_smoke(desk: Desk) -> None:
    review = desk.ask("bob")
    bob = signed_in(desk.cast, "bob")
    for path in ("", "reviews/", "agents/", "runs/", f"reviews/{review.pk}/", f"reviews/{review.pk}/?edit"):
        page = bob.get(f"/demo/{path}")
        assert page.status_code == 200, path
    print(page.content.decode())
