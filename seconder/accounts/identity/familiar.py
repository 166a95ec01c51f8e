"""Browsers in which somebody has signed in before: they have tries of their own, so that whoever guesses somebody's
password, or asks for code after code in their name, does not lock that person out.

Such a browser holds a cookie that only this installation can make. It names nobody: a random number, and a keyed
hash that binds the number to the address. (OWASP calls them device cookies.)
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from seconder.core import cookies
from seconder.core.encryption import keyed_hash

_SHAPE = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")


def budget(request: HttpRequest, address: str) -> str:
    """Under what the tries for this address are counted: those of a browser that it signed in with, or all others'."""
    number = _number(request, address)
    return f"{address.lower()} in {number}" if number else address.lower()


def remember(request: HttpRequest, response: HttpResponseBase, address: str) -> None:
    if _number(request, address):
        return
    number = secrets.token_hex(16)
    cookies.put(response, settings.FAMILIAR_COOKIE_NAME, f"{number}.{_seal(number, address)}")


def _number(request: HttpRequest, address: str) -> str:
    found = _SHAPE.fullmatch(request.COOKIES.get(settings.FAMILIAR_COOKIE_NAME, ""))
    return found[1] if found and constant_time_compare(found[2], _seal(found[1], address)) else ""


def _seal(number: str, address: str) -> str:
    return keyed_hash(f"{number}:{address.lower()}", "familiar-browsers")
