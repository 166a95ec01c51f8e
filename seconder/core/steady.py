"""Answers that leave on a beat: how long one took then says nothing about what was found.

Whether an address has an account must not show in the time that an answer takes. The two ways do the same work as
far as can be; what is left is evened out here. The wait is the event loop's, so it holds no thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
BEAT = 0.5  # seconds; well above what such a view needs on a busy machine


def steady(view: View[P]) -> View[P]:
    """The answers of this view leave the web process a whole number of BEATs after the request came."""

    @wraps(view)
    def beaten(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.beat = BEAT if request.method == "POST" else 0.0  # type: ignore[attr-defined]  # read by core.threaded
        return view(request, *args, **kwargs)

    return beaten


def wait(request: HttpRequest | None, took: float) -> float:
    """The seconds that the answer has to wait still."""
    beat: float = getattr(request, "beat", 0.0)
    return beat - took % beat if beat else 0.0
