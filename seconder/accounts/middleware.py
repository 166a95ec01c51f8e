from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from seconder.accounts.gate import signed_in
from seconder.accounts.models import Person

Next = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def _person(request: HttpRequest) -> Person | None:
    person_id = signed_in(request)
    return (person_id and Person.objects.filter(pk=person_id, is_active=True).first()) or None


@sync_and_async_middleware
def person_middleware(get_response: Next) -> Next:
    """`request.person`, read when first asked for: None for nobody. It waits for nothing, so it calls straight
    through whether what follows is synchronous or not; doors replace it by the member that they loaded."""

    def called(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.person = SimpleLazyObject(partial(_person, request))  # type: ignore[attr-defined]  # ours
        return get_response(request)

    if iscoroutinefunction(get_response):
        markcoroutinefunction(called)
    return called  # type: ignore[return-value]  # as synchronous or asynchronous as what it was given
