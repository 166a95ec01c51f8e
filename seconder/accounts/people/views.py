from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.actor import can
from seconder.accounts.freshness import demand_fresh
from seconder.accounts.gate import Asked
from seconder.accounts.models import Membership
from seconder.accounts.organizations.places import PEOPLE, tabs
from seconder.accounts.people import changing, leaving, pages
from seconder.accounts.people.forms import ColleagueForm, RoleForm
from seconder.core.doors import door
from seconder.core.refusals import Conflict, NotFound
from seconder.core.responses import SeeOther
from seconder.ui.forms import given

SIGHT = Sight(
    "person", "people.read", "people.read", {"people.manage": "change their role, suspend and remove them"}
)


@door("people.read")
@require_safe
def person_list(request: Asked, organization: str) -> HttpResponse:
    """`?text=`, `role`, `team`, `state` narrow it down; `after` is the cursor of the page before."""
    shown = pages.list_page(request.actor, request.GET.dict())
    shown["tabs"] = tabs(request.actor, PEOPLE, request.path)
    if can(request.actor, "people.manage"):
        shown["invite_url"] = reverse("accounts:invitation-new", args=[organization])
    return render(request, "accounts/people/list.html", shown)


@door("people.read")
@require_safe
def person_show(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:  # noqa: ARG001  the door reads it
    return _page(request, find(request, person))


@door("people.read", rule="people.manage")
@require_POST
def role_change(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    seat = find(request, person)
    form = RoleForm(request.POST, titles=pages.giveable(request.actor))
    changing.may_manage(request.actor, seat)
    if "owner" in (seat.role, request.POST.get("role")):
        demand_fresh(request)
    given(form, lambda: changing.change_role(request.actor, seat, form.cleaned_data["role"]))
    if form.errors:
        return _page(request, seat, role=form)
    messages.success(request, f"{seat.person.name} has the role {form.cleaned_data['role']} now.")
    return _to(organization, person)


@door("people.read", rule="people.manage")
@require_POST
def suspension_create(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    seat = find(request, person)
    return _done(
        request,
        lambda: changing.suspend(request.actor, seat),
        f"{seat.person.name} is suspended: what they had open here has ended.",
        _to(organization, person),
    )


@door("people.read", rule="people.manage")
@require_POST
def reactivation_create(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    seat = find(request, person)
    said = f"{seat.person.name} may come in again."
    return _done(request, lambda: changing.reactivate(request.actor, seat), said, _to(organization, person))


@door("people.read", rule="people.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    """`to` takes over what they own; needed where there is something that somebody must have."""
    seat = find(request, person)
    changing.may_manage(request.actor, seat)
    form = ColleagueForm(request.POST if request.method == "POST" else None, required=False)
    if form.is_bound:
        given(form, lambda: leaving.remove(request.actor, seat, form.cleaned_data["to"]))
        if not form.errors:
            messages.success(request, f"{seat.person.name} is not a member any more.")
            return SeeOther(reverse("accounts:people", args=[organization]))
    return _asking(request, seat, "remove", form)


@door("people.read", rule="people.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    """Of one's own things, or of somebody's whom one may manage."""
    seat = find(request, person)
    if seat.person_id != request.person.pk:
        changing.may_manage(request.actor, seat)
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        handed = given(form, lambda: leaving.pass_on(request.actor, seat, form.cleaned_data["to"]))
        if handed:
            what = ", ".join(f"{count} {noun}" for noun, count in handed.items())
            messages.success(request, f"{form.cleaned_data['to'].person.name} has taken over: {what}.")
            return _to(organization, person)
    return _asking(request, seat, "hand over", form)


@door("people.read")
@require_safe
def person_access(request: Asked, organization: str, person: uuid.UUID) -> HttpResponse:
    seat = find(request, person)
    return access_page(
        request, seat, SIGHT, seat.person.name, reverse("accounts:person", args=[organization, person])
    )


@door("home.read")
@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  as above
    """Leaving, of one's own will."""
    seat = Membership.objects.select_related("person", "custom_role").get(person=request.person)
    form = ColleagueForm(request.POST if request.method == "POST" else None, required=False)
    if form.is_bound:
        given(form, lambda: leaving.leave(request.actor, form.cleaned_data["to"]))
        if not form.errors:
            messages.success(request, f"You have left {request.organization.name}.")
            return SeeOther(reverse("accounts:organizations"))
    return _asking(request, seat, "leave", form)


def _asking(request: Asked, seat: Membership, what: str, form: ColleagueForm) -> HttpResponse:
    """What will happen, and who takes over: asked before it does."""
    shown = {**pages.belongings_of(request.actor, seat), "what": what, "form": form}
    return render(request, "accounts/people/handing.html", shown, status=422 if form.errors else 200)


def find(request: Asked, person: uuid.UUID) -> Membership:
    """Raises NotFound for who is not a member here."""
    rows = Membership.objects.visible_to(request.actor).select_related("person", "custom_role")
    found = rows.filter(person=person).first()
    if found is None:
        raise NotFound("There is no such person here.")
    return found


def _page(request: Asked, seat: Membership, role: RoleForm | None = None) -> HttpResponse:
    """`role`: a form that was refused."""
    shown = pages.person_page(request.actor, seat, role)
    return render(request, "accounts/people/person.html", shown, status=422 if role else 200)


def _done(request: Asked, verb: Callable[[], None], said: str, to: HttpResponse) -> HttpResponse:
    try:
        verb()
    except Conflict as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, said)
    return to


def _to(organization: str, person: uuid.UUID) -> HttpResponse:
    return SeeOther(reverse("accounts:person", args=[organization, person]))
