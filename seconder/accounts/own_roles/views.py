from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.actor import Actor, can
from seconder.accounts.gate import Asked
from seconder.accounts.models import Membership, Role
from seconder.accounts.organizations.places import PEOPLE, tabs
from seconder.accounts.own_roles import changing
from seconder.accounts.own_roles.forms import RoleForm
from seconder.accounts.roles import MATRIX, MEANS, SAYS, verbs_of
from seconder.core.doors import door
from seconder.core.refusals import Conflict, NotFound
from seconder.core.responses import SeeOther
from seconder.ui.forms import given


@door("people.read")
@require_safe
def role_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """What each role may do: the table by which everything is judged."""
    return render(request, "accounts/roles/list.html", _matrix(request.actor, request.path))


def _matrix(actor: Actor, path: str) -> dict[str, Any]:  # Any: what the template names at its top
    slug = actor.organization.slug
    active = Count("memberships", filter=Q(memberships__is_active=True))
    own = list(Role.objects.visible_to(actor).annotate(people=active).order_by("title"))
    counts = dict(Membership.objects.active().values_list("role").annotate(Count("pk")).order_by())
    columns = [(name.capitalize(), verbs) for name, verbs in MATRIX.items()]
    columns += [(role.title, verbs_of("custom", role.verbs)) for role in own]
    return {
        "tabs": tabs(actor, PEOPLE, path),
        "built_in": [
            {"title": name.capitalize(), "says": says, "people": counts.get(name, 0)}
            for name, says in SAYS.items()
        ],
        "own": [{"role": role, "url": reverse("accounts:role", args=[slug, role.pk])} for role in own],
        "titles": [title for title, _ in columns],
        "rows": [
            {"verb": verb, "means": means, "cells": [(title, verb in verbs) for title, verbs in columns]}
            for verb, means in MEANS.items()
        ],
        "new_url": reverse("accounts:role-new", args=[slug]) if can(actor, "roles.manage") else None,
    }


@door("roles.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def role_new(request: Asked, organization: str) -> HttpResponse:
    form = RoleForm(request.actor, request.POST) if request.method == "POST" else RoleForm(request.actor)
    made = given(form, lambda: changing.make(request.actor, **form.cleaned_data)) if form.is_bound else None
    if made:
        messages.success(request, f"The role {made.title} is made. Give it to somebody on their page.")
        return _back(organization)
    return _form(request, form, None)


@door("roles.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def role_change(request: Asked, organization: str, role: uuid.UUID) -> HttpResponse:
    one = _find(request, role)
    start = request.POST if request.method == "POST" else None
    form = RoleForm(request.actor, start, is_new=False, initial={"title": one.title, "verbs": one.verbs})
    if form.is_bound:
        given(form, lambda: changing.change(request.actor, one, **form.cleaned_data))
        if not form.errors:
            messages.success(
                request, f"What {form.cleaned_data['title']} may is changed, from this moment on."
            )
            return _back(organization)
    return _form(request, form, one)


@door("roles.manage")
@require_POST
def role_removal(request: Asked, organization: str, role: uuid.UUID) -> HttpResponse:
    one = _find(request, role)
    try:
        changing.delete(request.actor, one)
    except Conflict as refused:
        messages.error(request, refused.detail)
        return SeeOther(reverse("accounts:role", args=[organization, role]))
    messages.success(request, f"The role {one.title} is deleted.")
    return _back(organization)


def _find(request: Asked, role: uuid.UUID) -> Role:
    found = Role.objects.visible_to(request.actor).filter(pk=role).first()
    if found is None:
        raise NotFound("There is no such role here.")
    return found


def _form(request: Asked, form: RoleForm, role: Role | None) -> HttpResponse:
    shown = {
        "form": form,
        "role": role,
        "may_change": role is None or can(request.actor, "roles.manage", role),
        "people": role.memberships.count() if role else 0,
    }
    return render(request, "accounts/roles/role.html", shown, status=422 if form.errors else 200)


def _back(organization: str) -> HttpResponse:
    return SeeOther(reverse("accounts:roles", args=[organization]))
