"""Which addresses our own requests may reach: public ones. Never this machine, its network, or a cloud's metadata.

A name is resolved here, once, each of its addresses is looked at, and the connection goes to one of those
that were looked at: an answer that changes afterwards (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import contextvars
import ipaddress
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What `is_global` lets through, or does in some versions of Python only.
_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carriers' own; also one cloud's metadata
        "168.63.129.16/32",  # one cloud's wire server, at a public address
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and other protocols' own
        "2002::/16",  # 6to4: leads to the IPv4 address inside
        "3fff::/20",
        "5f00::/16",
        "64:ff9b:1::/48",
        "fc00::/7",
        "fec0::/10",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_reachable: frozenset[Network] = frozenset()
_lookups = ThreadPoolExecutor(8, "lookup")


class Refused(Exception):
    """The address is not one to reach from here. The text names the host, and not what it resolved to."""


@contextmanager
def reachable(*networks: str) -> Iterator[None]:
    """Lets these networks be reached as well, while the block runs, in all threads. For tests, whose servers stand
    on loopback."""
    global _reachable
    before = _reachable
    _reachable = before | {ipaddress.ip_network(network) for network in networks}
    try:
        yield
    finally:
        _reachable = before


def resolve(host: str, port: int, timeout: float, *, allow_private: bool = False) -> list[str]:
    """The addresses of a host that may be reached, in the resolver's order. Raises Refused where any one of them
    may not be; OSError (TimeoutError included) where there is none."""
    look_up = contextvars.copy_context().run
    looking = _lookups.submit(look_up, socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = [str(entry[4][0]) for entry in looking.result(timeout)]
    if not allow_private and not all(is_open(ipaddress.ip_address(one)) for one in found):
        raise Refused(f"{host} is on a private or local network, which is out of bounds.")
    return list(dict.fromkeys(found))


def is_open(address: Address) -> bool:
    """Whether requests may go there: to the address itself, and to the one that it stands for."""
    address = _meant(address)
    if any(address in network for network in _reachable):
        return True
    is_public = address.is_global and not address.is_multicast and not address.is_reserved
    return is_public and not any(address in network for network in _REFUSED)


def _meant(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
