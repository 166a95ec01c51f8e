from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.invitations import lists, pages
from seconder.accounts.invitations.forms import InvitationForm, ListForm
from seconder.accounts.invitations.inviting import cancel, invite, send_again
from seconder.accounts.invitations.table import report
from seconder.accounts.models import Invitation, InvitationList
from seconder.accounts.people.pages import giveable
from seconder.core.doors import door
from seconder.core.refusals import Conflict, NotFound, TooMany
from seconder.core.responses import SeeOther
from seconder.ui.forms import given


@door("people.manage")
@require_safe
def invitation_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """`?state=` invited, accepted, expired or canceled; `after` is the cursor of the page before."""
    shown = pages.list_page(request.actor, request.GET.dict(), request.path)
    return render(request, "accounts/invitations/list.html", shown)


@door("people.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: Asked, organization: str) -> HttpResponse:
    start = request.POST if request.method == "POST" else None
    form = InvitationForm(start, titles=giveable(request.actor), initial={"role": lists.DEFAULT_ROLE})
    made = given(form, lambda: invite(request.actor, **form.cleaned_data)) if start is not None else None
    if made:
        messages.success(request, f"A letter is on its way to {made.email}. It works for seven days.")
        return _back(organization)
    shown = {"form": form, "organization": organization}
    return render(request, "accounts/invitations/new.html", shown, status=422 if form.errors else 200)


@door("people.manage")
@require_POST
def letter_create(request: Asked, organization: str, invitation: uuid.UUID) -> HttpResponse:
    one = _find(request, invitation)
    return _done(
        request,
        organization,
        lambda: send_again(request.actor, one),
        f"Another letter is on its way to {one.email}.",
    )


@door("people.manage")
@require_POST
def cancellation_create(request: Asked, organization: str, invitation: uuid.UUID) -> HttpResponse:
    one = _find(request, invitation)
    return _done(
        request,
        organization,
        lambda: cancel(request.actor, one),
        f"The invitation of {one.email} is canceled.",
    )


@door("people.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def list_new(request: Asked, organization: str) -> HttpResponse:
    """Many at once: a file, or the lines pasted."""
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    made = given(form, lambda: lists.take(request.actor, form.content())) if form.is_bound else None
    if made:
        return SeeOther(reverse("accounts:invitation-list", args=[organization, made.pk]))
    shown = {"form": form, "organization": organization, "roles": giveable(request.actor)}
    return render(request, "accounts/invitations/list_new.html", shown, status=422 if form.errors else 200)


@door("people.manage")
@require_safe
def list_show(request: Asked, organization: str, list: uuid.UUID) -> HttpResponse:  # noqa: A002, ARG001  the name in the address
    """How far it is, and what became of each line. `?only=refused` · `?after=` a line's number."""
    shown = pages.table_page(
        request.actor, _find_list(request, list), request.GET.dict(), request.get_full_path()
    )
    part = "#progress" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"accounts/invitations/table.html{part}", shown)


@door("people.manage")
@require_safe
def list_report(request: Asked, organization: str, list: uuid.UUID) -> HttpResponse:  # noqa: A002, ARG001  as above
    """The lines with what became of each, as CSV."""
    one = _find_list(request, list)
    response = HttpResponse(report(lists.lines_of(one)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="invitations-{one.created_at:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _find(request: Asked, invitation: uuid.UUID) -> Invitation:
    found = Invitation.objects.visible_to(request.actor).filter(pk=invitation).first()
    if found is None:
        raise NotFound("There is no such invitation here.")
    return found


def _find_list(request: Asked, one: uuid.UUID) -> InvitationList:
    found = InvitationList.objects.visible_to(request.actor).filter(pk=one).first()
    if found is None:
        raise NotFound("There is no such list here. Lists are forgotten after 30 days.")
    return found


def _done(request: HttpRequest, organization: str, verb: Callable[[], None], said: str) -> HttpResponse:
    try:
        verb()
    except (Conflict, TooMany) as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, said)
    return _back(organization)


def _back(organization: str) -> HttpResponse:
    return SeeOther(reverse("accounts:invitations", args=[organization]))
