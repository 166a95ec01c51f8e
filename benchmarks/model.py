"""The stub as a process beside the peers, on a free port that their workers read from the environment."""

import contextlib
import json
import os
import urllib.request
from collections.abc import Iterator

from benchmarks.places import PYTHON
from benchmarks.processes import Process

VARIABLE = "BENCHMARKS_STUB_PORT"


def base_url() -> str:
    return f"http://127.0.0.1:{os.environ[VARIABLE]}"


@contextlib.contextmanager
def model(delay_ms: float = 0) -> Iterator[None]:
    """While inside, a model answers; `delay_ms` makes it as slow as that."""
    stub = Process("stub", [PYTHON, "-m", "benchmarks.stub", "--port", "0", "--delay", delay_ms])
    line = stub.lines[stub.said("ready")]
    os.environ[VARIABLE] = line.rpartition(":")[2].partition("/")[0]
    try:
        yield
    finally:
        stub.stop()


def counts(path: str = "/count") -> dict:
    """How often the model was asked: {"total", "orders", "repeated": {order: calls}}."""
    request = urllib.request.Request(base_url() + path, method="POST" if path == "/reset" else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
