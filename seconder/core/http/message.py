"""What is sent and what comes back. Nothing given can add a header, change the framing or name another host."""

from __future__ import annotations

import json as json_module
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Literal
from urllib.parse import SplitResult, quote, urlsplit

from seconder.core.json import JSON

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# What describes the connection or the framing is ours to say.
_OURS = {
    "connection",
    "content-length",
    "expect",
    "host",
    "idempotency-key",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8000}")
_PATH_SAFE = "/:@!$&'()*+,;=~-._%?[]|"


class HttpFailed(Exception):
    """`retryable`: trying again, unchanged, may help. `happened`: "no" when the request surely did not arrive
    whole, "unknown" when it may have been carried out."""

    def __init__(self, detail: str, *, retryable: bool, happened: Literal["no", "unknown"] = "no") -> None:
        super().__init__(detail)
        self.detail = detail
        self.retryable = retryable
        self.happened = happened


@dataclass(frozen=True)
class Answer:
    """`headers` have names in lower case. `is_cut`: the body is longer than the limit, or the rest did not come in
    time; the status stands all the same."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False

    @property
    def text(self) -> str:
        """Decoded as the answer says, else as UTF-8; what cannot be is replaced."""
        kind = Message()
        kind["content-type"] = self.headers.get("content-type", "")
        try:
            return self.body.decode(str(kind.get_content_charset() or "utf-8"), errors="replace")
        except LookupError:
            return self.body.decode(errors="replace")

    def json(self) -> JSON:
        """Raises ValueError where the body is not JSON."""
        value: JSON = json_module.loads(self.text)
        return value


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    port: int
    target: str
    is_tls: bool
    headers: Mapping[str, str]
    body: bytes


def make(
    method: str, url: str, headers: Mapping[str, str], body: bytes | str, json: JSON, key: str
) -> Request:
    if method not in METHODS:
        raise refused(f"{method[:20]!r} is not one of {', '.join(METHODS)}.")
    parts, host, port = _split(url)
    given = {_name(name): _checked(name, value) for name, value in headers.items()}
    content = body.encode() if isinstance(body, str) else body
    if json is not None:
        content = json_module.dumps(json, ensure_ascii=False).encode()
        given.setdefault("content-type", "application/json")
    elif content:
        given.setdefault("content-type", "text/plain; charset=utf-8")
    if content or method in ("POST", "PUT", "PATCH"):
        given["content-length"] = str(len(content))
    if key:
        given["idempotency-key"] = _checked("idempotency-key", quote(key, safe=":@+=,/ "))
    given.setdefault("user-agent", "Seconder")
    given.setdefault("accept", "*/*")
    given |= {"host": _host_header(parts, host), "connection": "close", "accept-encoding": "identity"}
    target = quote(parts.path or "/", safe=_PATH_SAFE)
    target += f"?{quote(parts.query, safe=_PATH_SAFE)}" if parts.query else ""
    return Request(method, host, port, target, parts.scheme == "https", given, content)


def _split(url: str) -> tuple[SplitResult, str, int]:
    """The parts, the host as it is looked up, and the port."""
    if re.search(r"[\x00-\x20\x7f\\\ud800-\udfff]", url) or len(url) > 8000:
        raise refused("The address has a blank or another character in it that no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:
        raise refused("This is not an address that can be read.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise refused("Only addresses that begin with https:// or http:// can be used.")
    if parts.username is not None or parts.password is not None:
        raise refused("An address must not hold a user name or a password; give them as a header.")
    return parts, host, port


def _host_header(parts: SplitResult, host: str) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"{named}:{parts.port}" if parts.port else named


def _name(name: str) -> str:
    if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
        raise refused(f"The header {name[:50]!r} cannot be set.")
    return name.lower()


def _checked(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value):
        raise refused(f"The header {name[:50]} has a character in it, or a length, that no header has.")
    return value.strip()


def refused(detail: str) -> HttpFailed:
    return HttpFailed(detail, retryable=False)
