"""http.request as a step uses it: results that later steps read, and failures that say what is known."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from seconder.agents import tools
from seconder.agents.tools import ToolFailed
from seconder.core import addresses
from seconder.core.json import JSON, Object, is_storable


class Ledger(BaseHTTPRequestHandler):
    """Answers with the status that the path names, and with what it was asked."""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        asked = {"body": self.rfile.read(length).decode(), "key": self.headers.get("idempotency-key")}
        body = json.dumps(asked).encode() if self.path.endswith("00") else b"<p>Zo\xc3\xab</p>"
        self.send_response(int(self.path.strip("/")))
        self.send_header("content-type", "application/json" if self.path.endswith("00") else "text/html")
        self.send_header("content-length", str(len(body)))
        self.send_header("set-cookie", "session=secret")
        self.send_header("etag", '"7"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST  # noqa: N815  the library's names

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ledger)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    with addresses.reachable("127.0.0.0/8"):
        yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tool() -> tools.Tool:
    found = tools.find("http.request")
    assert found
    return found


def test_json_goes_out_and_comes_back_as_values(url: str, tool: tools.Tool) -> None:
    result = tool.run({"method": "POST", "url": f"{url}/200", "body": {"total": 12000}}, "run-1:pay")
    assert isinstance(result, dict)
    assert result["status"] == 200
    assert result["body"] == {"body": '{"total": 12000}', "key": "run-1:pay"}
    headers = result["headers"]
    assert isinstance(headers, dict)
    assert headers["etag"] == '"7"'
    assert "set-cookie" not in headers
    assert "is_cut" not in result


def test_text_goes_out_and_comes_back_as_text(url: str, tool: tools.Tool) -> None:
    sent = tool.run({"method": "POST", "url": f"{url}/200", "body": "plain"}, "k")
    got = tool.run({"method": "GET", "url": f"{url}/201"}, "k")
    assert isinstance(sent, dict)
    assert isinstance(got, dict)
    assert sent["body"] == {"body": "plain", "key": "k"}
    assert got["body"] == "<p>Zoë</p>"
    head = tool.run({"method": "HEAD", "url": f"{url}/200"}, "k")
    assert isinstance(head, dict)
    assert (head["status"], head["body"]) == (200, "")


@pytest.mark.parametrize(
    ("method", "status", "retryable", "happened"),
    [
        ("POST", 404, False, "no"),
        ("POST", 429, True, "no"),
        ("POST", 500, True, "unknown"),
        ("PUT", 503, True, "unknown"),
        ("GET", 500, True, "no"),
    ],
)
def test_a_refusal_says_whether_it_may_have_happened(
    method: str, status: int, retryable: bool, happened: str, url: str, tool: tools.Tool
) -> None:
    with pytest.raises(ToolFailed, match=f"answered {status}") as failure:
        tool.run({"method": method, "url": f"{url}/{status}"}, "k")
    assert (failure.value.retryable, failure.value.happened) == (retryable, happened)


@pytest.mark.parametrize(
    "arguments",
    [
        {"method": "GET", "url": "http://169.254.169.254/latest/meta-data/"},
        {"method": "GET", "url": "http://localhost:8000/demo/"},
        {"method": "get", "url": "https://example.com/"},
        {"method": "GET", "url": "file:///etc/passwd"},
        {"method": "GET", "url": "https://example.com/", "follow": True},
        {"method": "GET", "url": "https://example.com/", "headers": {"Host": "x"}},
        {"method": "GET", "url": "https://example.com/", "headers": {"X": 5}},
    ],
)
def test_what_must_not_be_asked_is_refused(arguments: Object, tool: tools.Tool) -> None:
    with pytest.raises(ToolFailed) as failure:
        tool.run(arguments, "k")
    assert (failure.value.retryable, failure.value.happened) == (False, "no")


def test_any_method_needs_an_approval_and_only_some_may_be_repeated(tool: tools.Tool) -> None:
    for method, repeats in (
        ("GET", True),
        ("PUT", True),
        ("DELETE", True),
        ("POST", False),
        ("PATCH", False),
    ):
        arguments: Object = {"method": method, "url": "https://example.com/"}
        assert tool.kind_of(arguments) == "effect"
        assert tool.repeats_safely(arguments) is repeats


def test_the_card_shows_all_but_secrets(tool: tools.Tool) -> None:
    lines = tool.describe(
        {
            "method": "POST",
            "url": "https://api.example.com/orders",
            "headers": {"Authorization": "Bearer abc", "X-Api-Key": "abc", "X-Order": "7", "X-Monkey": "9"},
            "body": {"total": 5},
        }
    )
    assert [(line["label"], line["value"]) for line in lines] == [
        ("Method", "POST (may change something there)"),
        ("Goes to", "api.example.com"),
        ("Address", "https://api.example.com/orders"),
        ("Authorization", "(not shown: 10 characters)"),
        ("X-Api-Key", "(not shown: 3 characters)"),
        ("X-Order", "7"),
        ("X-Monkey", "9"),
        ("Body", {"total": 5}),
    ]


@pytest.mark.parametrize("body", ["[" * 930 + "]" * 930, r'{"a": "\ud800"}', r'{"a": "\u0000"}'])
def test_a_body_whose_values_cannot_be_kept_is_shown_as_the_text_that_it_is(
    tool: tools.Tool, body: str
) -> None:
    lines = tool.describe({"method": "POST", "url": "https://api.example.com/", "body": body})
    assert lines[-1] == {"label": "Body", "value": body}
    assert is_storable(list[JSON](lines))
