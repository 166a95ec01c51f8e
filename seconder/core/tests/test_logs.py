"""What reaches the log: known fields, on stderr, and no value of anything else; of errors their type and place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from seconder import __version__
from seconder.core import logs

SECRET = "Ada's medical file"
SPEAK = f"""
import asyncio, gc, io, logging, threading, structlog
from seconder.core import failures, logs
logs.configure({{{{"form": {{form!r}}}}}})
failures.guard()
log = structlog.get_logger("test")
log.info("run.started", run="r1", body={SECRET!r})
log.info("run.ended", run="r1", body={SECRET!r})
logging.getLogger("library").warning("plain %s", "words")
logging.getLogger("django").warning("Gone: %s", "/sign-in/0123456789abcdefghij-_/")
logging.getLogger("django").warning("Gone: %s", "/invitations/0123456789abcdefghij-_/")
class Odd(Exception):
    sqlstate = "22P02"
def fail(kind=ValueError):
    held = {SECRET!r}
    try:
        raise LookupError(held)
    except LookupError as error:
        error.add_note(held)
        raise kind(held) from error
def caught(kind=ValueError):
    try:
        fail(kind)
    except Exception as error:
        return error
try:
    fail(Odd)
except Odd:
    log.exception("run.failed", run="r1")
error = caught()
group = ExceptionGroup({SECRET!r}, [error, caught(KeyError)])
logging.getLogger("django.security.X").error(str(error), exc_info=error)
logging.getLogger("django.request").error("%s: %s", "Internal Server Error", {SECRET!r}, exc_info=error)
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=group)
queue = logging.getLogger("procrastinate.worker")
queue.error(f"Job: {{{{error}}}}", exc_info=error, extra={{{{"action": "job_error"}}}})
queue.error(f"Side task: {{{{error}}}}", exc_info=error)
logging.getLogger("psycopg.pool").warning("error connecting in %r: %s", "pool", error)
logging.getLogger("library").error("%d %s", "no number", error)
log.error("stack.wanted", stack_info=True)
async def forgotten():
    task = asyncio.create_task(asyncio.to_thread(fail))
    await asyncio.wait([task])
asyncio.run(forgotten())
gc.collect()
async def called_back():
    asyncio.get_running_loop().call_soon(fail, ValueError)
    await asyncio.sleep(0)
asyncio.run(called_back())
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Untidy:
    def __del__(self):
        fail()
Untidy()
class Unprintable:
    def __str__(self):
        fail(RuntimeError)
logging.getLogger("library").error("%s", Unprintable())
[here] = logging.getLogger().handlers
before, here.stream = here.stream, io.StringIO()
here.stream.close()
log.error("nobody.listens")
here.stream = before
fail()
"""


def test_no_address_with_a_token_in_it_is_told() -> None:
    def found(patterns: list[Any], before: str) -> Iterator[str]:  # Any: Django's patterns and includes
        for one in patterns:
            here = before + str(one.pattern)
            yield from [here] if isinstance(one, URLPattern) else found(one.url_patterns, here)

    token = "0123456789abcdefghij-_"
    routes = [route for route in found(get_resolver().url_patterns, "/") if "token>" in route]
    assert len(routes) >= 5
    for route in routes:
        line = logs.hide_tokens(None, "warning", {"event": "Gone: " + re.sub("<.*?>", token, route)})
        assert token not in line["event"], route


def spoken(form: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK.format(form=form)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:  # Any: JSON
    """One object a line, save for what could not be written at all."""
    said = spoken("json").splitlines()
    return [json.loads(line) for line in said if not line.startswith("library: a line")]


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_value_is_told_however_it_came_there(form: str) -> None:
    said = spoken(form)
    assert "run.started" in said
    assert "withheld: body" in said
    assert "22P02" in said
    assert SECRET not in said
    assert "medical" not in said
    assert "raise" not in said  # no line of source


def test_every_line_is_told_in_the_same_way(lines: list[dict[str, Any]]) -> None:
    assert [(line["event"], line["level"]) for line in lines] == [
        ("log.field_undeclared: body", "error"),  # once
        ("run.started", "info"),
        ("run.ended", "info"),
        ("plain words", "warning"),
        ("Gone: /sign-in/…/", "warning"),
        ("Gone: /invitations/…/", "warning"),
        ("run.failed", "error"),
        ("(text withheld)", "error"),
        ("Internal Server Error: …", "error"),
        ("Exception in ASGI application", "error"),
        ("job_error", "error"),
        ("(text withheld)", "error"),
        ("error connecting in 'pool': ValueError", "warning"),
        ("%d %s", "error"),
        ("stack.wanted", "error"),
        ("Task exception was never retrieved", "error"),
        ("(text withheld)", "error"),
        ("thread.failed", "error"),
        ("cleanup.failed", "error"),
        ("process.failed", "critical"),
    ]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_of_an_error_type_code_stack_and_release_are_told(lines: list[dict[str, Any]]) -> None:
    [line] = [line for line in lines if line["event"] == "run.failed"]
    assert line["release"] == __version__
    assert [(one["type"], one.get("code")) for one in line["exception"]] == [
        ("__main__.Odd", "22P02"),
        ("LookupError", None),
    ]
    assert [place.split()[-1] for place in line["exception"][0]["stack"]] == ["<module>", "fail"]


def test_the_members_of_a_group_are_told_too(lines: list[dict[str, Any]]) -> None:
    [line] = [line for line in lines if line["event"] == "Exception in ASGI application"]
    kinds = [one["type"] for one in line["exception"]]
    assert kinds == ["ExceptionGroup", "ValueError", "KeyError", "LookupError", "LookupError"]
