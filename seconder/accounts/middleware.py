from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from seconder.accounts.freshness import NotFresh
from seconder.accounts.gate import person_of
from seconder.accounts.models import Person

Next = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def _user(request: HttpRequest) -> Person | AnonymousUser:
    return person_of(request) or AnonymousUser()


@sync_and_async_middleware
def person_middleware(get_response: Next) -> Next:
    """`request.person`, None for nobody, and `request.user`, as Django and allauth call the same. Read when first
    asked for; doors replace them by the member that they loaded. It waits for nothing, so it calls straight through
    whether what follows is synchronous or not."""

    def called(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.user = SimpleLazyObject(partial(_user, request))  # type: ignore[assignment]  # a person, once read
        request.person = SimpleLazyObject(partial(_person, request))  # type: ignore[attr-defined]  # ours
        return get_response(request)

    called.process_exception = _prove_again  # type: ignore[attr-defined]  # Django looks for it here
    if iscoroutinefunction(get_response):
        markcoroutinefunction(called)
    return called  # type: ignore[return-value]  # as synchronous or asynchronous as what it was given


def _person(request: HttpRequest) -> Person | None:
    user = request.user
    return user if isinstance(user, Person) else None


def _prove_again(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """A page that needs a fresh proof leads to where one is given, and comes back to what was asked for."""
    if not isinstance(exception, NotFresh) or request.path.startswith("/api/"):
        return None
    from allauth.account.internal.flows.reauthentication import suspend_request

    response: HttpResponse = suspend_request(request, "/account/confirm/")
    return response
