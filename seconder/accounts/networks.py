"""Networks in place of addresses: what limits count by, in memory, and what little a security event keeps."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

_COUNTED = {4: 32, 6: 64}  # bits: of IPv6, everybody has a whole /64 to choose addresses from
_KEPT = {4: 24, 6: 48}


def counted(request: HttpRequest) -> str:
    """The network that a limit counts by; "" where the web process knows no address."""
    return _network(address_of(request), _COUNTED)


def kept(request: HttpRequest) -> str:
    """What may be stored, for 30 days: `203.0.113.0/24`, `2001:db8:7::/48`, or ""."""
    return _network(address_of(request), _KEPT)


def address_of(request: HttpRequest) -> str:
    """The address that the request came from, in memory only. The web process has looked at the headers of trusted
    proxies by then (`TRUSTED_PROXIES`); nobody else's are read."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return ""
    # A socket for both kinds says IPv4 in the words of IPv6; all of them would share one network.
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(inner or address)


def _network(address: str, bits: dict[int, int]) -> str:
    if not address:
        return ""
    version = ipaddress.ip_address(address).version
    return str(ipaddress.ip_network(f"{address}/{bits[version]}", strict=False))
