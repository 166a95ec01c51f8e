"""Mail providers as far as our client speaks with them, on this machine: Postmark's `/email` and Mailgun's
`/v3/{domain}/messages`, with their authentication and errors as their public pages say.

https://postmarkapp.com/developer/api/overview (tokens, 401, error codes), https://postmarkapp.com/developer/api/email-api
https://documentation.mailgun.com/docs/mailgun/api-reference (basic auth, `id` and `message`, 400, 401, 404, 429)
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN, DOMAIN = "a-server-token", "mg.seconder.example"


class Provider:
    """What was taken, in Postmark's words or Mailgun's; `answers`: what to say instead, once each; None:
    it hangs up."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []  # Any: JSON or a form
        self.answers: list[tuple[int, dict[str, Any]] | None] = []
        self.inactive: set[str] = set()

    def postmark(self, headers: Message, body: bytes) -> tuple[int, dict[str, Any]]:
        if headers.get("X-Postmark-Server-Token") != TOKEN:
            return 401, {"ErrorCode": 10, "Message": "Request does not contain a valid Server token."}
        mail = json.loads(body)
        if mail["To"] in self.inactive:
            said = (
                "You tried to send to a recipient that has been marked as inactive.\n"
                f"Found inactive addresses: {mail['To']}.\n"
                "Inactive recipients are ones that have generated a hard bounce or a spam complaint."
            )
            return 422, {"ErrorCode": 406, "Message": said}
        self.taken.append(mail)
        return 200, {"To": mail["To"], "MessageID": str(uuid.uuid4()), "ErrorCode": 0, "Message": "OK"}

    def mailgun(self, headers: Message, body: bytes) -> tuple[int, dict[str, Any]]:
        wanted = "Basic " + base64.b64encode(f"api:{TOKEN}".encode()).decode()
        if headers.get("Authorization") != wanted:
            return 401, {"message": "Invalid private key"}
        form = parse_qs(body.decode(), keep_blank_values=True)
        self.taken.append(form)
        return 200, {"id": form["h:Message-Id"][0], "message": "Queued. Thank you."}

    def answer(self, path: str, headers: Message, body: bytes) -> tuple[int, dict[str, Any]] | None:
        if self.answers:
            return self.answers.pop(0)
        if path == "/email":
            return self.postmark(headers, body)
        if path == f"/v3/{DOMAIN}/messages":
            return self.mailgun(headers, body)
        return 404, {"message": "Domain not found"}


@contextmanager
def running() -> Iterator[tuple[Provider, str]]:
    """A provider, and where it is: `127.0.0.1:port`."""
    provider = Provider()

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = provider.answer(self.path, self.headers, body)
            if answer is None:
                self.close_connection = True
                return
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider, f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
