"""Requests that are refused before any view sees them: they are noted, and answered with a page."""

from __future__ import annotations

import structlog
from django.core.exceptions import DisallowedHost
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views import csrf, defaults

from seconder.accounts import security

log = structlog.get_logger()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400` of the site map."""
    if isinstance(exception, DisallowedHost):
        _note(request, "it was for another host")
    return defaults.bad_request(request, exception)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: a form that did not come from our own page, or from one that was open for too long."""
    _note(request, "it did not come from one of our pages")
    return csrf.csrf_failure(request, reason)


def _note(request: HttpRequest, why: str) -> None:
    try:
        security.observe("request.refused", request=request, why=why)
    except OperationalError:  # a refusal needs no database, and is not to become a fault of ours
        log.warning("security_event.lost", kind="request.refused")
