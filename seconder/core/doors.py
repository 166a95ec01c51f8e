"""Who may open a URL. Each view names the verb that it needs; a URL without one fails the build.

    @door("reviews.read")
    def inbox(request): …

The judge is bound in `wiring.py`, because it lives above (`accounts`), while doors stand on every floor.
`open_to_all` marks the few pages that need nobody signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Judge = Callable[[HttpRequest, str, dict[str, object]], HttpResponseBase | None]

OPEN = "everyone"
_judge: list[Judge] = []


def bind_judge(judge: Judge) -> None:
    """`judge(request, verb, url_arguments)` answers None to let in, or the response that keeps out."""
    _judge[:] = [judge]


def door(verb: str) -> Callable[[View[P]], View[P]]:
    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refused = _judge[0](request, verb, kwargs)
            return refused or view(request, *args, **kwargs)

        opened.door = verb  # type: ignore[attr-defined]  # read by the house rule that walks all URLs
        return opened

    return guard


def open_to_all(view: View[P]) -> View[P]:
    view.door = OPEN  # type: ignore[attr-defined]  # as above
    return view
