"""What may be kept in a person's browser: cookies and storage keys, each declared in some `personal_data.py`.

Ours are set by `put` and taken back by `drop`, with the attributes that were declared. `core.cookie_guard` looks at
every answer for those that others set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.apps import apps
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http.response import HttpResponseBase

SameSite = Literal["Lax", "Strict"]
Place = Literal["localStorage", "sessionStorage"]
# The one script that touches storage; it refuses what is not text, and all others go through it.
KEEPER = "kept.js"
_RAW = re.compile(
    r"\b(localStorage|sessionStorage|indexedDB|caches|cookieStore|serviceWorker)\b|document\.cookie|navigator\.storage"
)
_CALL = re.compile(r"\bkept\.(?:read|keep)\(\s*([^,)]*)")


@dataclass(frozen=True)
class Cookie:
    """`purpose`: a name of `core.purposes` · `what`: what is in it, in plain words · `kept`: seconds, or None until the
    browser is closed · `optional`: only after the person has said yes."""

    name: str
    purpose: str
    what: str
    kept: int | None
    http_only: bool = True
    same_site: SameSite = "Lax"
    optional: bool = False


@dataclass(frozen=True)
class Storage:
    """What a script keeps under one key; it stays until the person clears it."""

    key: str
    purpose: str
    what: str
    place: Place = "localStorage"


COOKIES: dict[str, Cookie] = {}
STORAGE: dict[str, Storage] = {}


class UndeclaredCookie(LookupError):
    """The code wants to keep something in the browser that nobody declared."""


def declare_cookie(cookie: Cookie) -> Cookie:
    if cookie.name in COOKIES:
        raise ValueError(f"the cookie {cookie.name} is declared twice")
    COOKIES[cookie.name] = cookie
    return cookie


def declare_storage(key: str, purpose: str, what: str, place: Place = "localStorage") -> Storage:
    if key in STORAGE:
        raise ValueError(f"the storage key {key} is declared twice")
    STORAGE[key] = Storage(key, purpose, what, place)
    return STORAGE[key]


def put(response: HttpResponseBase, name: str, value: str) -> None:
    """Sets a cookie as it was declared. Raises UndeclaredCookie."""
    cookie = _declared(name)
    response.set_cookie(
        name,
        value,
        max_age=cookie.kept,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=cookie.http_only,
        samesite=cookie.same_site,
    )


def drop(response: HttpResponseBase, name: str) -> None:
    """Has the browser forget it. Under the prefix `__Host-` browsers listen only to what is Secure."""
    response.delete_cookie(name, samesite=_declared(name).same_site)
    response.cookies[name]["secure"] = settings.SESSION_COOKIE_SECURE or ""


def _declared(name: str) -> Cookie:
    if name not in COOKIES:
        raise UndeclaredCookie(f"The cookie {name} is not declared: add it to the app's personal_data.py.")
    return COOKIES[name]


def fault_of(name: str, morsel: object) -> str:
    """What is wrong with a cookie as it is about to be set, against its declaration; "" if nothing is."""
    cookie = COOKIES.get(name)
    if cookie is None:
        return "undeclared"
    said = {key: str(value) for key, value in dict(morsel).items()}  # type: ignore[call-overload]  # a Morsel is a dict
    lasts = int(said["max-age"]) if said["max-age"] else None
    if (lasts is None and said["expires"]) or (lasts and lasts > (cookie.kept or 0)):
        return "kept longer than declared"
    if said["domain"]:
        return "sent to more hosts than declared"
    if said["samesite"].lower() != cookie.same_site.lower():
        return "sent with what other sites ask"
    if cookie.http_only and not said["httponly"]:
        return "open to scripts"
    return "sent without TLS" if settings.SESSION_COOKIE_SECURE and not said["secure"] else ""


def undeclared_cookies() -> list[str]:
    """A sentence for each cookie that the settings have Django set, and each storage key of a script of ours, that is
    not declared or set otherwise than declared. For the checks at start."""
    return [*_of_settings(), *_of_scripts()]


def _of_settings() -> Iterator[str]:
    for name, lasts, http_only, same_site in (
        (
            settings.SESSION_COOKIE_NAME,
            None if settings.SESSION_EXPIRE_AT_BROWSER_CLOSE else settings.SESSION_COOKIE_AGE,
            settings.SESSION_COOKIE_HTTPONLY,
            settings.SESSION_COOKIE_SAMESITE,
        ),
        (
            settings.CSRF_COOKIE_NAME,
            settings.CSRF_COOKIE_AGE,
            settings.CSRF_COOKIE_HTTPONLY,
            settings.CSRF_COOKIE_SAMESITE,
        ),
        (
            CookieStorage.cookie_name,
            None,
            settings.SESSION_COOKIE_HTTPONLY,
            settings.SESSION_COOKIE_SAMESITE,
        ),
    ):
        said = {
            "max-age": lasts,
            "expires": "",
            "domain": "",
            "samesite": same_site,
            "httponly": http_only,
            "secure": settings.SESSION_COOKIE_SECURE,
        }
        if fault := fault_of(name, {key: value or "" for key, value in said.items()}):
            yield f"The cookie {name} is {fault}: declare it in personal_data.py, or change the settings"


def _of_scripts() -> Iterator[str]:
    for script in _scripts():
        text = script.read_text()
        if script.name != KEEPER and (raw := _RAW.search(text)):
            yield f"{script.name} uses {raw[0]}: go through {KEEPER}, which keeps only what is declared"
        for call in _CALL.findall(text):
            if call.strip().strip("\"'") not in STORAGE:
                yield f"{script.name} keeps {call.strip()} in the browser: declare that storage key in personal_data.py"


def _scripts() -> Iterator[Path]:
    """The scripts of our own apps."""
    for app in apps.get_app_configs():
        if app.name.startswith("seconder."):
            yield from sorted((Path(app.path) / "static").rglob("*.js"))
