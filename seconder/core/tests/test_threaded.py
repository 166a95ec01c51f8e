"""The web process's handler, over real HTTP: pages, files of our own, large bodies, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from seconder.core import threaded
from seconder.testing import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with serving() as address, httpx.Client(base_url=address) as client:
        yield client


def test_pages_and_cookies_and_redirects(web: httpx.Client) -> None:
    assert web.get("/healthz").text == "ok\n"
    assert web.get("/").headers["Location"] == "/sign-in/"
    wanted = web.get("/sign-in/")
    assert wanted.headers["Referrer-Policy"] == "same-origin"
    assert "csrftoken" in wanted.cookies
    assert web.head("/healthz").text == ""


def test_files_of_our_own(web: httpx.Client) -> None:
    web.headers["Accept-Encoding"] = "identity"
    style = web.get("/static/ui/tokens.css")
    assert (style.status_code, style.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert len(style.content) == int(style.headers["Content-Length"])
    assert web.get("/static/ui/tokens.css", headers={"Range": "bytes=0-9"}).content == style.content[:10]
    again = web.get("/static/ui/tokens.css", headers={"If-Modified-Since": style.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert web.get("/static/nothing.css").status_code == 404


def test_a_body_without_end_is_refused(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threaded, "LARGEST_BODY", 10_000)
    refused = web.post("/sign-out/", content=b"x" * 10_001)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (413, "too-large")


def test_many_at_once_are_all_answered(web: httpx.Client) -> None:
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: web.get("/readyz").json()["database"], range(90)))
    assert all(answers)
