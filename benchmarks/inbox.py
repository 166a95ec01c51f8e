"""How long the server takes for the inbox, and a worker for its start, while very many reviews wait.

A small organization as `benchmarks.pages` makes it; then one waiting review is copied until --waiting wait for the
same people. Pages are asked by one person at a time over one connection. Exit code 1 where the 95th percentile of a
page is above --aim.

    .venv/bin/python -m benchmarks.inbox [--waiting 100000] [--rounds 100] [--aim 100]
"""

import argparse
import os
import sys
import time
from pathlib import Path

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, model
from benchmarks.installation import Installation
from benchmarks.pages import Visitor, fill, look, office
from benchmarks.processes import memory_mib
from benchmarks.report import Sheet
from seconder.verification.tests.many import ANALYZE, REVIEWS, SEATS

ONE = "select id from verification_review where status = 'open' order by id limit 1"
SIZES = {"people": 20, "agents": 5, "runs": 40, "reviews": 40}
PAGES = [
    ("waiting for you", "finance", ""),
    ("narrowed down", "finance", "?risk=high&requester=dana"),
    ("your teams", "finance", "?tab=teams"),
    ("all open", "alice", "?tab=all"),
    ("all open", "dana", "?tab=all"),
    ("you decided", "finance", "?tab=history"),
]


def start_of_a_worker(installation: Installation) -> dict[str, object]:
    """To ready, and what it holds three seconds later."""
    begun = time.perf_counter()
    worker = installation.worker()
    worker.said("worker.ready", seconds=60)
    ready = time.perf_counter() - begun
    time.sleep(3)
    held = memory_mib(worker)
    worker.stop(30)
    return {"ready_s": round(ready, 2), "memory_mib": held}


def multiply(installation: Installation, count: int) -> None:
    with cluster.connect(installation.database) as eye:
        (review,) = eye.execute(ONE).fetchone() or (None,)
        for statement in (REVIEWS, SEATS):
            eye.execute(statement, {"id": review, "count": count})
            # Or each seat's review would be looked for in the way that was best for forty of them.
            eye.execute(ANALYZE)
        eye.execute("vacuum analyze")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, size in {"waiting": 100_000, "rounds": 100, "aim": 100}.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    chosen = parser.parse_args()
    with cluster.running(), model.model():
        installation, sheet = Installation("inbox", MODEL="builtin"), Sheet("inbox", command=sys.argv[1:])
        fill(installation, argparse.Namespace(**SIZES))
        before = start_of_a_worker(installation)
        multiply(installation, chosen.waiting)
        sheet.add("seconder", {"what": "worker", "waiting": 0, **before})
        sheet.add(
            "seconder", {"what": "worker", "waiting": chosen.waiting, **start_of_a_worker(installation)}
        )
        links = office(installation, "links")
        with installation.web() as web:
            visitors = {who: Visitor(web, token) for who, token in links.items()}
            for name, who, query in PAGES:
                took = look(visitors[who], web, f"/bench/reviews/{query}", chosen.rounds)
                sheet.add("seconder", {"what": "inbox", "page": name, "who": who, **took})
    print(f"\nload {os.getloadavg()[0]:.1f}")
    for record in sheet.records:
        print(record)
    slow = [one for one in sheet.records if float(str(one.get("p95_ms", 0))) > chosen.aim]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
