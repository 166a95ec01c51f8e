"""The approval pipeline, ours beside others on one PostgreSQL: read an order, ask a local model, apply a
rule, wait for a person, write the result. README.md says what is measured and how.

    .venv/bin/python -m benchmarks.approval_pipeline [--peers floor,langgraph,seconder]
        [--measure rates,latency,waiting,cold] [--workers 1,2] [--runs 500] [--waiting 10000] [--repeat 3]
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, measurements
from benchmarks.model import model
from benchmarks.peers import Peer
from benchmarks.peers.floor import Floor
from benchmarks.peers.langgraph import LangGraph
from benchmarks.peers.ours import Seconder, SeconderByHttp
from benchmarks.report import Record, Sheet, markdown

PEERS: dict[str, type[Peer]] = {
    "floor": Floor,
    "langgraph": LangGraph,
    "seconder": Seconder,
    "http": SeconderByHttp,
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--measure", default="rates,latency,waiting,cold")
    parser.add_argument("--workers", default="1,2", help="for the rates")
    parser.add_argument("--runs", type=int, default=500, help="for the rates")
    parser.add_argument("--decisions", type=int, default=100, help="for the latency")
    parser.add_argument("--waiting", type=int, default=10_000, help="runs that wait, for waiting and restart")
    parser.add_argument("--repeat", type=int, default=1, help="the tables show medians")
    chosen = parser.parse_args()
    if chosen.waiting <= measurements.CHUNK:
        parser.error(f"--waiting is more than {measurements.CHUNK}")
    return chosen


def measured(peer: Peer, what: str, chosen: argparse.Namespace) -> Iterator[Record]:
    if what == "rates":
        for workers in chosen.workers.split(","):
            yield from measurements.rates(peer, workers=int(workers), runs=chosen.runs)
    elif what == "latency":
        yield from measurements.latency(peer, runs=chosen.decisions)
    elif what == "waiting":
        yield from measurements.waiting(peer, runs=chosen.waiting)
    elif what == "cold":
        yield from measurements.cold(peer)
    else:
        raise SystemExit(f"no measurement is called {what!r}")


def main() -> None:
    chosen = options()
    peers = [PEERS[name]() for name in chosen.peers.split(",")]
    for peer in peers:
        peer.install()
    with cluster.running(), model():
        sheet = Sheet(
            "approval_pipeline",
            command=sys.argv[1:],
            cores=os.cpu_count(),
            python=platform.python_version(),
            postgres=cluster.version(),
        )
        for _ in range(chosen.repeat):
            for what in chosen.measure.split(","):
                for peer in peers:  # side by side, so that a noisy minute hits them all
                    for record in measured(peer, what, chosen):
                        sheet.add(peer.name, record)
    print(f"\n{markdown(sheet.records)}\n{sheet.path}")


if __name__ == "__main__":
    main()
