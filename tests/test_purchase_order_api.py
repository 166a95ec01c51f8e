"""The main job over HTTP, against the processes that `seconder up` starts: 9,999 runs through, 10,001 waits for
finance; each wrong decision is refused; one right one lets exactly one mail out."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
AGENT = ROOT / "examples" / "purchase-order-processor.yaml"
RUNS = "/api/v1/agents/purchase-order-processor/runs"
PATIENCE = 30.0  # seconds
ORDER = """Please find our offer for your order below.

Purchase order number: {number}
Vendor: Acme Tools GmbH
E-mail: sales@acme-tools.example
Delivery: 2026-12-01

Total: {total:,.2f} EUR
"""


@dataclass
class Installation:
    """A whole installation of its own: web, worker and database in processes, its outbox a folder."""

    address: str
    folder: Path
    _keys: dict[str, str] = field(default_factory=dict)

    def seconder(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "seconder", *words],
            env=_environ(self.folder), cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def key(self, name: str) -> str:
        if name not in self._keys:
            home = "elsewhere" if name == "charlie" else "demo"
            made = self.seconder(
                "keys", "create", "--person", f"{name}@example.com", "--organization", home, "--json"
            )
            self._keys[name] = json.loads(made)["key"]
        return self._keys[name]

    def client(self, name: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key(name)}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE)

    def mails(self, subject: str) -> list[str]:
        """Whom the mails of this subject went to."""
        found = []
        for path in (self.folder / "outbox").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["Subject"] == subject:
                found.append(str(message["To"]))
        return found


def _environ(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
    return {**kept, "SECONDER_DATA_DIR": str(folder), "SECONDER_LOG_FORMAT": "json"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("po")
    command = [sys.executable, "-m", "seconder", "up", "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=_environ(folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout
            address = next(
                (line.split()[-1] for line in process.stdout if line.startswith("Seconder is at ")), None
            )
            assert address, (folder / "log").read_text()
            yield Installation(address, folder)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def published(installation: Installation) -> Installation:
    with installation.client("dana") as dana:
        put = dana.put(
            "/api/v1/agents/purchase-order-processor",
            content=AGENT.read_bytes(),
            headers={"Content-Type": "application/yaml"},
        )
    assert put.status_code in (200, 201), put.text
    return installation


def _start(client: httpx.Client, number: str, total: float) -> str:
    started = client.post(RUNS, json={"input": {"text": ORDER.format(number=number, total=total)}})
    assert started.status_code == 202, started.text
    return str(started.json()["id"])


def _until(client: httpx.Client, run_id: str, *statuses: str) -> dict[str, Any]:  # Any: JSON
    """The run, once it is in one of these states: told by its stream, not asked for again and again."""
    with client.stream("GET", f"/api/v1/runs/{run_id}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: ") and line.removeprefix("event: ") in {
                "end",
                *(f"run.{s}" for s in statuses),
            }:
                break
    run: dict[str, Any] = client.get(f"/api/v1/runs/{run_id}").json()  # Any: JSON
    assert run["status"] in statuses, run
    return run


def test_below_the_threshold_nobody_is_asked(published: Installation) -> None:
    with published.client("dana") as dana:
        run = _until(dana, _start(dana, "PO-9999", 9_999), "succeeded")
    assert run["reviews"] == []
    steps = {step["id"]: step["status"] for step in run["steps"]}
    assert (steps["extract"], steps["approval"], steps["order"]) == ("succeeded", "skipped", "succeeded")
    assert published.mails("Order PO-9999 confirmed") == ["sales@acme-tools.example"]


def test_above_it_finance_decides_and_one_mail_goes_out(published: Installation) -> None:
    with (
        published.client("dana") as dana,
        published.client("finance") as finance,
        published.client("charlie") as charlie,
    ):
        run_id = _start(dana, "PO-10001", 10_001)
        run = _until(dana, run_id, "waiting")
        assert run["steps"][0]["output"]["total"] == 10_001
        (review_id,) = run["reviews"]
        assert finance.get("/api/v1/reviews?status=open&mine=true").json()["items"][0]["id"] == review_id
        path = f"/api/v1/reviews/{review_id}/decisions"
        body = {"verdict": "approve", "digest": finance.get(f"/api/v1/reviews/{review_id}").json()["digest"]}
        assert published.mails("Order PO-10001 confirmed") == []

        assert httpx.post(published.address + path, json=body).status_code == 401
        assert charlie.post(path, json=body).status_code == 404
        assert dana.post(path, json=body).status_code == 403
        changed = finance.post(path, json={**body, "digest": "0" * 64})
        assert (changed.status_code, _kind(changed)) == (409, "digest-changed")
        decided = finance.post(path, json=body)
        assert decided.status_code == 201, decided.text
        assert decided.json()["review"]["outcome"] == "approved"
        again = finance.post(path, json=body)
        assert (again.status_code, _kind(again)) == (409, "already-decided")

        run = _until(dana, run_id, "succeeded")
        assert [(effect["tool"], effect["status"]) for effect in run["effects"]] == [("email.send", "done")]
    assert published.mails("Order PO-10001 confirmed") == ["sales@acme-tools.example"]


async def test_of_fifty_decisions_at_once_one_counts(published: Installation) -> None:
    with published.client("dana") as dana:
        run_id = _start(dana, "PO-50", 50_000)
        (review_id,) = _until(dana, run_id, "waiting")["reviews"]
        digest = dana.get(f"/api/v1/reviews/{review_id}").json()["digest"]
        answers = await _all_at_once(published, review_id, digest)
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}
        (made,) = (answer.json()["decision"]["id"] for answer in answers if answer.status_code == 201)
        others = [answer.json() for answer in answers if answer.status_code == 409]
        assert {other["type"].rpartition("/")[2] for other in others} == {"already-decided"}
        assert {other["decision"]["id"] for other in others} == {made}
        run = _until(dana, run_id, "succeeded")
        assert [effect["status"] for effect in run["effects"]] == ["done"]
    assert published.mails("Order PO-50 confirmed") == ["sales@acme-tools.example"]


async def _all_at_once(published: Installation, review_id: str, digest: str) -> list[httpx.Response]:
    keys = [published.key("bob"), published.key("finance")]
    async with httpx.AsyncClient(
        base_url=published.address, timeout=PATIENCE, limits=httpx.Limits(max_connections=50)
    ) as client:
        calls = (
            client.post(
                f"/api/v1/reviews/{review_id}/decisions",
                json={"verdict": "approve", "digest": digest},
                headers={"Authorization": f"Bearer {keys[number % 2]}"},
            )
            for number in range(50)
        )
        return list(await asyncio.gather(*calls))


def test_it_is_ready_while_a_worker_lives(published: Installation) -> None:
    end = time.monotonic() + PATIENCE
    while (ready := httpx.get(f"{published.address}/readyz")).status_code != 200 and time.monotonic() < end:
        time.sleep(0.2)
    assert ready.json() == {"database": True, "worker": True}
    assert 'seconder_runs{status="succeeded"}' in httpx.get(f"{published.address}/metrics").text


def _kind(response: httpx.Response) -> str:
    return str(response.json()["type"].rpartition("/")[2])
