"""The frame around every page, the pages for errors, and what they weigh."""

import gzip
import re
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from pytest_django import Settings

from seconder.ui import navigation
from seconder.ui.context import frame
from seconder.ui.navigation import Item

KB = 1024


def nothing(_request: HttpRequest, **_arguments: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("<slug:organization>/reviews/", nothing, name="inbox"),
    path("<slug:organization>/reviews/count/", nothing, name="count"),
    path("sign-out/", nothing, name="out"),
    path(
        "privacy/",
        include(([path(f"{name}/", nothing, name=name) for name in ("choices", "own-choices")], "privacy")),
    ),
]


@pytest.fixture
def page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(navigation, "navigation", [Item("Inbox", "inbox", "inbox", "count", "i")])
    monkeypatch.setattr(navigation, "doors", navigation.Doors(home="inbox", sign_out="out"))
    request = RequestFactory().get("/demo/reviews/7/")
    request.organization = SimpleNamespace(name="Demo", slug="demo")  # type: ignore[attr-defined]
    request.person = SimpleNamespace(name="Bob Okafor")  # type: ignore[attr-defined]
    home = {
        "first_name": "Bob",
        "reviews": [],
        "runs": [],
        "agents_count": 0,
        "agents_url": "/demo/agents/",
        "may_see_agents": True,
    }
    return render_to_string("ui/home.html", {**frame(request), **home}, request)


def test_one_can_skip_to_the_content_and_knows_where_one_is(page: str) -> None:
    assert page.index('href="#main"') < page.index("<nav")
    assert '<main id="main" tabindex="-1">' in page
    assert '<a href="/demo/reviews/" aria-current="page" data-goes="i">' in page
    assert 'hx-get="/demo/reviews/count/"' in page
    assert "Demo" in page
    assert page.count("<h1>") == 1


def test_toasts_are_announced(page: str) -> None:
    assert '<div class="toasts" id="toasts" role="status">' in page


def test_an_empty_home_teaches_the_first_step(page: str) -> None:
    assert "Make your first agent" in page
    assert '<a class="button primary" href="/demo/agents/">' in page


def test_a_first_page_weighs_little(page: str) -> None:
    """At most 60 KB transferred the first time and 15 KB after, when styles and scripts are kept by the browser."""
    files = [finders.find(name) for name in re.findall(r'(?:href|src)="/static/([^"?]+)', page)]
    assert all(files)
    parts = [gzip.compress(open(name, "rb").read()) for name in files if name]  # noqa: PTH123, SIM115
    assert len(gzip.compress(page.encode())) <= 15 * KB
    assert sum(map(len, parts)) + len(gzip.compress(page.encode())) <= 60 * KB


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_errors_say_what_happened_and_lead_on(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert html.count("<h1>") == 1
    assert html.count("<p>") >= 2
    assert 'href="/"' in html
    assert name[:3] not in html.split("<main", maxsplit=1)[1], "a number tells a person nothing"


def test_a_refusal_is_a_page_too() -> None:
    html = render_to_string(
        "ui/refusal.html", {"title": "This was already decided", "detail": "Bob approved it."}
    )
    assert "<h1>This was already decided</h1>" in html
    assert "Bob approved it." in html
