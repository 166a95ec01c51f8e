from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from seconder.accounts.actor import SecondFactorNeeded
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

    called.process_exception = _lead  # type: ignore[attr-defined]  # Django looks for it here
    if iscoroutinefunction(get_response):
        markcoroutinefunction(called)
    return called  # type: ignore[return-value]  # as synchronous or asynchronous as what it was given


def _person(request: HttpRequest) -> Person | None:
    user = request.user
    return user if isinstance(user, Person) else None


def _lead(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
    """Where something is missing that the person can give, a page leads to where it is given."""
    if request.path.startswith("/api/"):
        return None
    if isinstance(exception, NotFresh):
        return _prove_again(request, exception)
    return _set_up_factor(request, exception) if isinstance(exception, SecondFactorNeeded) else None


def _set_up_factor(request: HttpRequest, needed: SecondFactorNeeded) -> HttpResponseBase:
    there = reverse("mfa_index")
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(there)
    messages.warning(request, needed.detail)
    return HttpResponseRedirect(there)


def _prove_again(request: HttpRequest, needed: NotFresh) -> HttpResponse:
    """And back to what was asked for."""
    from seconder.accounts.identity.suspended import suspend

    return suspend(request, needed.needs)
