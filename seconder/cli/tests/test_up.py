"""`up`: one command from an empty folder to an open port, through crashes, to a clean stop."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from seconder.cli.tests.installation import environ_of, seconder
from seconder.core import embedded

PATIENCE = 60.0  # seconds, for machines that do much else


class Up:
    """`seconder up` on a free port, until the test ends."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]

    def start(self) -> None:
        self.out = (self.data_dir.with_suffix(".out")).open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "seconder", "up", "--port", str(self.port)],
            env=environ_of(self.data_dir),
            stdout=self.out,
            stderr=subprocess.STDOUT,
            # As a terminal starts it: where tests run in the background of a script, they ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.wait_until_open()

    def wait_until_open(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.is_open():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.02)

    def is_open(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        self.out.seek(0)
        return self.out.read()

    def wait_until_said(self, words: str) -> str:
        end = time.monotonic() + PATIENCE
        while words not in self.said():
            assert time.monotonic() < end, self.said()
            time.sleep(0.02)
        return self.said()

    def hands(self) -> dict[str, psutil.Process]:
        """The web and the worker."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # It ended just now.
                words = child.cmdline()
                if "seconder" in words:
                    found[words[4]] = child
        return found

    def everyone(self) -> list[psutil.Process]:
        cluster = str(self.data_dir / "postgres")
        servers = [each for each in psutil.process_iter(["cwd"]) if each.info["cwd"] == cluster]
        return [psutil.Process(self.process.pid), *self.hands().values(), *servers]

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # Gone with another one.
            process.kill()


@pytest.fixture
def up(data_dir: Path) -> Iterator[Up]:
    made = Up(data_dir)
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop()
    made.out.close()
    Path(made.out.name).unlink()


def test_from_an_empty_folder_to_links_for_the_demo(up: Up) -> None:
    said = up.wait_until_said("Ctrl-C stops it.")
    assert f"Seconder is at http://127.0.0.1:{up.port}" in said
    links = re.findall(r"(\w+)@example\.com +http://127\.0\.0\.1:\d+/sign-in/[\w-]{43}/", said)
    assert links == ["alice", "bob", "dana", "finance", "cfo", "charlie"]
    listed = json.loads(seconder(up.data_dir, "people", "list", "--json").stdout)
    people = {each["email"]: each for each in listed}
    assert people["bob@example.com"]["teams"] == ["finance"]
    assert people["charlie@example.com"]["organization"] == "elsewhere"

    assert "is up already" in seconder(up.data_dir, "up", "--port", "0").stderr
    taken = seconder(up.data_dir / "other", "up", "--port", str(up.port)).stderr
    assert f"Port {up.port} on 127.0.0.1 cannot be opened" in taken

    assert up.stop(signal.SIGINT) == 0
    assert not embedded.is_running(up.data_dir)


def test_a_command_beside_it_leaves_its_database_up(up: Up) -> None:
    up.wait_until_said("worker.ready")
    assert seconder(up.data_dir, "doctor").returncode == 0
    assert seconder(up.data_dir, "people", "list").returncode == 0
    assert embedded.is_running(up.data_dir)
    assert "shutting down" not in up.said()


def test_a_dead_process_is_started_again(up: Up) -> None:
    up.wait_until_said("worker.ready")
    before = up.hands()
    kill(before.values())
    up.wait_until_said("the worker ended (signal SIGKILL)")
    up.wait_until_open()
    end = time.monotonic() + PATIENCE
    while up.hands().keys() != before.keys():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_after_kill_9_of_everything_it_starts_and_has_lost_nothing(up: Up) -> None:
    assert seconder(up.data_dir, "organizations", "create", "kept", "--name", "Kept").returncode == 0
    everyone = up.everyone()
    kill(everyone)
    up.process.wait()
    psutil.wait_procs(everyone, timeout=1)  # Those that nobody reaps stay as names.
    up.start()
    assert "kept" in seconder(up.data_dir, "organizations", "list").stdout


def test_its_processes_end_with_it_even_when_it_is_killed(up: Up) -> None:
    hands = list(up.hands().values())
    up.process.kill()
    up.process.wait()
    _, alive = psutil.wait_procs(hands, timeout=PATIENCE)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
