"""What an operator says of identity providers (`SECONDER_IDENTITY_PROVIDERS`): read and checked here, used by accounts.

[{"id": "acme", "name": "Acme", "issuer": "https://login.acme.example", "client_id": "…", "secret": "…"},
 {"id": "google", "name": "Google", "provider": "google", "client_id": "…", "secret": "…"}]
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

OPENID = "openid_connect"
# Whose issuer is known, and whose protocol is their own; any other provider speaks OpenID Connect.
ISSUERS = {"google": "https://accounts.google.com"}
OTHERS = ("github", "microsoft")
# Where those are called that are known by name: for Google as its description has it.
HOSTS = {
    "github": ("api.github.com", "github.com"),
    "google": (
        "accounts.google.com",
        "oauth2.googleapis.com",
        "openidconnect.googleapis.com",
        "www.googleapis.com",
    ),
    "microsoft": ("graph.microsoft.com", "login.microsoftonline.com"),
}
KINDS = (OPENID, *ISSUERS, *OTHERS)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NEEDED = ("id", "name", "client_id", "secret")
_KNOWN = {*_NEEDED, "provider", "issuer", "trusts_email"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class IdentityProvider:
    """`trusts_email`: an address that it says is verified counts as such here; without it a code is sent."""

    id: str
    name: str
    client_id: str
    secret: str
    provider: str = OPENID
    issuer: str = ""
    trusts_email: bool = False


def read(text: str | None) -> tuple[IdentityProvider, ...]:
    """What was given and has been checked before."""
    return tuple(IdentityProvider(**entry) for entry in json.loads(text)) if text else ()


def complaint(text: str) -> str | None:
    """What is wrong with the setting, without any of its values."""
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as fault:
        return f"is not JSON: {fault.msg} in line {fault.lineno}"
    if not isinstance(entries, list):
        return "must be a JSON list of providers"
    faults = (_fault(entry) for entry in entries)
    found = next((f"{fault}, in provider {place}" for place, fault in enumerate(faults, 1) if fault), None)
    ids = [entry["id"] for entry in entries if isinstance(entry, dict) and "id" in entry]
    return found or (None if len(set(ids)) == len(ids) else "names one id twice")


def _fault(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return "holds something else than objects"
    if unknown := sorted(set(entry) - _KNOWN):
        return f"has an unknown field {unknown[0]!r}"
    if missing := [name for name in _NEEDED if not isinstance(entry.get(name), str) or not entry[name]]:
        return f"lacks {missing[0]!r}, a text"
    if not _ID.fullmatch(entry["id"]):
        return "has an id that is not small letters, digits and hyphens"
    if not isinstance(entry.get("trusts_email", False), bool):
        return "has a 'trusts_email' that is neither true nor false"
    kind = entry.get("provider", OPENID)
    if kind not in KINDS:
        return f"has an unknown 'provider'; choose one of {', '.join(KINDS)}"
    return _issuer_fault(entry.get("issuer"), kind)


def _issuer_fault(issuer: object, kind: str) -> str | None:
    if kind != OPENID:
        return "has an 'issuer', which only openid_connect takes" if issuer else None
    parts = urlsplit(issuer) if isinstance(issuer, str) else None
    if parts is None or not parts.hostname:
        return "lacks 'issuer', an address"
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        return "has an 'issuer' that is not https"
    return None
