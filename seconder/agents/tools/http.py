"""`http.request`: one request to a public address, through the guarded door of `core.http`.

An effect whatever its method is: also a GET tells its address, and what is in it, to somebody outside. An
agent's policy may allow a model the harmless ones, by method and address.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from seconder.agents.tools import Tool, ToolFailed
from seconder.core import http
from seconder.core.json import JSON, Object, is_storable
from seconder.core.lookalikes import host_of
from seconder.core.purposes import purpose

# RFC 9110 §9.2.2: twice is once.
_REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
_SAFE = {"GET", "HEAD", "OPTIONS"}
# What later steps may read of an answer; the rest (cookies, for one) is nobody's business.
_SHOWN = {
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "x-request-id",
}
_MEANS = {
    "GET": "reads",
    "HEAD": "reads",
    "OPTIONS": "reads",
    "PUT": "replaces what is there",
    "DELETE": "deletes what is there",
}
_SECRET = {
    "authorization",
    "cookie",
    "key",
    "apikey",
    "password",
    "secret",
    "signature",
    "token",
}  # as whole words

ARGUMENTS: Object = {
    "type": "object",
    "required": ["method", "url"],
    "additionalProperties": False,
    "properties": {
        "method": {"type": "string", "enum": list[JSON](http.METHODS)},
        "url": {
            "type": "string",
            "minLength": 8,
            "maxLength": 8000,
            "description": "A public https:// or http:// address.",
        },
        "headers": {"type": "object", "maxProperties": 50, "additionalProperties": {"type": "string"}},
        "body": {"description": "Text is sent as it is; anything else as JSON."},
    },
}
OUTPUT: Object = {
    "type": "object",
    "required": ["status", "headers", "body"],
    "properties": {
        "status": {"type": "integer"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "body": {"description": "The JSON of the answer, or its text."},
        "is_cut": {"type": "boolean", "description": "There, and true, when the body was too long."},
    },
}


def _request(arguments: Object, key: str) -> JSON:
    given = arguments.get("body")
    is_text = given is None or isinstance(given, str)
    try:
        with purpose("service.runs"):
            answer = http.request(
                str(arguments["method"]),
                str(arguments["url"]),
                headers=_headers(arguments),
                body=str(given or "") if is_text else b"",
                json=None if is_text else given,
                key=key,
            )
    except http.HttpFailed as error:
        happened = "no" if arguments["method"] in _SAFE else error.happened
        raise ToolFailed(error.detail, retryable=error.retryable, happened=happened) from error
    if answer.status >= 400:
        raise _refused(arguments, answer)
    return _result(answer)


def _refused(arguments: Object, answer: http.Answer) -> ToolFailed:
    """4xx: it was not done. 5xx: for all we know it broke half way, unless the method can do no harm."""
    broke = answer.status >= 500
    return ToolFailed(
        f"{urlsplit(str(arguments['url'])).hostname} answered {answer.status}.",
        retryable=broke or answer.status in (408, 425, 429),
        happened="unknown" if broke and arguments["method"] not in _SAFE else "no",
    )


def _result(answer: http.Answer) -> Object:
    result: Object = {
        "status": answer.status,
        "headers": {name: value for name, value in answer.headers.items() if name in _SHOWN},
        "body": _body(answer),
    }
    if answer.is_cut:
        result["is_cut"] = True
    return result


def _body(answer: http.Answer) -> JSON:
    if "json" in answer.headers.get("content-type", "").lower() and not answer.is_cut:
        try:
            return answer.json()
        except (ValueError, RecursionError):
            return answer.text  # it says that it is JSON, and is not
    return answer.text


def _describe(arguments: Object) -> list[Object]:
    method, url = str(arguments.get("method", "")), str(arguments.get("url", ""))
    lines: list[Object] = [
        {"label": "Method", "value": f"{method} ({_MEANS.get(method, 'may change something there')})"},
        {"label": "Goes to", "value": host_of(url), "made_by": ""},
        {"label": "Address", "value": url},
    ]
    lines += [{"label": name, "value": _said(name, value)} for name, value in _headers(arguments).items()]
    if arguments.get("body") is not None:
        lines.append(_readable(arguments["body"]))
    return lines


def _said(name: str, value: str) -> str:
    """Secrets are not shown; a name that only looks like one of theirs hides nothing."""
    is_secret = not _SECRET.isdisjoint(re.split(r"[\W_]+", name.lower()))
    return f"(not shown: {len(value)} characters)" if is_secret else value


def _readable(body: JSON) -> Object:
    """A text that is JSON is shown as the values that it holds. Not where a name stands twice in it: servers differ in
    which of the two they take."""
    if isinstance(body, str) and body.lstrip()[:1] in ("{", "["):
        try:
            found: JSON = json.loads(body, object_pairs_hook=_once_each, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            return {"label": "Body", "value": body}
        if is_storable(found):
            return {"label": "Body (JSON)", "value": found}
    return {"label": "Body", "value": body}


def _once_each(pairs: list[tuple[str, JSON]]) -> Object:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _tell(arguments: Object, result: Object) -> str:
    status = result.get("status")
    known = isinstance(status, int) and status in set(HTTPStatus)
    phrase = f" {HTTPStatus(status).phrase}" if known and isinstance(status, int) else ""
    cut = ". The answer was longer than what is kept of it" if result.get("is_cut") else ""
    return f"{urlsplit(str(arguments.get('url', ''))).hostname} answered {status}{phrase}{cut}"


def _headers(arguments: Object) -> dict[str, str]:
    given = arguments.get("headers")
    return {name: str(value) for name, value in given.items()} if isinstance(given, dict) else {}


TOOL = Tool(
    name="http.request",
    title="Call an address over HTTP",
    description="Sends one HTTP request to a public address and gives its status, headers and body.",
    kind="effect",
    arguments=ARGUMENTS,
    act=_request,
    # Most servers ignore an Idempotency-Key, so it is sent and not relied on.
    takes_key=lambda: False,
    describe=_describe,
    output=OUTPUT,
    tell=_tell,
    repeatable=lambda arguments: arguments.get("method") in _REPEATABLE,
)
