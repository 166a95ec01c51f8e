"""Who may open a URL. Each view names the verb that it needs; a URL without one fails the build.

    @door("reviews.read")
    def inbox(request): …

The judge is bound in `wiring.py`, because it lives above (`accounts`), while doors stand on every floor.
Pages and API routes have the same doors. A person's own pages, outside any organization, are `@door(SELF)`.
`open_to_all` marks the few that need nobody signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

P = ParamSpec("P")
# The request as the view knows it: the judge has put the actor on it by then.
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Verdict = HttpResponseBase | AbstractContextManager[None]


class Judge(Protocol):
    def __call__(
        self, request: HttpRequest, verb: str, arguments: dict[str, object], /, *, of_installation: bool
    ) -> Verdict: ...


OPEN = "everyone"
SELF = "signed in"
_judge: list[Judge] = []


def bind_judge(judge: Judge) -> None:
    """`judge(request, verb, url_arguments, of_installation=…)` answers the block inside which the view runs (it
    holds the scope of the organization), or the response that keeps out, or raises the Refusal that does."""
    _judge[:] = [judge]


def door(
    verb: str, *, rule: str = "", of_installation: bool = False
) -> Callable[[Callable[Concatenate[Request, P], HttpResponseBase]], View[P]]:
    """`rule`: the verb that the rule behind this door asks for, of the thing that it finds; said here so that the
    published matrix can say it. `of_installation`: what is behind it is about the whole installation, and opens in
    the operator's organization alone."""

    def guard(view: Callable[Concatenate[Request, P], HttpResponseBase]) -> View[P]:
        if iscoroutinefunction(view):
            raise TypeError(
                f"{view.__qualname__}: a door holds a scope around the view, so it cannot be async."
            )

        @wraps(view)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            verdict = _judge[0](request, verb, kwargs, of_installation=of_installation)
            if isinstance(verdict, HttpResponseBase):
                return _unshared(verdict)
            with verdict:
                response = view(cast("Request", request), *args, **kwargs)  # as the judge made it
                # What a template reads late must still be read inside the scope.
                whole = response.render() if isinstance(response, SimpleTemplateResponse) else response
                return _unshared(whole)

        opened.door, opened.rule = verb, rule  # type: ignore[attr-defined]  # read by who walks all URLs
        opened.of_installation = of_installation  # type: ignore[attr-defined]  # as above
        return opened

    return guard


def _unshared(response: HttpResponseBase) -> HttpResponseBase:
    """No cache keeps what was said to one person, nor does the browser after they signed out."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def open_to_all(view: View[P]) -> View[P]:
    view.door = OPEN  # type: ignore[attr-defined]  # as above
    return view
