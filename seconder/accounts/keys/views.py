from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.actor import can
from seconder.accounts.freshness import fresh
from seconder.accounts.gate import Asked
from seconder.accounts.keys import ending
from seconder.accounts.keys.asking import ask
from seconder.accounts.keys.forms import KeyForm
from seconder.accounts.models import ApiKey
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.ui.forms import given

SIGHT = Sight("key", "keys.own", "keys.manage", {"keys.own": "revoke it"})


@door("keys.own")
@require_safe
def key_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """One's own; for whoever manages keys, everybody's."""
    keys = list(ApiKey.objects.visible_to(request.actor).select_related("person").order_by("-pk"))
    living = [key for key in keys if key.standing == "active"]
    shown = {
        "groups": [
            ("Yours", [key for key in living if key.person_id == request.person.pk and not key.is_service]),
            ("Service keys", [key for key in living if key.is_service]),
            (
                "Other people's",
                [key for key in living if key.person_id != request.person.pk and not key.is_service],
            ),
        ],
        "ended": [key for key in keys if key.standing != "active"],
        "tabs": tabs(request.actor, SETTINGS, request.path),
    }
    return render(request, "accounts/keys/list.html", shown)


@door("keys.own")
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def key_new(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  as above
    """The key itself stands in the answer to the form, once: it lies nowhere that a second look could find it."""
    form = KeyForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := given(form, lambda: ask(request.actor, form.wanted()))):
        key, secret = made
        response = render(request, "accounts/keys/shown.html", {"key": key, "secret": secret}, status=201)
        response["Cache-Control"] = "no-store"
        return response
    shown = {"form": form, "may_make_service_keys": can(request.actor, "keys.manage")}
    return render(request, "accounts/keys/new.html", shown, status=422 if form.errors else 200)


@door("keys.own", rule="people.read")
@require_safe
def key_access(request: Asked, organization: str, key: uuid.UUID) -> HttpResponse:
    found = _find(request, key)
    return access_page(request, found, SIGHT, found.name, reverse("accounts:keys", args=[organization]))


@door("keys.own")
@require_POST
def key_revocation(request: Asked, organization: str, key: uuid.UUID) -> HttpResponse:
    found = _find(request, key)
    ending.revoke(request.actor, found)
    messages.success(request, f"The key “{found.name}” is revoked.")
    return SeeOther(reverse("accounts:keys", args=[organization]))


def _find(request: Asked, key: uuid.UUID) -> ApiKey:
    found = ApiKey.objects.visible_to(request.actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such key here.")
    return found
