"""The same in the web process, which has no lanes: a thread that sleeps between."""

from __future__ import annotations

import threading

from django.db import connection

from seconder.telemetry.errors.sink import Here
from seconder.telemetry.flushing import EVERY, flush_or_wait


class Flusher:
    def __init__(self) -> None:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        Here.process = "web"
        self._thread.start()

    def stop(self) -> None:
        """Writes what is left, first."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._end.wait(EVERY):
                flush_or_wait()
            flush_or_wait()
        finally:
            connection.close()
