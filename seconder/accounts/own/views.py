"""The pages about oneself: who one is, and where one is signed in."""

from __future__ import annotations

import uuid

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts import gate, notice, security
from seconder.accounts.devices import Device
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.models import Session
from seconder.accounts.models.session import ABSOLUTE, IDLE
from seconder.accounts.own import own_pages
from seconder.accounts.own.forms import ProfileForm
from seconder.accounts.places import country_name
from seconder.core.clock import now
from seconder.core.doors import SELF, door
from seconder.core.refusals import NotFound

SIGNED_OUT = {"Clear-Site-Data": '"cache", "storage"'}  # has the browser forget what it kept of these pages


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AskedBySelf) -> HttpResponse:
    form = ProfileForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save():
        messages.success(request, "Your profile is changed.")
        return redirect("accounts:profile")
    shown = {
        "form": form,
        "person": request.person,
        "is_latest_notice": request.person.policy_version == notice.version(),
        "own_pages": own_pages(request.path),
    }
    return render(request, "accounts/profile.html", shown, status=422 if form.errors else 200)


@door(SELF)
@require_safe
def devices(request: AskedBySelf) -> HttpResponse:
    """Every sign-in of one's own that lasts, this one first."""
    here = _here(request)
    rows = _mine(request).filter(expires_at__gt=now()).order_by("-seen_at")
    shown = {
        "devices": sorted((_device(row, here) for row in rows), key=lambda device: not device["is_here"]),
        "idle": IDLE.days,
        "absolute": ABSOLUTE.days,
        "own_pages": own_pages(request.path),
    }
    return render(request, "accounts/devices.html", shown)


@door(SELF)
@require_POST
def device_ending(request: AskedBySelf, session: uuid.UUID) -> HttpResponse:
    found = _mine(request).filter(pk=session)
    if session == _here(request):
        return _signed_out(request)
    if not found.end():
        raise NotFound("There is no such sign-in of yours. It may have ended already.")
    security.observe("session.ended", person=request.person, request=request)
    messages.success(request, "That device is signed out.")
    return redirect("accounts:devices")


@door(SELF)
@require_POST
def devices_ending(request: AskedBySelf) -> HttpResponse:
    """All others, or with `which=all` this one as well."""
    _mine(request).exclude(pk=_here(request)).end()
    security.observe("sessions.ended", person=request.person, request=request)
    if request.POST.get("which") == "all":
        return _signed_out(request)
    messages.success(request, "All other devices are signed out.")
    return redirect("accounts:devices")


def _mine(request: AskedBySelf):  # type: ignore[no-untyped-def]  # the queryset of sessions
    return Session.objects.filter(person=request.person)


def _here(request: HttpRequest) -> uuid.UUID | None:
    row = getattr(request.session, "row", None)
    return row.pk if row else None


def _device(row: Session, here: uuid.UUID | None) -> dict[str, object]:
    return {
        "row": row,
        "name": Device(row.browser, row.system, row.device).name,
        "icon": {"unknown": "device"}.get(row.device, row.device),
        "country": country_name(row.country) or "an unknown place",
        "is_here": row.pk == here,
    }


def _signed_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(gate.SIGN_IN, headers=SIGNED_OUT)
