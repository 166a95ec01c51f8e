"""What a stretch of work cost: CPU of workers and PostgreSQL, commits, WAL; and what waiting costs."""

import os
import time
from dataclasses import dataclass

import psycopg

from benchmarks import cluster
from benchmarks.peers import Peer
from benchmarks.processes import Process, cpu_seconds, family

# A connection of PostgreSQL tells the statistics about its last transactions only after ten idle seconds.
STATISTICS_SETTLE = 10.6


class Watch:
    """The harness's own eye on a peer's database. What looking costs is taken off the peer's bill."""

    def __init__(self, peer: Peer):
        self.peer = peer
        self.connection: psycopg.Connection = cluster.connect(peer.database)
        self.pid = self.connection.info.backend_pid
        self.looks = 0

    def ask(self, query: str, *given: object) -> int:
        self.looks += 1
        row = self.connection.execute(query, given or None).fetchone()
        assert row is not None
        return row[0]

    def waiting(self) -> int:
        return self.ask(self.peer.waiting)

    def finished(self) -> int:
        return self.ask(self.peer.finished)

    def is_finished(self, number: int) -> bool:
        return self.ask(self.peer.finished_one, self.peer.key(number)) > 0

    def cpu(self) -> float:
        return cpu_seconds([self.pid])

    def close(self) -> None:
        self.connection.close()


@dataclass(frozen=True)
class Reading:
    """Counters since their beginning; two of them make a bill."""

    worker: float  # CPU seconds
    postgres: float  # CPU seconds, without the harness's own connection
    driver: float  # CPU seconds of whoever starts and decides
    wal: int  # bytes, of the whole cluster
    commits: int = 0  # transactions of the peer's database, without the harness's own


def read(peer: Peer, workers: list[Process], watch: Watch) -> Reading:
    own = os.times()
    return Reading(
        worker=sum(cpu_seconds(family(worker.pid)) for worker in workers),
        postgres=cluster.cluster_cpu() - watch.cpu(),
        driver=own.user + own.system + peer.driver_cpu(),
        wal=wal_bytes(),
    )


def wal_bytes() -> int:
    with cluster.connect() as admin:
        row = admin.execute("select (pg_current_wal_lsn() - '0/0')::bigint").fetchone()
    assert row is not None
    return row[0]


def settled_commits(watch: Watch) -> int:
    """Transactions so far, once every connection has told the statistics about its last ones."""
    time.sleep(STATISTICS_SETTLE)
    looks = watch.looks
    with cluster.connect() as admin:
        query = "select xact_commit + xact_rollback from pg_stat_database where datname = %s"
        row = admin.execute(query, (watch.peer.database,)).fetchone()
    assert row is not None
    return row[0] - looks


def bill(phase: str, before: Reading, after: Reading, commits: int, runs: int) -> dict[str, float]:
    """Per run: milliseconds of CPU, KiB of WAL, transactions."""
    worker, postgres = (after.worker - before.worker) / runs, (after.postgres - before.postgres) / runs
    return {
        f"{phase}_cpu_ms": round(1000 * (worker + postgres), 2),
        f"{phase}_worker_cpu_ms": round(1000 * worker, 2),
        f"{phase}_postgres_cpu_ms": round(1000 * postgres, 2),
        f"{phase}_driver_cpu_ms": round(1000 * (after.driver - before.driver) / runs, 2),
        f"{phase}_commits": round(commits / runs, 2),
        f"{phase}_wal_kib": round((after.wal - before.wal) / 1024 / runs, 2),
    }


def idle_percent(peer: Peer, worker: Process, seconds: float = 10) -> tuple[float, float]:
    """Percent of one core that the worker and its connections use while nobody asks anything of them."""
    own, connections = cpu_seconds(family(worker.pid)), cluster.database_cpu(peer.database)
    time.sleep(seconds)
    spent = cpu_seconds(family(worker.pid)) - own
    later = cluster.database_cpu(peer.database)
    served = sum(seen - connections.get(pid, 0) for pid, seen in later.items())
    return round(100 * spent / seconds, 2), round(100 * served / seconds, 2)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]
