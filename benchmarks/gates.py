"""Two gates of one run are answered in the same instant, and before the run is parked: does it go on, once?

Each run asks two people side by side, and a slow model beside them keeps it in a worker's hand meanwhile. Both
gates are answered as soon as they are open, by two threads at once: in half of the runs while the worker still
waits for the model, in the other half after the run was parked. Every run must end well, with one mail.

    .venv/bin/python -m benchmarks.gates [--runs 100]
"""

import argparse
import sys
import time
from pathlib import Path

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, model
from benchmarks.crash import messages
from benchmarks.installation import Installation, agent
from benchmarks.processes import until
from benchmarks.report import Sheet

SLOW = 150  # milliseconds that the model takes
OPEN = "select count(*) from verification_review where run_id = %s and status = 'open'"
LEASED = "select lease is not null from runs_run where id = %s"
STATUSES = "select status, count(*) from runs_run group by 1"
ENDED = "select count(*) from runs_run where finished_at is not null"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100)
    chosen = parser.parse_args()
    with cluster.running(), model.model(delay_ms=SLOW):
        installation, sheet, early = Installation("gates"), Sheet("gates", command=sys.argv[1:]), 0
        installation.create()
        driver = installation.driver()
        workers = [installation.worker() for _ in range(2)]
        driver.ask("prepare", agent=agent("gates"), reviewers=2)
        for worker in workers:
            worker.said("worker.ready")
        with cluster.connect(installation.database) as eye:

            def ask(query: str, *given: object) -> list:
                return eye.execute(query, given or None).fetchall()

            for number in range(chosen.runs):
                name = f"po-{number}"
                run = driver.ask("start", orders=[{"run_id": name}])["runs"][name]
                until(
                    lambda run=run: ask(OPEN, run)[0][0] == 2, "both gates to open", seconds=30, every=0.002
                )
                if number % 2:
                    time.sleep(1.5 * SLOW / 1000)
                early += ask(LEASED, run)[0][0]
                assert driver.ask("decide_open", run=run) == {"decided": 2}
            until(lambda: ask(ENDED)[0][0] == chosen.runs, "all runs to end", seconds=60)
            time.sleep(1)  # for a second continuation, if there were one
            statuses = dict(ask(STATUSES))
        sent = messages(installation)
        driver.stop()
        for worker in workers:
            worker.stop()
        told = {
            "what": "gates",
            "runs": chosen.runs,
            "answered while the run was in a worker's hand": early,
            "statuses": statuses,
            "runs with one mail": sum(times == 1 for times in sent.values()),
        }
        sheet.add("seconder", told)
    good = statuses == {"succeeded": chosen.runs} and list(sent.values()) == [1] * chosen.runs
    print("every run ended once" if good else "a run did not")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
