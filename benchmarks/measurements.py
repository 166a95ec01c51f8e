"""The measurements, the same for every peer. Each makes its own empty database, and answers with one record
or several: plain dictionaries whose keys carry their units."""

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks import cluster
from benchmarks.meter import Watch, bill, idle_percent, percentile, read, settled_commits
from benchmarks.peers import Peer
from benchmarks.processes import Process, memory_mib, until

Record = dict[str, object]
WARM, RESTARTED, COLD = 900_000, 700_000, 800_000  # order numbers far from the measured ones
CHUNK = 1_000


@dataclass
class Bench:
    """A peer at work: its workers and our eye on its database."""

    peer: Peer
    watch: Watch
    workers: list[Process] = field(default_factory=list)

    def add_worker(self) -> Process:
        worker = self.peer.worker()
        self.workers = [other for other in self.workers if other.running()] + [worker]
        return worker

    def start(self, numbers: list[int], *, every: float = 0.02) -> float:
        """Start runs and wait until all of them wait for a person; the seconds it took."""
        goal = self.watch.waiting() + len(numbers)
        begun = time.perf_counter()
        self.peer.start(numbers)
        until(lambda: self.watch.waiting() >= goal, f"{len(numbers)} runs to wait", every=every)
        return time.perf_counter() - begun

    def finish(self, numbers: list[int]) -> float:
        """Approve runs and wait until all have finished; the seconds it took."""
        goal = self.watch.finished() + len(numbers)
        self.peer.open_cards(numbers)
        begun = time.perf_counter()
        self.peer.decide(numbers)
        until(lambda: self.watch.finished() >= goal, f"{len(numbers)} runs to finish")
        return time.perf_counter() - begun

    def finish_one(self, number: int) -> float:
        self.peer.open_cards([number])
        begun = time.perf_counter()
        self.peer.decide([number])
        until(lambda: self.watch.is_finished(number), f"run {number} to finish", every=0.001)
        return time.perf_counter() - begun

    def warm(self, runs: int = 20) -> None:
        """A few whole runs, so that imports, pools and plans are not what is measured."""
        numbers = list(range(WARM, WARM + runs))
        self.start(numbers)
        self.finish(numbers)


@contextlib.contextmanager
def bench(peer: Peer, workers: int) -> Iterator[Bench]:
    """An empty database and ready workers, ended afterwards."""
    peer.create()
    made = Bench(peer, Watch(peer))
    try:
        peer.ready([made.add_worker() for _ in range(workers)])
        yield made
    finally:
        made.watch.close()
        peer.close()
        for worker in made.workers:
            worker.stop()


def rates(peer: Peer, *, workers: int, runs: int) -> list[Record]:
    """As fast as it goes: start all, wait for all to wait, approve all, wait for all to finish."""
    numbers = list(range(runs))
    with bench(peer, workers) as made:
        made.warm()
        commits = settled_commits(made.watch)
        before = read(peer, made.workers, made.watch)
        started = made.start(numbers)
        time.sleep(1.5)  # what is done after the answer belongs to the bill too
        between = read(peer, made.workers, made.watch)
        commits_between = settled_commits(made.watch)
        resumed = read(peer, made.workers, made.watch)
        finished = made.finish(numbers)
        time.sleep(1.5)
        after = read(peer, made.workers, made.watch)
        commits_after = settled_commits(made.watch)
    return [
        {
            "what": "rates",
            "workers": workers,
            "runs": runs,
            "start_per_s": round(runs / started, 1),
            "finish_per_s": round(runs / finished, 1),
            **bill("start", before, between, commits_between - commits, runs),
            **bill("finish", resumed, after, commits_after - commits_between, runs),
        }
    ]


def latency(peer: Peer, *, runs: int) -> list[Record]:
    """From the decision to the end of the run, one at a time, with nothing else going on."""
    with bench(peer, 1) as made:
        made.warm()
        made.start(list(range(runs)))
        time.sleep(2)
        took = []
        for number in range(runs):
            took.append(1000 * made.finish_one(number))
            time.sleep(random.uniform(0.02, 0.1))  # never in step with somebody's polling
    return [
        {
            "what": "latency",
            "runs": runs,
            "p50_ms": round(percentile(took, 0.5), 1),
            "p95_ms": round(percentile(took, 0.95), 1),
            "max_ms": round(max(took), 1),
        }
    ]


def waiting(peer: Peer, *, runs: int) -> list[Record]:
    """What many waiting runs hold, in the worker and on disk; then kill -9, and how soon another works. `runs` is more
    than a CHUNK."""
    with bench(peer, 1) as made:
        made.warm()
        time.sleep(2)
        memory, size = memory_mib(made.workers[0]), cluster.database_bytes(peer.database)
        begun = time.perf_counter()
        made.start(list(range(CHUNK)), every=0.1)
        busy = memory_mib(made.workers[0])  # what many at once take, however many wait afterwards
        for first in range(CHUNK, runs, CHUNK):
            made.start(list(range(first, min(first + CHUNK, runs))), every=0.1)
        took = time.perf_counter() - begun
        time.sleep(3)
        held = memory_mib(made.workers[0]) - busy
        stored = cluster.database_bytes(peer.database) - size
        worker_idle, postgres_idle = idle_percent(peer, made.workers[0])
        record: Record = {
            "what": "waiting",
            "waiting": runs,
            "start_per_s": round(runs / took, 1),
            "memory_of_many_at_once_mib": round(busy - memory, 2),
            "memory_kib_per_run": round(1024 * held / (runs - CHUNK), 2),
            "database_kib_per_run": round(stored / 1024 / runs, 2),
            "idle_worker_percent": worker_idle,
            "idle_postgres_percent": postgres_idle,
        }
        return [record, restart(made, runs)]


def restart(made: Bench, runs: int) -> Record:
    """Kill the worker while `runs` wait, start another: to ready, an old run's end, a new one's wait."""
    made.workers[0].kill()
    begun = time.perf_counter()
    worker = made.add_worker()
    made.peer.ready([worker])
    ready = time.perf_counter() - begun
    old = made.finish_one(7)
    new = made.start([RESTARTED])
    return {
        "what": "restart",
        "waiting": runs,
        "ready_s": round(ready, 2),
        "old_run_finished_ms": round(1000 * old, 1),
        "new_run_waiting_ms": round(1000 * new, 1),
        "memory_mib": memory_mib(worker),
    }


def cold(peer: Peer, *, starts: int = 3) -> list[Record]:
    """A worker's start on an empty database: to ready, memory and CPU at rest, to its first run's wait."""
    records = []
    with bench(peer, 1) as made:
        made.warm(2)
        for start in range(starts):
            made.workers[0].stop()
            begun = time.perf_counter()
            worker = made.add_worker()
            peer.ready([worker])
            ready = time.perf_counter() - begun
            time.sleep(3)
            resting = memory_mib(worker)
            worker_idle, postgres_idle = idle_percent(peer, worker)
            first = made.start([COLD + start])
            time.sleep(1)
            records.append(
                {
                    "what": "cold",
                    "ready_s": round(ready, 2),
                    "idle_memory_mib": resting,
                    "idle_worker_percent": worker_idle,
                    "idle_postgres_percent": postgres_idle,
                    "first_run_waiting_s": round(first, 2),
                    "memory_after_first_run_mib": memory_mib(worker),
                }
            )
    return records
