"""Runs that end as they should although workers are killed with -9 at random moments, all the way.

Two workers take 300 runs (a model call, a gate, a mail). While runs are started and decided bit by bit, one
of the workers is killed again and again, and started anew. One order in five is below the limit and needs no
person; of the others one in four is rejected. At the end nothing may be lost, nothing done twice, and nothing
done behind a gate without its approval. Exit code 1 if anything of it happened.

With `--mail smtp` the mails go to a server that knows no keys. Whether one was sent that a killed worker had begun
is then asked of a person, who looks at the server and answers.

    .venv/bin/python -m benchmarks.crash [--runs 300] [--kills 100] [--mail folder|smtp] [--seed N]
"""

import argparse
import contextlib
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_string
from pathlib import Path

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, model
from benchmarks.installation import Installation, agent
from benchmarks.mail_server import MailServer
from benchmarks.orders import LIMIT, order
from benchmarks.processes import Process, until
from benchmarks.report import Sheet

ENDED = "select count(*) from runs_run where status in ('succeeded', 'failed', 'rejected', 'canceled')"
HAPPENED, NOT_HAPPENED = "It happened", "It did not happen; do it now"  # `seconder.runs.effects`
AT_HAND = """
select (select count(*) from runs_run where lease is not null and next_at > now()),
       (select count(*) from runs_effect where status = 'claimed')"""
QUESTIONS = "select run_id::text from verification_review where status = 'open' and kind = 'question'"
OPEN = "select run_id::text from verification_review where status = 'open' and kind = 'review'"
STATUSES = "select id::text, status from runs_run"
APPROVED = """
select review.run_id::text, count(*) from verification_review review
join verification_decision decision on decision.review_id = review.id
where review.outcome = 'approved' and decision.verdict = 'approve' group by 1"""
VOTES = "select coalesce(max(n), 0) from (select count(*) n from verification_decision group by review_id) v"


def purchase(number: int) -> dict:
    """One in five is below the limit and passes without a person."""
    made = order(number)
    return made | {"amount": LIMIT - 1} if number % 5 == 0 else made


