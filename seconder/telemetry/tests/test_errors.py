"""Errors of every process, grouped, with nothing in them of what they were about."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from seconder.cli.installation import _note
from seconder.cli.terminal import Failed
from seconder.core.clock import now
from seconder.core.doors import open_to_all
from seconder.telemetry import flushing, jobs
from seconder.telemetry.errors import sink
from seconder.telemetry.models import ErrorGroup
from seconder.testing import Cast, enter
from seconder.urls import urlpatterns as site

pytestmark = pytest.mark.django_db
CANARY = secrets.token_hex(
    8
)  # made here: a stack with lines of source would bring along what stands in the file


@open_to_all
def broken(request: HttpRequest) -> HttpResponse:
    secret = request.POST["text"]
    return HttpResponse(structlog.get_logger().bind(x=int(secret)))


urlpatterns = [path("broken/<str:word>/", lambda request, word: broken(request), name="broken"), *site]


def dump() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM telemetry_errorgroup e")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.invariant("I05")
@pytest.mark.clause("U-05")
def test_an_error_leaves_where_it_was_and_no_word_of_what_it_was_about(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    sink.Here.process = "web"
    client = Client(raise_request_exception=False, headers={"X-Canary": CANARY})
    client.cookies["canary"] = CANARY
    for _ in range(2):
        answer = client.post(f"/broken/{CANARY}/?q={CANARY}", {"text": CANARY})
        assert answer.status_code == 500
    flushing.flush()
    (group,) = ErrorGroup.objects.all()
    assert (group.kind, group.route, group.process) == ("ValueError", "broken", "web")
    assert (group.count, group.state) == (2, "new")
    assert group.stack[-1].startswith("seconder/telemetry/tests/test_errors.py:")
    assert all(place.startswith("seconder/") for place in group.stack)
    assert CANARY not in dump()
    assert "invalid literal" not in dump()


def boom(code: int = 0) -> None:
    try:
        raise OSError(code, CANARY)
    except OSError:
        structlog.get_logger().exception("tool.broke")


def test_the_worker_and_the_command_line_are_heard_as_well() -> None:
    boom(28)
    try:
        raise KeyError(CANARY)
    except KeyError as failure:
        _note(failure)
        _note(Failed("There is no such file."))  # said to whoever typed; no fault of ours
    flushing.flush()
    assert dict(ErrorGroup.objects.values_list("kind", "code")) == {"OSError": "28", "KeyError": ""}
    assert CANARY not in dump()


def test_what_is_solved_is_new_again_when_it_happens_again_and_forgotten_when_it_does_not() -> None:
    boom()
    flushing.flush()
    ErrorGroup.objects.update(state="solved")
    boom()
    flushing.flush()
    assert [(e.state, e.count) for e in ErrorGroup.objects.all()] == [("new", 2)]
    jobs.forget_old()
    assert ErrorGroup.objects.exists()
    ErrorGroup.objects.update(last_at=now() - timedelta(days=31))
    jobs.forget_old()
    assert not ErrorGroup.objects.exists()


def test_a_storm_of_errors_is_bounded_and_what_could_not_be_written_is_kept(settings: Any) -> None:
    for number in range(sink.GROUPS + 50):
        boom(number + 1)
    assert len(sink.found) == sink.GROUPS
    groups = sink.taken()
    boom(1)
    sink.give_back(groups)
    flushing.flush()
    assert ErrorGroup.objects.get(code="1").count == 2


def test_the_operator_sees_them_and_says_what_they_found(cast: Cast, settings: Any) -> None:
    settings.OPERATOR = "demo"
    boom()
    flushing.flush()
    error = ErrorGroup.objects.get()
    alice = enter(Client(), cast.alice)
    assert b"OSError" in alice.get("/demo/privacy/errors/").content
    here = f"/demo/privacy/errors/{error.pk}/"
    assert b"test_errors.py" in alice.get(here).content
    assert alice.post(f"{here}state/", {"state": "solved"}).status_code == 303
    assert b"OSError" not in alice.get("/demo/privacy/errors/").content
    assert b"OSError" in alice.get("/demo/privacy/errors/?state=solved").content
    assert alice.post(f"{here}state/", {"state": "forgotten"}).status_code == 422
    assert enter(Client(), cast.bob).get(here).status_code == 403
    settings.OPERATOR = "elsewhere"
    assert alice.get(here).status_code == 404
