"""Workers by themselves, with nothing shortened: their database is killed under them, or they at one and the same
step."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from seconder.agents.tests.scripted_model import ScriptedModel, serving
from seconder.cli.tests.installation import environ_of, seconder
from seconder.core import embedded
from seconder.core.embedded_folder import Folder
from seconder.runs.failing import WORKERS

pytestmark = pytest.mark.long
START = """
import json, sys, django  # start FILE COUNT, or look STATUS
django.setup()
from django_scopes import scope, scopes_disabled
from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization, Person
from seconder.agents.publishing import publish
from seconder.runs.models import Run
with scopes_disabled():
    acme = Organization.objects.get(slug="acme")
    actor = Actor.of_person(Person.objects.get(email="ann@example.com"), acme)
if sys.argv[1] == "start":
    agent = publish(actor, sys.argv[3].encode()).agent
    with scope(organization=acme.pk):
        for _ in range(int(sys.argv[2])):
            Run.start(agent, actor, {})
with scope(organization=acme.pk):
    print(json.dumps([[run.status, run.error] for run in Run.objects.all()]))
"""
RUNS = 100


def agent(*steps: dict[str, object]) -> str:
    return json.dumps({"version": 1, "kind": "agent", "id": "clerk", "name": "Clerk", "steps": steps})


def mail(name: str) -> dict[str, object]:
    return {"id": name, "tool": "email.send", "with": {"to": "x@example.com", "subject": name, "body": "b"}}


def ask(data_dir: Path, *words: str) -> list[Any]:  # Any: status and error of each
    """The runs, after `start COUNT FILE` or `look`."""
    environ = environ_of(data_dir) | {"DJANGO_SETTINGS_MODULE": "seconder.settings"}
    done = subprocess.run(
        [sys.executable, "-c", START, *words],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]  # as said above


@pytest.fixture
def installed(data_dir: Path) -> Path:
    for words in (
        ["migrate"],
        ["organizations", "create", "acme", "--name", "Acme"],
        ["people", "create", "ann@example.com", "--name", "Ann", "--organization", "acme", "--role", "owner"],
    ):
        done = seconder(data_dir, *words)
        assert done.returncode == 0, done.stderr
    embedded.start(data_dir)
    return data_dir


@pytest.fixture
def worker(installed: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-P", "-m", "seconder", "worker"], env=environ_of(installed))
    yield process
    process.terminate()
    process.wait(60)


def kill_database(data_dir: Path) -> None:
    pid = int((Folder(data_dir).cluster / "postmaster.pid").read_text().splitlines()[0])
    everyone = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in everyone:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(everyone, timeout=10)


# Longer than the queue waits for a connection, after which it gives up.
@pytest.mark.parametrize("away", [3.0, 40.0])
def test_a_worker_outlives_its_database(data_dir: Path, worker: subprocess.Popen[bytes], away: float) -> None:
    ask(data_dir, "start", str(RUNS), agent(mail("one"), mail("two")))
    kill_database(data_dir)
    time.sleep(away)
    assert worker.poll() is None
    embedded.start(data_dir)
    end = time.monotonic() + 90
    while any(status != "succeeded" for status, _ in ask(data_dir, "look")):
        assert time.monotonic() < end
        assert worker.poll() is None
        time.sleep(0.5)
    assert len(list((data_dir / "outbox").glob("*.eml"))) == 2 * RUNS


def test_a_run_at_which_every_worker_is_killed_comes_to_an_end(installed: Path) -> None:
    workers: list[subprocess.Popen[bytes]] = []

    def kill(_: object) -> dict[str, object]:
        os.kill(workers[-1].pid, signal.SIGKILL)
        return {"status": 500}

    output = {"type": "object", "properties": {"risk": {"type": "string"}}}
    ask(installed, "start", "1", agent({"id": "judge", "prompt": "Judge.", "output": output}))
    with serving(ScriptedModel()) as model:
        model.says(kill)
        environ = {"SECONDER_MODEL": "openai:x", "SECONDER_MODEL_BASE_URL": model.url}
        end = time.monotonic() + 60 * WORKERS
        while (run := ask(installed, "look")[0])[0] != "failed":
            assert time.monotonic() < end
            if not workers or workers[-1].poll() is not None:
                command = [sys.executable, "-P", "-m", "seconder", "worker"]
                workers.append(subprocess.Popen(command, env=environ_of(installed) | environ))
            time.sleep(0.5)
    workers[-1].terminate()
    assert workers[-1].wait(60) == 0
    assert [worker.returncode for worker in workers[:-1]] == [-signal.SIGKILL] * WORKERS
    assert (run[1]["type"], run[1]["step"]) == ("workers-lost", "judge")
