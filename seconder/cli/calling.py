"""Calls of the HTTP API: address and key from the environment, refusals as one line with what to do next."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx

from seconder.cli.terminal import Failed
from seconder.core import environment, sockets

BASE = "/api/v1"
PATIENCE = httpx.Timeout(60, connect=5)  # seconds
STREAM = httpx.Timeout(60, connect=5, read=90)  # a stream says something at least every minute
NO_KEY = (
    "No key is set: make one with `bin/seconder keys create --person EMAIL --organization SLUG` "
    "and put it into SECONDER_API_KEY."
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Lost = httpx.TransportError  # the connection broke off, or there never was one
JSON = Any  # whatever the API answers; each command knows the shape of what it asked for


class Refused(Failed):
    """The API said no. `problem` is its document (RFC 9457)."""

    def __init__(self, line: str, status: int, problem: dict[str, JSON]) -> None:
        super().__init__(line)
        self.status, self.problem = status, problem

    @property
    def kind(self) -> str:
        """The stable last part of the problem's type, like `already-decided`."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The server of SECONDER_URL, spoken to with SECONDER_API_KEY. Raises Failed where there is no key."""
    given = environment.read(os.environ)
    url = (given["URL"] or given["BASE_URL"] or "").rstrip("/")
    if not given["API_KEY"]:
        raise Failed(NO_KEY)
    sockets.allow(url)
    headers = {"Authorization": f"Bearer {given['API_KEY']}"}
    # A proxy for the world outside has no business between this machine and itself.
    outside = urlsplit(url).hostname not in _LOOPBACK
    with httpx.Client(base_url=url + BASE, headers=headers, timeout=PATIENCE, trust_env=outside) as client:
        yield Server(client, url)


class Server:
    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client, self.url = client, url

    def get(self, path: str, **query: str) -> JSON:
        return self._answer("GET", path, params=query)

    def text(self, path: str) -> str:
        """What is no JSON, such as a table."""
        return self._ask("GET", path).text

    def content(self, path: str) -> bytes:
        """A file, as it is."""
        return self._ask("GET", path).content

    def audit_key(self) -> str:
        """The public key with which this installation signs."""
        return str(self.get(f"{self.url}/.well-known/seconder-audit-key")["public_key"])

    def pages(self, path: str, limit: int, **query: str) -> list[dict[str, JSON]]:
        """The first `limit` things of a list, over as many pages as that takes."""
        found: list[dict[str, JSON]] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < limit:
            wanted = {
                **query,
                "limit": str(min(100, limit - len(found))),
                **({"cursor": cursor} if cursor else {}),
            }
            page = self.get(path, **wanted)
            found += page["items"]
            cursor = page["next"]
        return found

    def post(self, path: str, body: dict[str, JSON]) -> JSON:
        """Under an idempotency key of its own, so that what got no answer is safely asked once more."""
        return self._answer(
            "POST", path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())}, again=True
        )

    def state(self, method: str, path: str) -> JSON:
        """PUT or DELETE of something that is so or not: said twice, it changes nothing more."""
        return self._answer(method, path, again=True)

    def send(self, method: str, path: str, content: bytes, kind: str) -> tuple[int, JSON]:
        """The status and the answer to a file, sent as it is."""
        answer = self._ask(method, path, content=content, headers={"Content-Type": kind})
        return answer.status_code, answer.json()

    @contextlib.contextmanager
    def lines(self, path: str, after: str) -> Iterator[Iterator[str]]:
        """The lines of an event stream, from the event after `after` on."""
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": after} if after else {})}
        with self._client.stream("GET", path, headers=headers, timeout=STREAM) as answer:
            if answer.is_error:
                answer.read()
                raise self._refusal(answer)
            yield answer.iter_lines()

    def _answer(self, method: str, path: str, **words: JSON) -> JSON:
        return self._ask(method, path, **words).json()

    def _ask(self, method: str, path: str, *, again: bool = False, **words: JSON) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **words)
        except httpx.ConnectError as failure:
            raise Failed(self.silent) from failure
        except Lost as failure:
            if again:
                return self._ask(method, path, **words)
            raise Failed(f"{self.url} did not answer ({type(failure).__name__}); try again.") from failure
        if answer.is_error:
            raise self._refusal(answer)
        return answer

    @property
    def silent(self) -> str:
        return f"Nothing answers at {self.url}; start it with `bin/up`, or set SECONDER_URL."

    def _refusal(self, answer: httpx.Response) -> Failed:
        try:
            problem = answer.json()
        except ValueError:
            problem = None
        if not isinstance(problem, dict) or "detail" not in problem:
            return Failed(
                f"{self.url} answered {answer.status_code} and no Seconder speaks like that; is SECONDER_URL right?"
            )
        line = str(problem["detail"])
        if answer.status_code == 401:
            line += " Make one: `bin/seconder keys create --person EMAIL --organization SLUG`."
        return Refused(line, answer.status_code, problem)
