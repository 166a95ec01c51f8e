"""What a page costs before its own work: who asks, what they may, where they belong. At most four statements, however
much else comes together at that moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path

from seconder.accounts.gate import Asked
from seconder.accounts.models import Session
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.testing import Cast, enter
from seconder.urls import urlpatterns as site

pytestmark = pytest.mark.django_db
BUDGET = 4


@door("home.read")
def bare(request: Asked, organization: str) -> HttpResponse:
    """A page without any work of its own, in the whole frame."""
    return render(request, "ui/base.html")


urlpatterns = [path("<slug:organization>/bare/", bare), *site]


@pytest.fixture
def page(cast: Cast, settings: LazySettings) -> Client:
    settings.ROOT_URLCONF = __name__
    return enter(Client(), cast.alice)


def test_a_page_needs_few_statements_before_its_own_work(
    page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: a fixture
    page.get("/demo/bare/")
    with django_assert_max_num_queries(2):
        assert b"Demo" in page.get("/demo/bare/").content


def test_also_where_the_visit_and_the_day_are_noted(
    page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    Session.objects.update(seen_at=now() - timedelta(hours=1))
    with django_assert_max_num_queries(BUDGET):
        assert page.get("/demo/bare/").status_code == 200


def test_also_for_somebody_in_many_organizations(
    cast: Cast, page: Client, django_assert_max_num_queries: Any
) -> None:  # Any: as above
    cast.add_to_many(cast.alice, 30)
    with django_assert_max_num_queries(BUDGET):
        assert b"Demo" in page.get("/demo/bare/").content


def test_an_own_page_as_well(page: Client, django_assert_max_num_queries: Any) -> None:  # Any: as above
    page.get("/account/")
    with django_assert_max_num_queries(BUDGET):
        assert page.get("/account/").status_code == 200
