"""What reaches the log: known fields, on stderr, and no value of anything else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SECRET = "Ada's medical file"
SPEAK = f"""
import logging, structlog
from seconder.core import logs
logs.configure({{{{"form": {{form!r}}}}}})
log = structlog.get_logger("test")
log.info("run.started", run="r1", body={SECRET!r})
logging.getLogger("library").warning("plain %s", "words")
logging.getLogger("django").warning("Gone: %s", "/sign-in/0123456789abcdefghij-_/")
def fail():
    held = {SECRET!r}
    raise ValueError("why")
try:
    fail()
except ValueError:
    log.exception("run.failed", run="r1")
"""


def spoken(form: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK.format(form=form)], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_field_that_is_not_on_the_list_is_named_and_its_value_withheld(form: str) -> None:
    said = spoken(form)
    assert "run.started" in said
    assert "withheld: body" in said
    assert "ValueError: why" in said
    # Of a traceback the lines of code are shown, which are ours, and no value.
    assert SECRET not in said.replace(f"held = {SECRET!r}", "")


def test_json_is_one_object_a_line() -> None:
    lines = [json.loads(line) for line in spoken("json").splitlines()]
    assert [line["event"] for line in lines] == [
        "run.started",
        "plain words",
        "Gone: /sign-in/…/",
        "run.failed",
    ]
    assert [line["level"] for line in lines] == ["info", "warning", "warning", "error"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
