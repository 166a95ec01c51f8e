from __future__ import annotations

import http.client
import time
from collections.abc import Mapping

from seconder.core.http.line import Line, connect, reason
from seconder.core.http.message import Answer, HttpFailed, Request, make
from seconder.core.json import JSON
from seconder.core.recipients import CHOSEN, DisclosureRefused, Recipient, declare_recipient, disclose

TIMEOUT = 10.0  # seconds for everything together
LIMIT = 1024 * 1024  # bytes of an answer's body
_CATEGORIES = ("user.content.private", "user.contact.email", "user.name")

RECIPIENT = declare_recipient(
    Recipient(
        id="agent-addresses",
        name="The addresses that an agent's author gives",
        kind=CHOSEN,
        module="seconder.core.http.exchange",
        hosts=("*",),
        categories=_CATEGORIES,
        purposes=("service", "service.runs"),
        entity="whoever the organization chooses",
        role="third party",
    )
)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | str = b"",
    json: JSON = None,
    timeout: float = TIMEOUT,  # seconds, from the lookup of the name to the last byte
    limit: int = LIMIT,
    key: str = "",
    allow_private: bool = False,
    recipient: str = RECIPIENT.id,
    categories: tuple[str, ...] = _CATEGORIES,
) -> Answer:
    """Sends one request. `json` (where not None) is the body instead of `body`; `key` goes out as
    `Idempotency-Key`. A redirect is an answer like others. Modules with a recipient of their own name it, and what it
    gets. Raises HttpFailed."""
    made = make(method, url, headers or {}, body, json, key)
    try:
        disclose(recipient, categories, host=made.host)
    except DisclosureRefused as objection:
        raise HttpFailed(objection.detail, retryable=objection.may_change) from objection
    deadline = time.monotonic() + timeout
    line = connect(made, deadline, allow_private=allow_private)
    try:
        return _exchanged(made, line, limit)
    finally:
        line.hang_up()


def _exchanged(made: Request, line: Line, limit: int) -> Answer:
    sending = http.client.HTTPConnection(made.host, made.port)
    sending.sock = line  # it has what the connection uses of a socket
    try:
        sending.putrequest(made.method, made.target, skip_host=True, skip_accept_encoding=True)
        for name, value in made.headers.items():
            sending.putheader(name, value)
        sending.endheaders(made.body or None)
        # From here on the other side may have acted on it.
        answer = sending.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
    except (OSError, http.client.HTTPException) as error:
        raise HttpFailed(
            f"{made.host} gave no answer that can be read: {reason(error)}.",
            retryable=True,
            happened="unknown",
        ) from error
    body, is_cut = _read(answer, limit)
    return Answer(answer.status, headers, body, is_cut)


def _read(answer: http.client.HTTPResponse, limit: int) -> tuple[bytes, bool]:
    """The body up to the limit, and whether that is not all of it."""
    body = b""
    try:
        while len(body) <= limit and (part := answer.read(min(65536, limit + 1 - len(body)))):
            body += part
    except (OSError, http.client.HTTPException):
        return body[:limit], True
    return body[:limit], len(body) > limit or bool(answer.length)
