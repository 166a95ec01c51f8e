"""The connection that a request goes through: to an address that was looked at, with one deadline over all of it."""

from __future__ import annotations

import io
import socket
import ssl
import time

from seconder.core.addresses import Refused, resolve
from seconder.core.http.message import HttpFailed, Request, refused
from seconder.core.sockets import through_door


def connect(made: Request, deadline: float, *, allow_private: bool) -> Line:
    """Nothing of the request goes out in here."""
    try:
        left = deadline - time.monotonic()
        with through_door():  # to no other address than those that `resolve` looks at
            addresses = resolve(made.host, made.port, left, allow_private=allow_private)
            plain = _dial(addresses, made.port, deadline)
    except Refused as error:
        raise refused(str(error)) from error
    except (OSError, UnicodeError) as error:
        raise HttpFailed(f"{made.host} cannot be reached: {reason(error)}.", retryable=True) from error
    if not made.is_tls:
        return Line(plain, deadline)
    try:
        context = ssl.create_default_context()
        return Line(context.wrap_socket(plain, server_hostname=made.host), deadline)
    except (OSError, ValueError) as error:
        plain.close()
        raise HttpFailed(
            f"No safe connection to {made.host}: {reason(error)}.",
            retryable=not isinstance(error, ssl.SSLCertVerificationError),
        ) from error


def _dial(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """The first that answers, of those that were looked at."""
    last: OSError = OSError("it has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), max(0.001, deadline - time.monotonic()))
        except OSError as error:
            last = error
    raise last


class Line:
    """What `http.client` needs of a socket, with one deadline over everything that goes through it."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def wait(self) -> socket.socket:
        """The socket, which from now waits no longer than to the deadline. Raises TimeoutError after it."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        self._sock.settimeout(left)
        return self._sock

    def sendall(self, content: bytes) -> None:
        self.wait().sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  a socket's signature
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """`http.client` closes before the answer is read to its end; whoever opened it hangs up."""

    def hang_up(self) -> None:
        self._sock.close()


class _Incoming(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        return self._line.wait().recv_into(buffer)


def reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    return getattr(error, "strerror", None) or type(error).__name__
