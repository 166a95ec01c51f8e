"""Refusals over HTTP: problem documents (RFC 9457) at the API, a page for people.

The `type` of a problem is a URI that stays the same: `<BASE_URL>/problems/<type>`, which opens a sentence
about it. All types are the subclasses of `Refusal`; `docs/reference/api.md` lists them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from seconder.core.refusals import Invalid, NotFound, NotSignedIn, Refusal, TooLarge

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
API = "/api/"


class BadRequest(Refusal):
    status, type, title = 400, "bad-request", "This is not a request that can be read"


class MethodNotAllowed(Refusal):
    status, type, title = 405, "method-not-allowed", "This address does not take that method"


class UnsupportedMediaType(Refusal):
    status, type, title = 415, "unsupported-media-type", "This media type is not read here"


class Broken(Refusal):
    status, type, title = 500, "internal-error", "Something is broken here"


def types(refusal: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal that there is, those without a `type` of their own left out."""
    if "type" in vars(refusal) and refusal is not Refusal:
        yield refusal
    for below in refusal.__subclasses__():
        yield from types(below)


def document(refusal: Refusal) -> dict[str, object]:
    return {
        "type": f"{settings.BASE_URL}/problems/{refusal.type}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        **refusal.facts,
    }


def problem(refusal: Refusal) -> HttpResponse:
    """The refusal as the API answers it."""
    body = json.dumps(document(refusal), ensure_ascii=False)
    response = HttpResponse(body, status=refusal.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"  # also where it passes no middleware
    if isinstance(refusal, NotSignedIn):
        response["WWW-Authenticate"] = 'Bearer realm="seconder"'
    return _with_patience(response, refusal)


def _with_patience(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    if "retry_after" in refusal.facts:
        response["Retry-After"] = str(refusal.facts["retry_after"])
    return response


class RefusalMiddleware(MiddlewareMixin):
    """Renders what views raise; and makes problem documents of what Django itself answers under the API."""

    get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith(API):
            return problem(exception)
        said = {"title": exception.title, "detail": exception.detail}
        page = render(request, "ui/refusal.html", said, status=exception.status)
        page["Cache-Control"] = "no-store"
        return _with_patience(page, exception)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_problem = response.get("Content-Type", "") == MEDIA_TYPE
        if response.status_code < 400 or is_problem or not request.path.startswith(API):
            return response
        made = problem(_in_place_of(response.status_code, request))
        if "Allow" in response:
            made["Allow"] = response["Allow"]
        return made


def _in_place_of(status: int, request: HttpRequest) -> Refusal:
    if status == 404:
        return NotFound("There is nothing at this address; /api/v1/openapi.json lists what there is.")
    if status == 405:
        return MethodNotAllowed(f"{request.method} is not taken at this address.")
    if status == 413:
        return TooLarge("The body of the request is too large.")
    if status == 422:
        return Invalid("The request is not as /api/v1/openapi.json describes it.")
    if status < 500:
        return BadRequest("The request cannot be read. Check its address, headers and encoding.")
    return Broken("The request was not carried out. It is logged; trying again may help.")
