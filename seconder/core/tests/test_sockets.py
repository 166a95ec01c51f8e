"""Whoever opens a socket, in whatever library and at whatever time: to declared hosts, or not at all."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings

from seconder.core import http, sockets
from seconder.core.addresses import reachable

pytestmark = [pytest.mark.clause("R-01"), pytest.mark.invariant("J01")]
ROOT = Path(__file__).resolve().parents[3]
NOWHERE = "203.0.113.9"  # of RFC 5737: an address that is nobody's
_DOORS = {"seconder/core/http/line.py", "seconder/accounts/identity/providers.py"}
_ALLOWING = {"seconder/cli/calling.py", "seconder/cli/door.py", "seconder/cli/sweep/site.py"}


def test_what_nobody_declared_is_neither_looked_up_nor_reached_and_who_tried_is_named() -> None:
    with pytest.raises(sockets.Undeclared, match=r"Nobody declared telemetry\.example.*test_sockets\.py:\d+"):
        socket.getaddrinfo("telemetry.example", 443)
    with pytest.raises(sockets.Undeclared, match=rf"{NOWHERE}:443"):
        socket.create_connection((NOWHERE, 443), 1)
    with pytest.raises(sockets.Undeclared), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"x", (NOWHERE, 53))
    # A library hears it as a connection that failed; the caller is ours, not the library.
    with pytest.raises(requests.ConnectionError, match=r"test_sockets\.py"):
        requests.get("https://fonts.example/", timeout=1)


def test_the_hosts_of_a_recipient_that_is_on_are_let_through(
    settings: LazySettings,
) -> None:
    settings.EMAIL_URL = "smtp://mail.invalid:25"
    with pytest.raises(socket.gaierror):  # it is asked for, and there is none
        socket.getaddrinfo("mail.invalid", 25)
    sockets._remember("mail.invalid", {NOWHERE})  # as if there were
    assert sockets._may_connect(NOWHERE, 25)
    sockets._answers[NOWHERE] = ("mail.invalid", 0.0)
    assert not sockets._may_connect(NOWHERE, 25)  # an answer does not count for ever
    sockets._remember("mail.invalid", {NOWHERE})
    settings.EMAIL_URL = "file:///outbox"
    with pytest.raises(sockets.Undeclared):
        socket.getaddrinfo("mail.invalid", 25)
    assert not sockets._may_connect(NOWHERE, 25)


def test_an_agents_address_is_reached_through_the_guarded_door_and_past_it_by_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, reachable("127.0.0.0/8"):
        port = server.getsockname()[1]
        with pytest.raises(http.HttpFailed) as failed:
            http.request("GET", f"http://127.0.0.1:{port}/", timeout=0.2)
        assert failed.value.happened == "unknown"  # it was connected, and nobody answers
    with pytest.raises(http.HttpFailed, match="there is no such host"):
        http.request("GET", "https://nobody.invalid/")
    with pytest.raises(sockets.Undeclared):
        socket.getaddrinfo("nobody.invalid", 443)


def test_only_those_who_look_at_addresses_open_the_door() -> None:
    found: dict[str, set[str]] = {"through_door": set(), "allow": set()}
    for path in (ROOT / "seconder").rglob("*.py"):
        name = str(path.relative_to(ROOT))
        if "tests" in path.parts or name == "seconder/core/sockets.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called.removeprefix("sockets.") == "through_door":
                    found["through_door"].add(name)
                if called == "sockets.allow":
                    found["allow"].add(name)
    assert found == {"through_door": _DOORS, "allow": _ALLOWING}


@pytest.mark.parametrize(
    ("program", "said"),
    [
        # While the settings are read and apps are loaded, nobody is declared yet, this machine included.
        ("import urllib.request as r; r.urlopen('http://127.0.0.1:9/')", "Nobody declared 127.0.0.1:9"),
        ("import socket; socket.gethostbyname('cdn.example')", "Nobody declared cdn.example"),
    ],
)
def test_at_import_too(program: str, said: str) -> None:
    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        given.pop(name, None)
    code = f"from seconder.core import sockets; sockets.install(); {program}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert said in done.stderr
    assert done.returncode == 1


def test_every_way_in_installs_it_first() -> None:
    for name in ("seconder/cli/__init__.py", "seconder/asgi.py", "manage.py", "conftest.py"):
        assert re.search(r"^\s*sockets\.install\(", (ROOT / name).read_text(), re.MULTILINE), name


def test_what_is_not_about_sockets_costs_next_to_nothing() -> None:
    began = time.perf_counter()
    for _ in range(100_000):
        sockets._hook("open", ("x", "r", 0))
    took = (time.perf_counter() - began) / 100_000
    print(f"\nthe guard on any other event: {took * 1e9:.0f} ns")
    assert took < 0.000_005
