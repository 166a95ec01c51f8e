"""What ties a process to the `up` that started it: a pipe, on which `up` says when to begin.

The end of the pipe, which also comes when `up` is killed, ends the process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Annotated

import typer

Tether = Annotated[int | None, typer.Option(hidden=True, help="Set by `seconder up`.")]
GO = b"g"
GRACE = 25.0  # seconds between SIGTERM and the end by force; the worker asks for 20


def begin(tether: int | None) -> None:
    """Waits for the word to begin; from then on, this process stops when the one that started it is gone."""
    if tether is None:
        return
    if os.read(tether, 1) != GO:
        sys.exit(0)
    threading.Thread(target=_watch, args=[tether], name="tether", daemon=True).start()


def _watch(tether: int) -> None:
    os.read(tether, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)  # It hangs, and nobody is left who could kill it.
