"""How long the server takes for each page of a busy organization: 200 people, 100 agents, 2,000 runs, 500 reviews.

A web process as an operator starts it, asked by one person at a time over one connection; the time is from the
request's first byte to the answer's last. Exit code 1 where the 95th percentile of a page is above --aim.

    .venv/bin/python -m benchmarks.pages [--people 200] [--agents 100] [--runs 2000] [--reviews 500]
                                         [--rounds 200] [--aim 50] [--again]

Filling takes some minutes; `--again` takes what the last time left.
"""

import argparse
import http.client
import json
import re
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, model
from benchmarks.installation import RESPONSE_WORD, Installation, Web
from benchmarks.places import PYTHON
from benchmarks.processes import Process, cpu_seconds, until
from benchmarks.report import Sheet

LEFT = "select count(*) from runs_run where status in ('queued', 'running')"
RUN = """select r.id::text from runs_run r join verification_review v on v.run_id = r.id join accounts_person p
on p.id = r.requester_id where r.status = 'succeeded' and p.email = 'dana@example.com' limit 1"""
CARD = """select v.id::text from verification_review v join verification_assignment a on a.review_id = v.id
join accounts_person p on p.id = a.person_id where v.status = 'open' and p.email = 'finance@example.com' limit 1"""
AGENT = "select slug from agents_agent order by id limit 1"
WARM = 20  # requests that are not counted


class Visitor:
    """Somebody who is signed in, on one connection that stays open."""

    def __init__(self, web: Web, token: str):
        address = urlsplit(web.url)
        self.line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        self.cookies: dict[str, str] = {}
        page = self.get(f"/sign-in/{token}/")[1].decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        self.ask("POST", f"/sign-in/{token}/", urlencode({"csrfmiddlewaretoken": found[1]}))

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def rest(self) -> None:
        """The server hangs up on who says nothing for some seconds."""
        self.line.close()

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            heads |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.line.request(method, path, body, heads)
        answer = self.line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()


def office(installation: Installation, *words: object) -> dict:
    process = Process(
        f"{installation.database}-office",
        [PYTHON, "-m", "benchmarks.office", *words],
        installation.environment,
    )
    line = process.lines[process.said(RESPONSE_WORD, seconds=600)]
    process.popen.wait(10)
    return json.loads(line.partition(RESPONSE_WORD)[2])


def fill(installation: Installation, chosen: argparse.Namespace) -> None:
    """All that there shall be, done by a worker, half of the reviews decided."""
    installation.create()
    sizes = [
        part
        for name in ("people", "agents", "runs", "reviews")
        for part in (f"--{name}", getattr(chosen, name))
    ]
    office(installation, "fill", *sizes)
    with cluster.connect(installation.database) as eye:
        worker = installation.worker()

        def is_done() -> bool:
            return eye.execute(LEFT).fetchone() == (0,)

        until(is_done, "the runs to be done", seconds=900, every=0.5)
        office(installation, "decide")
        until(is_done, "the decided runs to end", seconds=300, every=0.5)
        time.sleep(2)  # what is sealed and told afterwards
        worker.stop(30)
        eye.execute("vacuum analyze")


def pages(installation: Installation) -> list[tuple[str, str, str]]:
    """(name, who looks, path)."""
    with cluster.connect(installation.database) as eye:
        run, card, agent = (str((eye.execute(query).fetchone() or [""])[0]) for query in (RUN, CARD, AGENT))
    return [
        ("home", "dana", "/bench/"),
        ("home", "finance", "/bench/"),
        ("home", "alice", "/bench/"),
        ("runs", "dana", "/bench/runs/"),
        ("runs", "alice", "/bench/runs/"),
        ("run", "dana", f"/bench/runs/{run}/"),
        ("inbox", "finance", "/bench/reviews/"),
        ("card", "finance", f"/bench/reviews/{card}/"),
        ("agents", "dana", "/bench/agents/"),
        ("agent", "dana", f"/bench/agents/{agent}/"),
        ("people", "alice", "/bench/people/"),
        ("notifications", "finance", "/bench/notifications/"),
        ("search", "dana", "/bench/search/?text=acme"),
        ("search", "alice", "/bench/search/?text=acme"),
    ]


def look(visitor: Visitor, web: Web, path: str, rounds: int) -> dict[str, object]:
    visitor.rest()
    for _ in range(WARM):
        status, body = visitor.get(path)
        assert status == 200, f"{path}: {status}"
    took, before = [], (cpu_seconds([web.process.pid]), cluster.cluster_cpu())
    for _ in range(rounds):
        begun = time.perf_counter()
        visitor.get(path)
        took.append(1000 * (time.perf_counter() - begun))
    hundredths = statistics.quantiles(took, n=100)
    return {
        "p50_ms": round(hundredths[49], 1),
        "p95_ms": round(hundredths[94], 1),
        "max_ms": round(max(took), 1),
        "web_cpu_ms": round(1000 * (cpu_seconds([web.process.pid]) - before[0]) / rounds, 1),
        "postgres_cpu_ms": round(1000 * (cluster.cluster_cpu() - before[1]) / rounds, 1),
        "kib": round(len(body) / 1024, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = {"people": 200, "agents": 100, "runs": 2000, "reviews": 500, "rounds": 200, "aim": 50}
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--again", action="store_true")
    chosen = parser.parse_args()
    with cluster.running(), model.model():
        installation, sheet = Installation("pages", MODEL="builtin"), Sheet("pages", command=sys.argv[1:])
        if not chosen.again:
            fill(installation, chosen)
        links = office(installation, "links")
        with installation.web() as web:
            visitors = {who: Visitor(web, token) for who, token in links.items()}
            for name, who, path in pages(installation):
                sheet.add(
                    "seconder",
                    {
                        "what": "pages",
                        "page": name,
                        "who": who,
                        **look(visitors[who], web, path, chosen.rounds),
                    },
                )
    heads = ["page", "who", "p50_ms", "p95_ms", "max_ms", "web_cpu_ms", "postgres_cpu_ms", "kib"]
    print(f"\n| {' | '.join(heads)} |\n| --- | --- |{' ---: |' * 6}".replace("_", " "))
    for record in sheet.records:
        print(f"| {' | '.join(str(record[head]) for head in heads)} |")
    return 1 if any(float(str(record["p95_ms"])) > chosen.aim for record in sheet.records) else 0


if __name__ == "__main__":
    sys.exit(main())
