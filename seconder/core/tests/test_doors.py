"""A door asks the judge first, holds the judge's block around the view, and says which verb it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.test import RequestFactory

from seconder.core import doors
from seconder.core.doors import bind_judge, door, open_to_all
from seconder.core.refusals import NotAllowed


class Court:
    """A judge that lets in as told, and notes what it was asked and what happens inside its block."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.of_installation: list[bool] = []
        self.seen: list[str] = []
        self.answer: HttpResponseBase | Exception | None = None

    def __call__(
        self, request: HttpRequest, verb: str, arguments: dict[str, object], *, of_installation: bool
    ) -> doors.Verdict:
        self.asked.append((verb, arguments))
        self.of_installation.append(of_installation)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or self.block()

    @contextmanager
    def block(self) -> Iterator[None]:
        self.seen.append("in")
        try:
            yield
        finally:
            self.seen.append("out")


@pytest.fixture
def court() -> Iterator[Court]:
    before = list(doors._judge)
    made = Court()
    bind_judge(made)
    yield made
    doors._judge[:] = before


def request() -> HttpRequest:
    return RequestFactory().get("/")


def test_the_view_runs_inside_the_block_of_the_judge(court: Court) -> None:
    @door("reviews.read")
    def page(request: HttpRequest, organization: str) -> HttpResponse:
        court.seen.append(organization)
        return HttpResponse("hello")

    assert page(request(), organization="demo").getvalue() == b"hello"
    assert court.asked == [("reviews.read", {"organization": "demo"})]
    assert court.seen == ["in", "demo", "out"]
    assert page.door == "reviews.read"  # type: ignore[attr-defined]  # put there for the house rule
    assert page.__name__ == "page"


def test_who_is_kept_out_never_reaches_the_view(court: Court) -> None:
    @door("reviews.read")
    def page(request: HttpRequest) -> HttpResponse:
        raise AssertionError("reached")

    court.answer = HttpResponse(status=404)
    assert page(request()) is court.answer
    court.answer = NotAllowed("no")
    with pytest.raises(NotAllowed):
        page(request())
    assert court.seen == []


def test_the_block_ends_when_the_view_breaks(court: Court) -> None:
    @door("reviews.read")
    def page(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        page(request())
    assert court.seen == ["in", "out"]


def test_what_a_template_reads_late_is_read_inside(court: Court) -> None:
    class Late(TemplateResponse):
        @property
        def rendered_content(self) -> str:
            court.seen.append("rendered")
            return "late"

    @door("reviews.read")
    def page(request: HttpRequest) -> HttpResponseBase:
        return Late(request, "none.html")

    page(request())
    assert court.seen == ["in", "rendered", "out"]


def test_a_view_that_waits_cannot_have_a_door() -> None:
    async def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    with pytest.raises(TypeError, match="async"):
        door("reviews.read")(page)  # type: ignore[arg-type]  # which is the point


def test_what_is_open_to_all_asks_nobody(court: Court) -> None:
    @open_to_all
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    assert page(request()).getvalue() == b"open"
    assert page.door == doors.OPEN  # type: ignore[attr-defined]  # as above
    assert court.asked == []
