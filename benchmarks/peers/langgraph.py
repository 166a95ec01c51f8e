"""LangGraph (open source) with its own PostgreSQL checkpointer: `interrupt()` parks a run, and
`Command(resume=…)` lets it go on.

It brings no queue and no worker, so a worker here is a process that is told on its standard input what to
start and what to resume. That flatters it a little: what it is told is nowhere durable, and after a crash the
application itself must find and invoke every thread again.
"""

import json
import os
import subprocess
import venv

from benchmarks import cluster
from benchmarks.orders import RESULT_TABLE
from benchmarks.peers import Peer
from benchmarks.places import BENCHMARKS, VAR
from benchmarks.processes import Process

ENVIRONMENT = VAR / "langgraph"
PINS = BENCHMARKS / "peers" / "langgraph.lock"
MODULE = "benchmarks.peers.langgraph_worker"
DONE = "checkpoint->'channel_values'->>'done' = 'true'"


class LangGraph(Peer):
    name = "langgraph"
    database = "bench_langgraph"
    waiting = "select count(distinct thread_id) from checkpoint_writes where channel = '__interrupt__'"
    finished = f"select count(*) from checkpoints where {DONE}"
    finished_one = f"select count(*) from checkpoints where {DONE} and thread_id = %s"
    runs_that_resume_alone = False

    def __init__(self) -> None:
        self.workers: list[Process] = []

    @property
    def python(self) -> str:
        return str(ENVIRONMENT / "bin" / "python")

    def install(self) -> None:
        """Into an environment of its own, at the pinned versions; again when the pins change."""
        mark = ENVIRONMENT / "installed.lock"
        if mark.exists() and mark.read_text() == PINS.read_text():
            return
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([self.python, "-m", "pip", "install", "--quiet", "-r", str(PINS)], check=True)
        mark.write_text(PINS.read_text())

    def create(self) -> None:
        cluster.fresh(self.database, RESULT_TABLE)
        # Its own tables, made once: two workers that set up at the same time would race.
        self.run("schema").popen.wait(60)

    def run(self, what: str) -> Process:
        command = [self.python, "-m", MODULE, what, cluster.url(self.database)]
        return Process("langgraph", command, {"LANGSMITH_TRACING": "false"}, talks=True)

    def worker(self) -> Process:
        made = self.run(os.environ.get("BENCHMARKS_LANGGRAPH", "sync"))
        self.workers = [other for other in self.workers if other.running()] + [made]
        return made

    def tell(self, verb: str, numbers: list[int]) -> None:
        for place, worker in enumerate(self.workers):
            share = numbers[place :: len(self.workers)]
            worker.tell(json.dumps({"verb": verb, "numbers": share}))

    def start(self, numbers: list[int]) -> None:
        self.tell("start", numbers)

    def decide(self, numbers: list[int]) -> None:
        self.tell("decide", numbers)
