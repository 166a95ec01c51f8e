"""The guard of sockets: this process connects to declared hosts and looks up no other name, whoever tries.

An audit hook of Python's own sees every socket that Python opens, a library's too. It lets through

- the hosts of recipients that are switched on (`Recipient.reached`), by their names and what those were answered with;
- on this machine only what a setting names, with its port;
- any address inside `through_door`, which belongs to those who look at addresses themselves (`core.http`) or whose
  recipient names its own hosts (identity providers);
- what `allow` was told: this installation's own web process;
- the proxy that the environment names (`HTTPS_PROXY`), which then has to hold the list.

It cannot be taken off again. It does not see what a library does in C: libpq, with which the database is reached. There
a firewall has to hold.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
REMEMBERED = 600.0  # seconds for which an address counts as the answer to a name
_LIBRARIES = (str(Path(os.__file__).parent), "site-packages", "<frozen", "<string>")
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_LOCAL_NAMES = ("", "localhost", "ip6-localhost")
_CONNECTING = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))
_LOOKING_UP = frozenset(
    ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
)
_INTERNET = (socket.AF_INET, socket.AF_INET6)
_USUAL_PORTS = {"https": 443, "smtp": 25, "smtps": 465, "postgresql": 5432, "postgres": 5432}
_is_open: ContextVar[bool] = ContextVar("through_door", default=False)
_answers: dict[str, tuple[str, float]] = {}  # address → the declared name that it answers, and until when
_allowed: set[tuple[str, int]] = set()
_is_installed = _all_of_loopback = False


class Undeclared(PermissionError):
    """Nobody declared this host. To a library it is a connection that failed."""


def install(*, all_of_loopback: bool = False) -> None:
    """Called first thing by every process. `all_of_loopback`: for tests, whose servers stand on this machine."""
    global _is_installed, _all_of_loopback
    _all_of_loopback = _all_of_loopback or all_of_loopback
    if not _is_installed:
        _is_installed = True
        # What a name was answered with is where one may connect, and nothing else tells it: the hook runs before.
        socket.getaddrinfo = _remembering(socket.getaddrinfo)
        sys.addaudithook(_hook)


def allow(url: str) -> None:
    """For this process's life: this installation's own web process, wherever it is."""
    parts = urlsplit(url)
    _allowed.add((_plain(parts.hostname or ""), parts.port or _USUAL_PORTS.get(parts.scheme, 80)))


@contextmanager
def through_door() -> Iterator[None]:
    """For those who look themselves at where they go, and nobody else."""
    token = _is_open.set(True)
    try:
        yield
    finally:
        _is_open.reset(token)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:  # Any: as the event has it
    if event in _CONNECTING:
        sock, address = arguments[:2]
        if sock.family in _INTERNET and isinstance(address, tuple):  # else one of this machine's own
            host, port = _plain(str(address[0])), int(address[1])
            if not _is_open.get() and not _may_connect(host, port):
                _refuse(f"{host}:{port}")
    elif event in _LOOKING_UP and not _is_open.get():
        given = arguments[0]
        name = _text(given[0] if isinstance(given, tuple) else given)
        if not _may_look_up(name):
            _refuse(name)


def _refuse(place: str) -> None:
    raise Undeclared(
        f"Nobody declared {place}, so it is not reached from here ({_caller(sys._getframe(2))}). Declare a recipient "
        "(core.recipients), or name it in a setting."
    )


def _may_look_up(name: str) -> bool:
    return (
        _is_number(name) or name in _LOCAL_NAMES or name == socket.gethostname().lower() or _is_declared(name)
    )


def _may_connect(host: str, port: int) -> bool:
    if (host, port) in _allowed:
        return True
    if _is_loopback(host):
        return _all_of_loopback or port in _ports_of_ours()
    name, until = _answers.get(host, ("", 0.0))
    return _is_declared(host) or (until > time.monotonic() and _is_declared(name))


def _is_declared(host: str) -> bool:
    """Whether a recipient that is on has it. Before the settings are read, nobody has."""
    if any(host == name for name, _ in _allowed) or host in _proxies():
        return True
    if not _is_ready():
        return False
    from seconder.core.recipients import RECIPIENTS

    return any(host in one.reached for one in RECIPIENTS.values() if one.enabled())


def _ports_of_ours() -> set[int]:
    """Of what the settings name on this machine."""
    named: list[str | None] = [*_proxy_urls()]
    if _is_ready():
        from django.conf import settings

        named += [settings.MODEL_BASE_URL, settings.EMAIL_URL, settings.DATABASE_URL, settings.BASE_URL]
        named += [one.issuer for one in settings.IDENTITY_PROVIDERS]
    places = [urlsplit(url) for url in named if url]
    return {
        place.port or _USUAL_PORTS.get(place.scheme, 80)
        for place in places
        if _is_loopback(_plain(place.hostname or ""))
    }


def _is_ready() -> bool:
    from django.apps import apps

    return apps.ready


def _proxies() -> set[str]:
    return {_plain(urlsplit(url).hostname or "") for url in _proxy_urls()}


def _proxy_urls() -> list[str]:
    named = [os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES]
    return [url if "//" in url else f"//{url}" for url in named if url]


def _remembering(look_up: Any) -> Any:  # Any: the function's own signature is long, and kept
    def getaddrinfo(host: Any, *given: Any, **named: Any) -> Any:  # Any: as above
        found = look_up(host, *given, **named)
        name = _text(host)
        if not _is_number(name) and _is_declared(name):
            _remember(name, {str(entry[4][0]) for entry in found})
        return found

    return getaddrinfo


def _remember(name: str, addresses: set[str]) -> None:
    at = time.monotonic()
    for address in [address for address, (_, until) in list(_answers.items()) if until < at]:
        _answers.pop(address, None)
    _answers.update(dict.fromkeys(addresses, (name, at + REMEMBERED)))


def _text(host: Any) -> str:  # Any: text, bytes or None
    return _plain(host.decode(errors="replace") if isinstance(host, bytes) else str(host or ""))


def _plain(host: str) -> str:
    return host.partition("%")[0].rstrip(".").lower()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host in _LOCAL_NAMES or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _caller(frame: FrameType | None) -> str:
    """file:line of the nearest code that is no library's; else of the nearest of all."""
    nearest = ""
    while frame:
        file = frame.f_code.co_filename
        if file != __file__:
            here = f"{file.removeprefix(f'{ROOT}/')}:{frame.f_lineno}"
            nearest = nearest or here
            if not any(part in file for part in _LIBRARIES):
                return here
        frame = frame.f_back
    return nearest
