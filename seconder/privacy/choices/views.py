"""What anybody may choose: without an account, without scripts, and where the browser keeps nothing."""

from __future__ import annotations

import functools
import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from seconder.accounts.gate import AskedBySelf
from seconder.accounts.own import own_pages
from seconder.core.clock import rfc3339
from seconder.core.doors import SELF, door, open_to_all
from seconder.core.refusals import NotFound
from seconder.privacy import proofs
from seconder.privacy.choices import answering, pages, receipts
from seconder.privacy.models import Consent
from seconder.privacy.policy.publishing import in_force

HONOURED = ("C01", "C02", "C03", "C04")  # the invariants of the signal


@csrf_exempt  # see `answering._is_ours`
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    bool(request.person)  # type: ignore[attr-defined]  # asked for, so that the account's choice is known
    if request.method == "POST":
        return _post(request)
    shown = render(request, "privacy/choices/page.html", pages.shown(request))
    shown["Cache-Control"] = "no-store"
    return shown


def _post(request: HttpRequest) -> HttpResponse:
    """A yes against the person's own signal is asked about in words, and kept only then."""
    answers = answering.answers_of(request)
    against = answering.against_signal(request, answers)
    if not against:
        return answering.keep(request, answers)
    asks = {
        "against": against,
        "back": answering.back(request),
        "surface": request.POST.get("surface", "page"),
    }
    shown = render(request, "privacy/choices/conflict.html", asks, status=409)
    shown["Cache-Control"] = "no-store"
    return shown


@door(SELF)
@require_safe
def own_choices(request: AskedBySelf) -> HttpResponse:
    """What holds for the account, and every answer that it ever gave."""
    history = Consent.objects.of(request.person.pk).select_related("notice")
    shown = pages.shown(request) | {"history": pages.history(history), "own_pages": own_pages(request.path)}
    return render(request, "privacy/choices/own.html", shown)


@door(SELF)
@require_safe
def receipt(request: AskedBySelf, consent: uuid.UUID) -> HttpResponse:
    found = Consent.objects.of(request.person.pk).filter(pk=consent).select_related("notice").first()
    if found is None:
        raise NotFound("There is no such answer of yours.")
    response = JsonResponse(receipts.signed(found), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.pk}.json"'
    return response


@open_to_all
@require_safe
def gpc(_request: HttpRequest) -> HttpResponse:
    """Whether the signal is honoured: said only where the tests of it passed on this very code."""
    proved = _proved()
    is_honoured = all(proved.of(invariant) for invariant in HONOURED)
    return JsonResponse(
        {"gpc": is_honoured, "lastUpdate": proved.at or rfc3339(in_force().effective_from)},
        headers={"Cache-Control": "max-age=3600"},
    )


@functools.cache
def _proved() -> proofs.Proofs:
    """Neither code nor file changes while it runs."""
    return proofs.read()
