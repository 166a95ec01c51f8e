"""Whatever breaks, nothing of what was being worked on stands in the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from seconder.agents import tools
from seconder.runs.tests.conftest import Stage, stage
from seconder.telemetry.models import ErrorGroup
from tests import clumsy

__all__ = ["stage"]
ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.clause("C-10")
@pytest.mark.invariant("I05")
def test_no_word_of_what_was_worked_on_reaches_the_log(stage: Stage, form: str) -> None:
    tools.offer(clumsy.tool())
    try:
        agent = stage.publish(
            {"id": "break", "tool": "clumsy.break", "with": {"text": "{{ input.text }}"}},
            input={"type": "object", "properties": {"text": {"type": "string"}}},
        )
        run = stage.start(agent, text=clumsy.CANARY)
    finally:
        tools.withdraw("clumsy.break")
    said = stderr_of(form)
    assert stage.look(run).status == "waiting"  # nobody knows whether it happened
    for what in ("django.request", "tool.broke", "job_error", "worker.task_failed", "process.failed"):
        assert what in said, said
    assert "clumsy/<str:asked>/" in said  # the route
    assert "tests/clumsy.py" in said
    assert clumsy.CANARY not in said
    assert "This cannot be read" not in said
    assert "raise ValueError" not in said
    _look_at_the_page_of_errors()


def _look_at_the_page_of_errors() -> None:
    """What the processes wrote of the same errors, for the operator to see."""
    kept = list(ErrorGroup.objects.values())
    assert {"web", "worker"} <= {group["process"] for group in kept}
    assert {"ValueError"} == {group["kind"] for group in kept}
    for never in (clumsy.CANARY, "This cannot be read", "raise ValueError"):
        assert never not in repr(kept)


def stderr_of(form: str) -> str:
    database = str(connection.settings_dict["NAME"])
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seconder.settings",
        "PYTHONPATH": str(ROOT),
        clumsy.VARIABLE: clumsy.CANARY,
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.clumsy", database, form],
        env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr
