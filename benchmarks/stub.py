"""A language model that answers at once: POST /v1/chat/completions as OpenAI's clients expect it.

A request that offers a tool taking both `risk` and `summary` is answered with a call of that tool, any
other with the same words as text, so one stub serves typed outputs and plain chat alike.
Each call is counted under the order it is about (`"run_id": "po-7"` anywhere in the body), so that a test
that kills workers can see which calls were paid for twice.

    GET  /count   {"total": calls, "orders": distinct orders, "repeated": {"po-7": 2}}
    POST /reset   forgets the counts

    python -m benchmarks.stub [--port 8199] [--delay MILLISECONDS]
"""

import argparse
import asyncio
import json
import re

ANSWER = {"risk": "low", "summary": "ok"}
ORDER = re.compile(rb"run_id[\\\": ]+([\w-]+)")
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


def reply(message: dict, reason: str) -> bytes:
    """The bytes of a whole HTTP answer that carries one assistant message."""
    return http(
        {
            "id": "stub",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "stub",
            "choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", **message}}],
            "usage": USAGE,
        }
    )


def http(body: dict, status: bytes = b"200 OK") -> bytes:
    raw = json.dumps(body).encode()
    return (
        b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(raw))
        + raw
    )


def call_of(tool: str) -> bytes:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": tool, "arguments": json.dumps(ANSWER)},
    }
    return reply({"content": None, "tool_calls": [call]}, "tool_calls")


TEXT = reply({"content": json.dumps(ANSWER)}, "stop")


def fitting_tool(body: bytes) -> str | None:
    """The name of the offered tool that takes what the stub has to say."""
    if b'"tools"' not in body:
        return None
    for tool in json.loads(body).get("tools") or []:
        function = tool.get("function", {})
        if ANSWER.keys() <= function.get("parameters", {}).get("properties", {}).keys():
            return function["name"]
    return None


class Stub:
    """The counts, and one prepared answer per tool name."""

    def __init__(self, delay: float = 0.0):
        self.delay = delay  # seconds before a completion is answered
        self.calls: dict[str, int] = {}
        self.prepared: dict[str, bytes] = {}

    def complete(self, body: bytes) -> bytes:
        found = ORDER.search(body)
        order = found[1].decode() if found else "unknown"
        self.calls[order] = self.calls.get(order, 0) + 1
        tool = fitting_tool(body)
        if tool is None:
            return TEXT
        if tool not in self.prepared:
            self.prepared[tool] = call_of(tool)
        return self.prepared[tool]

    def counts(self) -> bytes:
        repeated = {order: n for order, n in self.calls.items() if n > 1}
        return http({"total": sum(self.calls.values()), "orders": len(self.calls), "repeated": repeated})

    def answer(self, line: bytes, body: bytes) -> tuple[bytes, float]:
        """The answer to a request line and body, and the seconds to hold it back."""
        if line.startswith(b"POST /v1/chat/completions"):
            return self.complete(body), self.delay
        if line.startswith(b"POST /reset"):
            self.calls.clear()
        elif not line.startswith(b"GET /count"):
            return http({"error": {"message": "not found"}}, b"404 Not Found"), 0.0
        return self.counts(), 0.0


class Connection(asyncio.Protocol):
    """Just enough HTTP/1.1: keep-alive, bodies with a content-length, pipelined requests in order."""

    def __init__(self, stub: Stub):
        self.stub = stub
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (request := self.next_request()) is not None:
            answer, delay = self.stub.answer(*request)
            if delay:
                asyncio.get_running_loop().call_later(delay, self.transport.write, answer)
            else:
                self.transport.write(answer)

    def next_request(self) -> tuple[bytes, bytes] | None:
        """Cut one whole request off the buffer: (request line, body)."""
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        size = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
        length = int(size[1]) if size else 0
        if len(rest) < length:
            return None
        self.buffer = rest[length:]
        return head.partition(b"\r\n")[0], rest[:length]


async def serve(port: int, delay: float) -> None:
    stub = Stub(delay)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(stub), "127.0.0.1", port, backlog=1024)
    print(f"ready http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="An OpenAI-compatible model that answers at once.")
    options.add_argument(
        "--port", type=int, default=8199, help="0 takes a free one, printed in the ready line"
    )
    options.add_argument("--delay", type=float, default=0.0, help="milliseconds before each completion")
    chosen = options.parse_args()
    asyncio.run(serve(chosen.port, chosen.delay / 1000))
