"""What reaches a browser's storage was declared, as it was declared: cookies of views, middleware and libraries too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import path
from structlog.testing import capture_logs

from seconder.core import cookies
from seconder.core.cookie_guard import CookieGuard, stripped
from seconder.core.cookies import COOKIES, STORAGE, Cookie, UndeclaredCookie, undeclared_cookies
from seconder.core.doors import open_to_all
from seconder.privacy.choices.middleware import Choices
from seconder.testing import Cast, enter
from seconder.urls import urlpatterns as site

ROOT = Path(__file__).resolve().parents[3]
YEAR = 31_449_600  # what Django's CSRF cookie lasts by itself
RANDOM = Cookie("a-choice", "service", "For these tests", kept=60, optional=True)


@open_to_all
def rogue(request: HttpRequest) -> HttpResponse:
    """A view, and what a library does without it."""
    response = HttpResponse()
    response.set_cookie("tracker", "1")
    response.set_cookie(settings.CSRF_COOKIE_NAME, "x", max_age=YEAR, httponly=True, samesite="Lax")
    response.set_cookie(settings.FAMILIAR_COOKIE_NAME, "x", max_age=60, samesite="Lax")
    response.set_cookie(
        settings.SESSION_COOKIE_NAME, "x", domain="example.com", httponly=True, samesite="Lax"
    )
    response["Set-Cookie"] = "beacon=1; Max-Age=99999999"
    return response


@open_to_all
def choosing(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    cookies.put(response, RANDOM.name, "x")
    return response


def library(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def called(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.set_cookie("_library", "1", max_age=YEAR)
        return response

    return called


urlpatterns = [path("rogue/", rogue), path("choosing/", choosing), *site]


@pytest.fixture
def here(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:1], f"{__name__}.library", *settings.MIDDLEWARE[1:]]
    monkeypatch.setitem(COOKIES, RANDOM.name, RANDOM)
    return Client()


@pytest.mark.invariant("B04")
@pytest.mark.clause("K-01")
def test_what_nobody_declared_is_taken_out_and_told(here: Client) -> None:
    before = stripped()
    with capture_logs() as said:
        answer = here.get("/rogue/")
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    told = {(line["name"], line["reason"]) for line in said if line["event"] == "cookie.stripped"}
    assert told == {
        ("tracker", "undeclared"),
        ("_library", "undeclared"),
        ("beacon", "undeclared"),
        (settings.CSRF_COOKIE_NAME, "kept longer than declared"),
        (settings.FAMILIAR_COOKIE_NAME, "open to scripts"),
        (settings.SESSION_COOKIE_NAME, "sent to more hosts than declared"),
    }
    assert sum(stripped().values()) - sum(before.values()) == 6


@pytest.mark.invariant("B03", "B04")
def test_an_optional_one_needs_a_yes_and_is_deleted_where_there_is_none(here: Client) -> None:
    assert not here.get("/choosing/").cookies
    here.cookies[RANDOM.name] = "from an earlier yes"
    gone = here.get("/healthz").cookies[RANDOM.name]
    assert (gone.value, gone["max-age"]) == ("", 0)


@pytest.mark.invariant("B05")
@pytest.mark.clause("K-01")
def test_what_is_set_is_as_it_was_declared(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    token = browser.get("/sign-in/").cookies[settings.CSRF_COOKIE_NAME]
    assert not token["max-age"]
    assert not token["expires"], "it ends with the browser's session"
    got = enter(Client(), cast.alice).cookies
    assert {settings.SESSION_COOKIE_NAME, settings.FAMILIAR_COOKIE_NAME} <= set(got)
    for name, morsel in got.items():
        assert not cookies.fault_of(name, morsel), name
        assert int(morsel["max-age"] or 0) <= (COOKIES[name].kept or 0), name


@pytest.mark.invariant("B05")
def test_the_token_of_forms_is_another_one_after_signing_in(cast: Cast) -> None:
    browser = Client()
    before = browser.get("/sign-in/").cookies[settings.CSRF_COOKIE_NAME].value
    assert enter(browser, cast.alice).cookies[settings.CSRF_COOKIE_NAME].value != before


def test_ours_are_set_by_declaration_alone() -> None:
    with pytest.raises(UndeclaredCookie, match="personal_data"):
        cookies.put(HttpResponse(), "tracker", "1")
    callers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "seconder").rglob("*.py"))
        if "tests" not in path.parts and "set_cookie(" in path.read_text()
    ]
    assert callers == ["seconder/core/cookies.py"]


@pytest.mark.invariant("A01")
def test_the_start_finds_what_is_undeclared(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert undeclared_cookies() == []
    monkeypatch.delitem(COOKIES, settings.CSRF_COOKIE_NAME)
    monkeypatch.delitem(STORAGE, "seconder.shortcuts")
    settings.SESSION_COOKIE_AGE = YEAR
    said = "\n".join(undeclared_cookies())
    assert f"cookie {settings.CSRF_COOKIE_NAME} is undeclared" in said
    assert f"cookie {settings.SESSION_COOKIE_NAME} is kept longer than declared" in said
    assert 'keeps "seconder.shortcuts" in the browser' in said


def test_under_tls_a_cookie_is_taken_back_as_it_was_given(settings: LazySettings) -> None:
    """Browsers do not hear of a `__Host-` cookie by an answer that is not Secure."""
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()
    cookies.drop(response, settings.FAMILIAR_COOKIE_NAME)
    assert "Secure" in response.cookies[settings.FAMILIAR_COOKIE_NAME].OutputString()


# What draws, sounds or counts, read back, tells one device from another.
TELLING = re.compile(
    r"toDataURL|toBlob|getImageData|measureText|AudioContext|enumerateDevices|getBattery|navigator\.connection|"
    r"userAgentData|deviceMemory|hardwareConcurrency|document\.fonts|getParameter|navigator\.plugins|WEBGL"
)


@pytest.mark.invariant("B09")
@pytest.mark.clause("A-05")
def test_no_script_asks_what_tells_one_device_from_another(client: Client, db: None) -> None:
    scripts = sorted((ROOT / "seconder").rglob("static/**/*.js"))
    assert scripts
    assert not [path.name for path in scripts if TELLING.search(path.read_text())]
    assert not {"Accept-CH", "Critical-CH"} & set(client.get("/sign-in/").headers), (
        "nor is a browser asked for more"
    )


def test_cookies_and_choices_cost_a_request_little(cast: Cast) -> None:
    """Measured as time of the processor, so that a busy machine does not count."""
    request = RequestFactory().get("/", headers={"Cookie": "sessionid=a; csrftoken=b; choices=c"})
    request.person = cast.alice  # type: ignore[attr-defined]  # as a door leaves it
    layers = CookieGuard(Choices(lambda _: HttpResponse()))
    began = time.process_time()
    for _ in range(1000):
        layers(request)
    assert time.process_time() - began < 0.3, "seconds for a thousand: 0.3 ms each"
