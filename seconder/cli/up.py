"""`up`: everything of one installation, in one terminal, for as long as it stays open."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from seconder.cli.crew import Crew, Hand
from seconder.cli.door import Host, Port, address, answers, bound
from seconder.cli.terminal import Failed, program, tell

app = program("Start everything: database, migrations, web and worker.")


@app.command()
def up(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start everything: database, migrations, web and worker. Ctrl-C stops it all."""
    # Not by way of Django: its import would keep the web waiting.
    from seconder import settings
    from seconder.core import embedded

    with _alone(settings.DATA_DIR), bound(host, port) as door:
        there = address(door)
        crew = Crew(lambda: settings.EMBEDDED_DATABASE and embedded.start(settings.DATA_DIR))
        with contextlib.ExitStack() as ground:
            if settings.EMBEDDED_DATABASE:
                ground.callback(embedded.stop, settings.DATA_DIR)
                ground.enter_context(embedded.hold(settings.DATA_DIR))
            with crew.on_duty():
                links = _begin(crew, door, there)
                crew.watch(until=lambda: answers(door))
                if not crew.is_asked_to_stop:
                    print(f"\nSeconder is at {there}\n{links}\nCtrl-C stops it.", flush=True)
                crew.watch()
                tell("seconder: stopping")


def _begin(crew: Crew, door: socket.socket, there: str) -> str:
    """Loads the web while the database comes up, and the worker when the web has readied the tables.

    Returns what the web has to say: sign-in links, on loopback.
    """
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if not (environ.get("SECONDER_BASE_URL") or environ.get("SECONDER_BASE_URL_FILE")):
        environ["SECONDER_BASE_URL"] = there
    web = Hand("web", [f"--fd={door.fileno()}"], [door.fileno()], environ)
    worker = Hand("worker", [], [], environ)
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as report:
        web.load(f"--report={theirs}", descriptors=[theirs])
        os.close(theirs)
        crew.hands.append(web)
        crew.look_after_ground()
        web.begin()
        said = crew.hear(report.fileno())
    if not said and not crew.is_asked_to_stop:
        raise Failed("It could not be readied; the line above says why.")
    if said:
        # Not before: its loading would take the processor from the web, for which somebody waits.
        crew.hands.append(worker)
        worker.load()
        worker.begin()
    return said


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Refuses a second `up` on the same folder. The kernel frees the lock with a killed process."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            raise Failed(
                f"Seconder is up already in {data_dir} (process {lock.read().strip()}); "
                "stop that one, or set SECONDER_DATA_DIR to another folder."
            ) from taken
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
