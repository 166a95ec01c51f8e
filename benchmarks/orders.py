"""The work that every peer does: a purchase order, one question to the model, one rule. Standard library
only, because each peer's worker imports it in an environment of its own."""

import asyncio
import json
import os

LIMIT = 10_000
RESULT_TABLE = """
create table if not exists result(
    run_id text, amount numeric, worker int, at timestamptz default clock_timestamp());
"""
RESULT_ROW = "insert into result(run_id, amount, worker) values (%s, %s, %s)"
idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []


def name(number: int) -> str:
    return f"po-{number}"


def order(number: int) -> dict:
    """Order `number`, always above the limit so that each run waits for a person. About 300 bytes of JSON."""
    return {
        "run_id": name(number),
        "vendor": f"Vendor {number % 97}",
        "amount": LIMIT + 1 + number % 500,
        "items": [{"sku": f"S{k}", "qty": k + 1, "price": 100 + k} for k in range(5)],
    }


def needs_a_person(purchase: dict) -> bool:
    return purchase["amount"] > LIMIT


def question(purchase: dict) -> bytes:
    messages = [
        {"role": "system", "content": "Assess this purchase order."},
        {"role": "user", "content": json.dumps(purchase)},
    ]
    return json.dumps({"model": "stub", "messages": messages}).encode()


async def ask_the_model(purchase: dict) -> str:
    """One call over a kept connection: the cheapest HTTP client there is, so that a peer's own cost shows."""
    body = question(purchase)
    port = int(os.environ["BENCHMARKS_STUB_PORT"])
    reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: stub\r\ncontent-type: application/json\r\n"
    writer.write(head + b"content-length: %d\r\n\r\n" % len(body) + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    size = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    said = json.loads(await reader.readexactly(size))
    idle.append((reader, writer))
    return said["choices"][0]["message"]["content"]
