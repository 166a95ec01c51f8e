"""What every answer tells the browser: every page, as a member and as nobody; refusals, calls, files and streams."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from seconder import ui
from seconder.core.doors import OPEN
from seconder.testing import Cast, enter, serving
from tests import test_permissions
from tests.test_permissions import ADDRESSES, World, quiet
from tests.test_settings import python

__all__ = ["quiet", "world"]
world = test_permissions.world
UI = Path(ui.__file__).parent
TOLD = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
YEAR = "max-age=31536000"


# A picture whose address changes with it; private, so that only the browser keeps it.
KEPT = {"/<slug:organization>/logo/<slug:mark>/"}


def _varies(answer: HttpResponseBase) -> bool:
    return {"Sec-GPC", "Cookie"} <= {name.strip() for name in answer.get("Vary", "").split(",")}


def _may_be_kept(route: str, answer: HttpResponseBase) -> bool:
    return answer.get("Cache-Control") != "no-store" and route not in KEPT


def _missing(headers: Iterable[tuple[str, str]]) -> list[str]:
    got = {name.lower(): value for name, value in headers}
    missing = [name for name, value in TOLD.items() if got.get(name.lower()) != value]
    if set(got.get("content-security-policy", "").split("; ")) != POLICY:
        missing.append("Content-Security-Policy")
    return missing


@pytest.mark.django_db
@pytest.mark.clause("E-03", "P-01", "K-04")
@pytest.mark.invariant("A05", "C06", "C08", "E09")
def test_every_page_and_call_has_them_whoever_asks_and_whatever_is_answered(
    world: World, quiet: None
) -> None:
    callers = [caller for caller in world.callers if caller.name in ("owner", "viewer", "nobody")]
    without, statuses = [], set()
    policy, choices = (f'href="{reverse(name)}"'.encode() for name in ("privacy:policy", "privacy:choices"))
    for address in ADDRESSES:
        for caller in callers:
            answer = caller.client.get(world.path(address))
            statuses.add(answer.status_code)
            if missing := _missing(answer.items()):
                without.append(f"{address.route} as {caller.name}: {', '.join(missing)}")
            if b"</html>" in answer.content and policy not in answer.content:
                without.append(f"{address.route} as {caller.name}: the privacy policy is not linked")
            if b"</html>" in answer.content and (choices not in answer.content or not _varies(answer)):
                without.append(f"{address.route} as {caller.name}: choices are not linked, or shared")
            if answer.status_code == 200 and address.door != OPEN and _may_be_kept(address.route, answer):
                without.append(f"{address.route} as {caller.name}: a browser may keep it")
    assert not without, "\n".join(without)
    assert statuses >= {200, 302, 401, 403, 404, 405}


@pytest.mark.django_db(transaction=True)
def test_the_web_process_says_them_of_files_and_of_what_no_page_answers(cast: Cast) -> None:
    file = f"/static/{next((UI / 'static').rglob('*.css')).relative_to(UI / 'static')}"
    with serving() as there, httpx.Client(base_url=there) as site:
        answers = [
            site.get(file),
            site.get("/no/such/page/at/all/"),
            site.get("/", headers={"Host": "evil.example"}),
        ]
        beside = site.get("/api/v1/runs/none/events", headers=cast.bearer("dana"))
        too_large = site.post("/sign-in/", content=b"x" * (9 * 1024 * 1024))
    assert [answer.status_code for answer in (*answers, beside, too_large)] == [200, 404, 400, 404, 413]
    assert [_missing(answer.headers.items()) for answer in answers] == [[], [], []]
    assert {answer.headers["X-Content-Type-Options"] for answer in (beside, too_large)} == {"nosniff"}


@pytest.mark.parametrize(
    ("trusted", "headers", "told"),
    [
        (["127.0.0.1"], {"X-Forwarded-Proto": "https"}, YEAR),
        (["127.0.0.1"], {}, None),
        ([], {"X-Forwarded-Proto": "https"}, None),
    ],
    ids=["behind a proxy that speaks https", "plain", "a header that nobody trusted has sent"],
)
@pytest.mark.django_db(transaction=True)
def test_behind_https_browsers_stay_there(
    settings: Settings, trusted: list[str], headers: dict[str, str], told: str | None
) -> None:
    settings.SECURE_HSTS_SECONDS, settings.TRUSTED_PROXIES = 31_536_000, trusted
    with serving() as there:
        answer = httpx.get(f"{there}/sign-in/", headers=headers)
    assert answer.headers.get("Strict-Transport-Security") == told


@pytest.mark.parametrize(("base", "seconds"), [("https://a.example", 31_536_000), ("http://a.example", 0)])
def test_it_is_the_base_url_that_asks_for_it(base: str, seconds: int) -> None:
    show = "import seconder.settings as s; print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    said = python("-c", show, environ={"SECONDER_BASE_URL": base}).stdout.split()
    assert said == [str(seconds), *[str(bool(seconds))] * 2]


def test_cookies_of_a_session_are_closed_to_scripts_and_other_sites(cast: Cast) -> None:
    cookies = enter(Client(), cast.alice).cookies
    for name in ("sessionid", "familiar"):
        assert (cookies[name]["httponly"], cookies[name]["samesite"]) == (True, "Lax")
