"""A language model that says what a test tells it to, over HTTP in OpenAI's protocol: the real client asks it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = dict[str, Any]  # Any: a message as the protocol has it
Answer = Reply | Callable[[dict[str, Any]], Reply]  # Any: the request


def text(words: str) -> Reply:
    return {"role": "assistant", "content": words}


def calls(*wanted: tuple[str, dict[str, Any]], ids: list[str] | None = None) -> Reply:
    """`calls(("email_send", {…}), …)`."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": ids[n] if ids else f"call-{n}-{name}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for n, (name, arguments) in enumerate(wanted)
        ],
    }


def gives(**values: Any) -> Reply:  # Any: what the step's schema has
    return calls(("give_result", values))


class ScriptedModel:
    """`script` is said in order, the last line for ever; `asked` holds every request."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.asked: list[dict[str, Any]] = []  # Any: JSON
        self.url = ""

    def says(self, *script: Answer) -> None:
        self.script = list(script)

    def reply(self, request: dict[str, Any]) -> Reply:  # Any: JSON
        self.asked.append(request)
        line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return line(request) if callable(line) else line


@contextmanager
def serving(model: ScriptedModel) -> Iterator[ScriptedModel]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            message = model.reply(request)
            status = message.pop("status", 200) if isinstance(message, dict) else 200
            body = json.dumps(
                _completion(message) if status == 200 else {"error": {"message": "no"}}
            ).encode()
            self.send_response(status)
            body = message.get("body", body)  # bytes, where a test wants the server to answer just these
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _completion(message: Reply) -> dict[str, Any]:  # Any: JSON
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }
