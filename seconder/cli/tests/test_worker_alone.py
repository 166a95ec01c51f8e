"""A worker by itself: its database is killed under it and comes back, and it goes on by itself, repeating nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from seconder.cli.tests.installation import environ_of, seconder
from seconder.core import embedded
from seconder.core.embedded_folder import Folder

pytestmark = pytest.mark.long
START = """
import json, sys, django
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
    def mail(name):
        return {"id": name, "tool": "email.send", "with": {"to": "x@example.com", "subject": name, "body": "b"}}
    file = {"version": 1, "kind": "agent", "id": "clerk", "name": "Clerk", "steps": [mail("one"), mail("two")]}
    agent = publish(actor, json.dumps(file).encode()).agent
    with scope(organization=acme.pk):
        for _ in range(int(sys.argv[2])):
            Run.start(agent, actor, {})
with scope(organization=acme.pk):
    print(Run.objects.filter(status="succeeded").count())
"""
RUNS = 100


def ask(data_dir: Path, *words: str) -> int:
    """How many runs have succeeded, after `start N` or `look`."""
    environ = environ_of(data_dir) | {"DJANGO_SETTINGS_MODULE": "seconder.settings"}
    done = subprocess.run(
        [sys.executable, "-c", START, *words],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout)


@pytest.fixture
def worker(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    for words in (
        ["migrate"],
        ["organizations", "create", "acme", "--name", "Acme"],
        ["people", "create", "ann@example.com", "--name", "Ann", "--organization", "acme", "--role", "owner"],
    ):
        done = seconder(data_dir, *words)
        assert done.returncode == 0, done.stderr
    embedded.start(data_dir)
    process = subprocess.Popen([sys.executable, "-P", "-m", "seconder", "worker"], env=environ_of(data_dir))
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
    ask(data_dir, "start", str(RUNS))
    kill_database(data_dir)
    time.sleep(away)
    assert worker.poll() is None
    embedded.start(data_dir)
    end = time.monotonic() + 90
    while ask(data_dir, "look") < RUNS:
        assert time.monotonic() < end
        assert worker.poll() is None
        time.sleep(0.5)
    assert len(list((data_dir / "outbox").glob("*.eml"))) == 2 * RUNS
