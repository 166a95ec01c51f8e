"""The processes that a measurement starts, watches and kills, and what the kernel says they used."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.places import CHECKOUT, log_file

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
started: list["Process"] = []


class NotReadyError(RuntimeError):
    """A process ended, or stayed silent for too long, before it said that it was ready."""


class Process:
    """A program in a session of its own, so that it and its children can be ended together.

    Its output goes to `var/logs/<name>.log`; `said` awaits a line of it.
    """

    def __init__(self, name: str, command: list, env: dict[str, str] | None = None, *, talks: bool = False):
        self.log = log_file(name)
        self.lines: list[str] = []
        self.news = threading.Condition()
        self.popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", **(env or {})},
            start_new_session=True,
        )
        self.pid = self.popen.pid
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        started.append(self)

    def read(self) -> None:
        with self.log.open("ab") as log:
            for raw in self.popen.stdout or ():
                log.write(raw)
                log.flush()
                with self.news:
                    self.lines.append(raw.decode(errors="replace").rstrip("\n"))
                    self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def tell(self, line: str) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write(line.encode() + b"\n")
        self.popen.stdin.flush()

    def said(self, word: str, *, seconds: float = 60, after: int = 0) -> int:
        """Wait for a line that holds `word`, from line number `after` on; answers with its number."""
        limit = time.monotonic() + seconds
        with self.news:
            while True:
                for number in range(after, len(self.lines)):
                    if word in self.lines[number]:
                        return number
                after = max(after, len(self.lines))
                if self.ended() or time.monotonic() >= limit:
                    raise NotReadyError(f"no {word!r} from {self.popen.args}; see {self.log}")
                self.news.wait(0.5)

    def ended(self) -> bool:
        """Gone, and all that it said has been read."""
        return self.popen.poll() is not None and not self.reader.is_alive()

    def running(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """kill -9, of the process and all that it started."""
        signal_group(self.pid, signal.SIGKILL)
        self.popen.wait(10)

    def stop(self, seconds: float = 10) -> None:
        if self.running():
            signal_group(self.pid, signal.SIGTERM)
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


@atexit.register
def end_all() -> None:
    for process in started:
        if process.running():
            process.kill()


# So that ending the benchmark from outside also ends what it started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def until(true: Callable[[], bool], what: str, *, seconds: float = 300, every: float = 0.02) -> float:
    """Ask again and again until the answer is yes; the seconds that it took."""
    begun = time.perf_counter()
    while not true():
        if time.perf_counter() - begun > seconds:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(every)
    return time.perf_counter() - begun


def stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; [] when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def family(pid: int) -> list[int]:
    """This process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        rest += children.get(found[-1], [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time so far."""
    return sum(int(f[11]) + int(f[12]) for f in map(stat, pids) if f) / TICK


def reaped_cpu_seconds(pid: int) -> float:
    """What the ended children of this process had used."""
    fields = stat(pid)
    return (int(fields[13]) + int(fields[14])) / TICK if fields else 0.0


def memory_mib(process: Process) -> float:
    """Resident memory of the process and its descendants."""
    total = 0
    for pid in family(process.pid):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except OSError:
            continue
    return round(total / 2**20, 1)
