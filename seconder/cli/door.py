"""The socket that the web process serves, taken before anything else is started."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from typing import Annotated

import typer

from seconder.cli.terminal import Failed
from seconder.core import sockets

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)]

# What to ask on this machine when every address is listened to.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Takes the port now, so that a taken one is known at once; it is opened by whoever listens on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By the protocol's name asyncio knows that answers are to leave at once; else their second half waits for the
    # reader's acknowledgement of the first, which takes 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as failure:
            raise Failed(
                f"Port {port} on {host} cannot be opened: {failure.strerror}. Choose another one with --port."
            ) from failure
        yield door


def address(door: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = _reached(door)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(door: socket.socket) -> bool:
    """Whether /healthz says 200."""
    host, port = _reached(door)
    sockets.allow(address(door))
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reached(door: socket.socket) -> tuple[str, int]:
    host, port = door.getsockname()[:2]
    return _LOOPBACK.get(host, host), port
