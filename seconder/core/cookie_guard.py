"""The outermost of the middleware: whatever set a cookie, a view, a library or another middleware, it meets this.

Taken out of an answer is what nobody declared, what is set otherwise than declared, and what is optional while the
person has not said yes. Each time it is logged and counted (`stripped`). An optional cookie that the browser still has
from an earlier yes is deleted.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from seconder.core import cookies

log = structlog.get_logger()
LONGEST = 100  # characters of a name that are logged
Judge = Callable[[HttpRequest, str], bool]
_judge: list[Judge] = []
_lock = threading.Lock()
_stripped: Counter[str] = Counter()


def bind_judge(judge: Judge) -> None:
    """`judge(request, purpose)`: whether this browser's person said yes to that purpose. Until one is bound nobody
    has."""
    _judge[:] = [judge]


def may_have(request: HttpRequest, cookie: cookies.Cookie) -> bool:
    return not cookie.optional or any(judge(request, cookie.purpose) for judge in _judge)


def stripped() -> dict[str, int]:
    """Why → how many cookies this process has taken out of answers since it began."""
    with _lock:
        return dict(_stripped)


class CookieGuard(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, morsel in list(response.cookies.items()):
            if str(morsel["max-age"]) == "0":
                continue  # has the browser forget it, which harms nobody
            fault = cookies.fault_of(name, morsel)
            if not fault and not may_have(request, cookies.COOKIES[name]):
                fault = "not agreed to"
            if fault:
                del response.cookies[name]
                _alarm(name, fault)
        if response.has_header("Set-Cookie"):  # written as a header: what Django sets is not among these
            _alarm(response["Set-Cookie"].partition("=")[0], "undeclared")
            del response["Set-Cookie"]
        for cookie in cookies.COOKIES.values():
            if cookie.optional and cookie.name in request.COOKIES and not may_have(request, cookie):
                cookies.drop(response, cookie.name)
        return response


def _alarm(name: str, fault: str) -> None:
    with _lock:
        _stripped[fault] += 1
    log.warning("cookie.stripped", name=name[:LONGEST], reason=fault)