@dataclass
class Trial:
    """One trial: what was asked of the product, and which moments the kills met."""

    installation: Installation
    chance: random.Random
    runs: dict[str, str] = field(default_factory=dict)  # order → run
    verdicts: dict[str, str] = field(default_factory=dict)  # run → accepted verdict
    workers: list[Process] = field(default_factory=list)
    kills: int = 0
    kills_at_work: int = 0
    kills_in_effect: int = 0
    server: MailServer | None = None
    asked: Counter[str] = field(default_factory=Counter)  # what a person answered where nobody knew

    def __enter__(self) -> "Trial":
        self.installation.create()
        self.driver = self.installation.driver()
        self.driver.ask("prepare", agent=agent("approval-pipeline"), reviewers=1)
        self.eye = cluster.connect(self.installation.database)
        self.workers = [self.installation.worker() for _ in range(2)]
        for worker in self.workers:
            worker.said("worker.ready")
        return self

    def __exit__(self, *_: object) -> None:
        self.eye.close()
        self.driver.stop()
        for worker in self.workers:
            worker.stop(30)

    def ask(self, query: str) -> list[tuple]:
        return self.eye.execute(query).fetchall()

    def start(self, numbers: list[int]) -> None:
        self.runs |= self.driver.ask("start", orders=[purchase(number) for number in numbers])["runs"]

    def decide(self, most: int) -> None:
        """Decide some of the reviews that are open, as planned by chance."""
        waiting = [run for (run,) in self.ask(OPEN) if run not in self.verdicts]
        self.chance.shuffle(waiting)
        for run in waiting[:most]:
            verdict = "reject" if self.chance.random() < 0.25 else "approve"
            self.driver.ask("reviews", runs=[run])
            answer = self.driver.ask("decide", runs=[run], verdict=verdict, note="Decided by chance.")
            if not answer["refused"]:
                self.verdicts[run] = verdict

    def answer(self) -> None:
        """Say of each message whose fate nobody knows whether it arrived, as a person would who looks."""
        made = {run: order for order, run in self.runs.items()}
        for (run,) in self.ask(QUESTIONS):
            self.driver.ask("reviews", runs=[run])
            happened = HAPPENED if self.sent()[made[run]] else NOT_HAPPENED
            if not self.driver.ask("decide", runs=[run], verdict="answer", answer=happened)["refused"]:
                self.asked[happened] += 1

    def sent(self) -> Counter[str]:
        """How many mails went out about each order."""
        return Counter(self.server.orders) if self.server else messages(self.installation)

    def kill_one(self) -> None:
        """Kill a worker that is ready, whatever it does right now, and start another in its place."""
        place = self.chance.randrange(len(self.workers))
        self.workers[place].said("worker.ready")
        time.sleep(self.chance.uniform(0, 0.3))
        ((at_work, in_effect),) = self.ask(AT_HAND)
        self.workers[place].kill()
        self.kills += 1
        self.kills_at_work += at_work > 0
        self.kills_in_effect += in_effect > 0
        self.workers[place] = self.installation.worker()

    def run(self, runs: int, kills: int) -> None:
        """Start and decide in as many portions as there are kills, with a kill after each portion."""
        for kill in range(kills):
            self.start(list(range(runs * kill // kills, runs * (kill + 1) // kills)))
            self.decide(1 + self.chance.randrange(2 * max(1, runs // kills)))
            self.answer()
            self.kill_one()

    def settle(self) -> float:
        """Decide what is left and wait for the last run to end; the seconds since the last kill."""

        def over() -> bool:
            self.decide(len(self.runs))
            self.answer()
            return self.ask(ENDED)[0][0] >= len(self.runs)

        return until(over, "all runs to end", seconds=240, every=0.5)


def messages(installation: Installation) -> Counter[str]:
    """How many mails were sent about each order."""
    parsed = map(message_from_string, installation.outbox.values())
    orders = [mail for mail in parsed if mail["To"] == "orders@example.com"]
    return Counter(str(mail["Subject"]).removeprefix("Order ") for mail in orders)


def faults(trial: Trial) -> dict[str, list[str]]:
    """Every promise, with the orders for which it was broken."""
    statuses, sent = dict(trial.ask(STATUSES)), trial.sent()
    approved = {run for run, _ in trial.ask(APPROVED)}
    expected = {}
    for made, run in trial.runs.items():
        free = purchase(int(made.removeprefix("po-")))["amount"] <= LIMIT
        expected[made] = free or trial.verdicts.get(run) == "approve"
    return {
        "lost": [m for m, run in trial.runs.items() if statuses.get(run) not in ("succeeded", "rejected")],
        "ended otherwise than decided": [
            m for m, run in trial.runs.items() if (statuses.get(run) == "succeeded") != expected[m]
        ],
        "effect repeated": [m for m, times in sent.items() if times > 1],
        "effect missing": [m for m in trial.runs if expected[m] and not sent[m]],
        "effect without its approval": [
            m
            for m in sent
            if m not in trial.runs
            or (
                purchase(int(m.removeprefix("po-")))["amount"] > LIMIT
                and not (trial.runs[m] in approved and expected[m])
            )
        ],
        "review decided twice": ["some"] if trial.ask(VOTES)[0][0] > 1 else [],
    }


def account(trial: Trial, broken: dict[str, list[str]], seconds: float, settled: float) -> dict[str, object]:
    asked = model.counts()
    return {
        "what": "crash",
        "runs": len(trial.runs),
        "kills": trial.kills,
        "kills while runs were in hand": trial.kills_at_work,
        "kills while an effect was claimed": trial.kills_in_effect,
        "decisions": dict(Counter(trial.verdicts.values())),
        "asked of a person whether it happened": dict(trial.asked),
        "seconds": round(seconds, 1),
        "seconds from the last kill to the last end": round(settled, 1),
        "model calls beyond one per run": asked["total"] - asked["orders"],
        **{label: len(orders) for label, orders in broken.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--mail", choices=("folder", "smtp"), default="folder")
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices, not the timing")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    with contextlib.ExitStack() as stack:
        stack.enter_context(cluster.running())
        stack.enter_context(model.model(delay_ms=30))
        server = stack.enter_context(MailServer()) if chosen.mail == "smtp" else None
        installation = Installation("crash", **({"EMAIL_URL": server.url} if server else {}))
        trial = stack.enter_context(Trial(installation, random.Random(seed), server=server))
        sheet, begun = Sheet("crash", seed=seed, command=sys.argv[1:]), time.perf_counter()
        trial.run(chosen.runs, chosen.kills)
        try:
            settled = trial.settle()
        except TimeoutError as late:
            print(late)
            settled = -1
        broken = faults(trial)
        told = account(trial, broken, time.perf_counter() - begun, settled)
        sheet.add("seconder", told)
        print("\n| | |\n| --- | ---: |")
        for label, value in told.items():
            print(f"| {label} | {value} |")
        for label, orders in broken.items():
            if orders:
                print(f"{label}: {', '.join(orders[:20])}")
    return 1 if any(broken.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
