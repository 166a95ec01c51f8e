"""Fifty people decide the same review in the same instant, over HTTP: one wins, the others are told so.

Every request is sent but for its last byte; then all last bytes leave together. Exactly one answer may be 201
and all others 409; one decision is on record, one continuation follows, one mail goes out.

    .venv/bin/python -m benchmarks.decisions [--people 50] [--rounds 5]
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

if __package__ in (None, ""):  # started as a file rather than with -m
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import cluster, model
from benchmarks.crash import messages
from benchmarks.installation import Driver, Installation, Web, agent
from benchmarks.processes import until
from benchmarks.report import Sheet

RECORDED = "select count(*) from verification_decision where review_id = %s"
STATUS = "select status from runs_run where id = %s"
ATTEMPTS = "select attempts from runs_steprun where run_id = %s and step_id = 'write'"


def request(review: str, digest: str, key: str) -> bytes:
    body = json.dumps({"verdict": "approve", "digest": digest}).encode()
    head = (
        f"POST /api/v1/reviews/{review}/decisions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
        f"authorization: Bearer {key}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def race(web: Web, requests: list[bytes]) -> list[int]:
    """The status of each answer."""
    address = urlsplit(web.url)
    go = asyncio.Event()

    async def one(raw: bytes) -> int:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(raw[:-1])
        await writer.drain()
        await go.wait()
        writer.write(raw[-1:])
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1])

    racing = [asyncio.create_task(one(raw)) for raw in requests]
    await asyncio.sleep(1)  # all have connected and sent what they may
    go.set()
    return await asyncio.gather(*racing)


def one_round(number: int, installation: Installation, driver: Driver, web: Web, keys: list[str]) -> dict:
    run = driver.ask("start", orders=[{"run_id": f"po-{number}"}])["runs"][f"po-{number}"]
    until(lambda: run in driver.ask("reviews", runs=[run])["reviews"], "the review to open")
    card = driver.ask("reviews", runs=[run])["reviews"][run]
    begun = time.perf_counter()
    answers = asyncio.run(race(web, [request(card["id"], card["digest"], key) for key in keys]))
    took = time.perf_counter() - begun - 1
    with cluster.connect(installation.database) as eye:
        until(lambda: eye.execute(STATUS, (run,)).fetchone() == ("succeeded",), "the run to end", seconds=60)
        time.sleep(1)  # for a second continuation, if there were one
        recorded, attempts = (
            eye.execute(query, (given,)).fetchone()
            for query, given in ((RECORDED, card["id"]), (ATTEMPTS, run))
        )
    return {
        "what": "decisions",
        "answers": {str(status): times for status, times in sorted(Counter(answers).items())},
        "decisions on record": recorded and recorded[0],
        "times the next step was tried": attempts and attempts[0],
        "mails": messages(installation)[f"po-{number}"],
        "ms from release to last answer": round(1000 * took),
    }


def holds(told: dict, people: int) -> bool:
    wanted = {"201": 1} | ({"409": people - 1} if people > 1 else {})
    counts = ("decisions on record", "times the next step was tried", "mails")
    return told["answers"] == wanted and all(told[count] == 1 for count in counts)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with cluster.running(), model.model():
        installation, sheet, good = Installation("decisions"), Sheet("decisions", command=sys.argv[1:]), True
        installation.create()
        driver, worker = installation.driver(), installation.worker()
        prepared = driver.ask("prepare", agent=agent("race"), reviewers=chosen.people)["keys"]
        keys = [key for email, key in prepared.items() if email.startswith("reviewer")]
        with installation.web() as web:
            worker.said("worker.ready")
            for number in range(chosen.rounds):
                told = one_round(number, installation, driver, web, keys)
                sheet.add("seconder", told)
                good = good and holds(told, chosen.people)
        driver.stop()
        worker.stop()
    print("every round held" if good else "a round did not hold")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
