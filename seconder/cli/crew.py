"""The processes that `up` keeps running: started, started again when they die, stopped together."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from seconder.cli.terminal import tell
from seconder.cli.tether import GO, GRACE

LONGEST_WAIT = 30.0  # seconds between two starts of a process that keeps dying
LOOKS_EVERY = 5.0  # seconds, where nothing is heard; a database that another `up` started dies unheard
STEADY = 60.0  # seconds after which a process counts as well


class Hand:
    """One process of the crew, loaded at once and held back until it is told to begin."""

    def __init__(self, name: str, words: list[str], descriptors: list[int], environ: dict[str, str]) -> None:
        self.name = name
        self._words, self._descriptors, self._environ = words, descriptors, environ
        self._wait = 0.5
        self._begun = False
        self.due: float | None = None

    def load(self, *first: str, descriptors: Sequence[int] = ()) -> None:
        """Starts the process. `first` words and descriptors are not given to it when it is started again."""
        theirs, self._tether = os.pipe()
        words = [*self._words, *first, f"--tether={theirs}"]
        self._loaded_at = time.monotonic()
        self.due = None
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "seconder", self.name, *words],
            env=self._environ,
            pass_fds=[theirs, *self._descriptors, *descriptors],
            stdin=subprocess.DEVNULL,
        )
        os.close(theirs)

    def begin(self) -> None:
        self._begun = True
        with contextlib.suppress(BrokenPipeError):  # Already dead: `look_after` starts it again.
            os.write(self._tether, GO)

    def look_after(self) -> None:
        """Notes a death and sets when to start again; starts again when that time has come."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.load()
                if self._begun:
                    self.begin()
        elif self._process.poll() is not None:
            os.close(self._tether)
            self._wait = 0.5 if now - self._loaded_at > STEADY else min(self._wait * 2, LONGEST_WAIT)
            self.due = now + self._wait
            how = _how(self._process.returncode)
            tell(f"seconder: the {self.name} ended ({how}) and starts again in {self._wait:.0f} s.")

    def ask_to_stop(self) -> None:
        if self.due is None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, end: float) -> None:
        if self.due is not None:
            return
        try:
            self._process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._tether)


class Crew:
    """All of them. `look_after_ground` is called whenever something may have happened to what they stand on."""

    def __init__(self, look_after_ground: Callable[[], object]) -> None:
        self.hands: list[Hand] = []
        self.look_after_ground = look_after_ground
        self._asked = 0
        self._ear, self._bell = socket.socketpair()

    @contextlib.contextmanager
    def on_duty(self) -> Iterator[None]:
        """Hears signals while the block runs; at its end, stops every process that was started."""
        for end in (self._ear, self._bell):
            end.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN:  # nohup asks to outlive the terminal.
                signal.signal(name, self._ask)
        try:
            yield
        finally:
            self._stop()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked += 1

    @property
    def is_asked_to_stop(self) -> bool:
        return self._asked > 0

    def hear(self, descriptor: int) -> str:
        """All that is written to a pipe until its other end closes, or what there is when a signal asks to stop."""
        said = b""
        while not self._asked:
            heard = select.select([self._ear.fileno(), descriptor], [], [])[0]
            if self._ear.fileno() in heard:
                self._ear.recv(4096)
            if descriptor in heard:
                part = os.read(descriptor, 65536)
                if not part:
                    break
                said += part
        return said.decode()

    def watch(self, until: Callable[[], bool] | None = None) -> None:
        """Looks after the processes until a signal asks to stop, or `until` (asked every 50 ms) says yes."""
        while not self._asked and not (until and until()):
            self.look_after_ground()
            for hand in self.hands:
                hand.look_after()
            dues = [max(0.0, hand.due - time.monotonic()) for hand in self.hands if hand.due is not None]
            patience = 0.05 if until else min([LOOKS_EVERY, *dues])
            if select.select([self._ear], [], [], patience)[0]:
                self._ear.recv(4096)

    def _stop(self) -> None:
        for hand in self.hands:
            hand.ask_to_stop()
        end = time.monotonic() + GRACE
        for hand in self.hands:
            hand.stop(end)


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
