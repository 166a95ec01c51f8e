"""Seconder: the whole product as it is installed, with its ledger, audit, events, notifications and mail."""

import http.client
import json
import os
from urllib.parse import urlsplit

from benchmarks.installation import Driver, Installation, Web, agent
from benchmarks.orders import name, order
from benchmarks.peers import Peer
from benchmarks.processes import Process, cpu_seconds, family


class Seconder(Peer):
    """Runs are started and decided through the Python face, in a process of its own."""

    name = "seconder"
    database = "bench_seconder"
    waiting = "select count(distinct run_id) from verification_review"
    finished = "select count(*) from runs_run where status = 'succeeded'"
    finished_one = "select count(*) from runs_run where status = 'succeeded' and id = %s"

    def __init__(self) -> None:
        self.installation = Installation("seconder")
        self.agent = os.environ.get("BENCHMARKS_AGENT", "approval-pipeline")
        self.runs: dict[int, str] = {}
        self.keys: dict[str, str] = {}
        self.driver: Driver | None = None

    def create(self) -> None:
        self.runs.clear()
        self.installation.create()
        self.driver = self.installation.driver()
        self.keys = self.ask("prepare", agent=agent(self.agent), reviewers=1)["keys"]

    def ask(self, what: str, **given: object) -> dict:
        assert self.driver is not None
        return self.driver.ask(what, **given)

    def worker(self) -> Process:
        return self.installation.worker()

    def ready(self, workers: list[Process]) -> None:
        for worker in workers:
            worker.said("worker.ready")

    def start(self, numbers: list[int]) -> None:
        runs = self.ask("start", orders=[order(number) for number in numbers])["runs"]
        self.runs |= {number: runs[name(number)] for number in numbers}

    def open_cards(self, numbers: list[int]) -> None:
        self.ask("reviews", runs=[self.runs[number] for number in numbers])

    def decide(self, numbers: list[int]) -> None:
        refused = self.ask("decide", runs=[self.runs[number] for number in numbers])["refused"]
        assert not refused, f"{len(refused)} decisions were refused"

    def key(self, number: int) -> object:
        return self.runs[number]

    def driver_cpu(self) -> float:
        return cpu_seconds(family(self.driver.process.pid)) if self.driver else 0.0

    def close(self) -> None:
        if self.driver is not None:
            self.driver.stop()
            self.driver = None


class SeconderByHttp(Seconder):
    """The same, started and decided over HTTP with personal keys. The web process counts as the driver."""

    name = "seconder over HTTP"

    def create(self) -> None:
        super().create()
        self.cards: dict[int, dict] = {}
        self.serving = self.installation.web()
        self.web: Web = self.serving.__enter__()
        self.line = http.client.HTTPConnection(urlsplit(self.web.url).netloc, timeout=60)

    def post(self, path: str, body: dict, email: str, expect: int) -> dict:
        heads = {"content-type": "application/json", "authorization": f"Bearer {self.keys[email]}"}
        self.line.request("POST", f"/api/v1{path}", json.dumps(body), heads)
        answer = self.line.getresponse()
        said = answer.read()
        assert answer.status == expect, (path, answer.status, said[:500])
        return json.loads(said)

    def start(self, numbers: list[int]) -> None:
        path = f"/agents/{self.agent}/runs"
        self.line.close()  # The server hangs up on who says nothing for some seconds; it opens again by itself.
        for number in numbers:
            self.runs[number] = self.post(path, {"input": order(number)}, "builder@example.com", 202)["id"]

    def open_cards(self, numbers: list[int]) -> None:
        found = self.ask("reviews", runs=[self.runs[number] for number in numbers])["reviews"]
        self.cards |= {number: found[self.runs[number]] for number in numbers}

    def decide(self, numbers: list[int]) -> None:
        self.line.close()
        for number in numbers:
            card = self.cards[number]
            body = {"verdict": "approve", "digest": card["digest"]}
            self.post(f"/reviews/{card['id']}/decisions", body, "reviewer-0@example.com", 201)

    def driver_cpu(self) -> float:
        return cpu_seconds(family(self.web.process.pid))

    def close(self) -> None:
        self.line.close()
        self.serving.__exit__(None, None, None)
        super().close()
