from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.gate import Asked
from seconder.accounts.models import Team
from seconder.accounts.people.forms import ColleagueForm
from seconder.accounts.people.views import find as find_person
from seconder.accounts.teams import changing, pages
from seconder.accounts.teams.forms import TeamForm, TitleForm
from seconder.core.doors import door
from seconder.core.refusals import Conflict, Invalid, NotFound
from seconder.core.responses import SeeOther
from seconder.ui.forms import given

SIGHT = Sight("team", "people.read", "people.read", {"teams.manage": "say who is in it"})


@door("people.read")
@require_safe
def team_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    return render(request, "accounts/teams/list.html", pages.list_page(request.actor, request.path))


@door("teams.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def team_new(request: Asked, organization: str) -> HttpResponse:
    form = TeamForm(request.POST) if request.method == "POST" else TeamForm()
    made = given(form, lambda: changing.make(request.actor, **form.cleaned_data)) if form.is_bound else None
    if made:
        messages.success(request, f"The team {made} is made. Put people in.")
        return _to(organization, made)
    shown = {"form": form, "organization": organization}
    return render(request, "accounts/teams/new.html", shown, status=422 if form.errors else 200)


@door("people.read")
@require_safe
def team_show(request: Asked, organization: str, team: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """`?after=` is the cursor of the page of people before."""
    shown = pages.team_page(request.actor, find(request, team), request.GET.get("after", ""))
    return render(request, "accounts/teams/team.html", shown)


@door("people.read")
@require_safe
def team_access(request: Asked, organization: str, team: uuid.UUID) -> HttpResponse:
    one = find(request, team)
    return access_page(request, one, SIGHT, str(one), reverse("accounts:team", args=[organization, team]))


@door("people.read", rule="teams.manage")
@require_POST
def title_change(request: Asked, organization: str, team: uuid.UUID) -> HttpResponse:
    one, form = find(request, team), TitleForm(request.POST)
    changing.may_manage(request.actor, one)
    given(form, lambda: changing.rename(request.actor, one, form.cleaned_data["title"]))
    if form.errors:
        return render(
            request, "accounts/teams/team.html", pages.team_page(request.actor, one, title=form), status=422
        )
    messages.success(request, f"The team is called {one} now.")
    return _to(organization, one)


@door("people.read", rule="teams.manage")
@require_POST
def member_add(request: Asked, organization: str, team: uuid.UUID) -> HttpResponse:
    one, form = find(request, team), ColleagueForm(request.POST)
    changing.may_manage(request.actor, one)
    given(form, lambda: changing.put_in(request.actor, one, form.cleaned_data["to"]))
    if form.errors:
        return render(
            request, "accounts/teams/team.html", pages.team_page(request.actor, one, to=form), status=422
        )
    messages.success(request, f"{form.cleaned_data['to'].person.name} is in the team.")
    return _to(organization, one)


@door("people.read", rule="teams.manage")
@require_POST
def member_removal(request: Asked, organization: str, team: uuid.UUID, person: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Of others by whoever manages the team; of oneself by anybody."""
    one, seat = find(request, team), find_person(request, person)
    said = f"{seat.person.name} is not in the team any more."
    return _done(request, one, lambda: changing.take_out(request.actor, one, seat), said)


@door("people.read", rule="teams.manage")
@require_POST
def lead_change(request: Asked, organization: str, team: uuid.UUID, person: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """`lead` true or absent."""
    one, seat = find(request, team), find_person(request, person)
    is_lead = request.POST.get("lead") == "true"
    said = f"{seat.person.name} {'leads the team now' if is_lead else 'does not lead the team any more'}."
    return _done(request, one, lambda: changing.set_lead(request.actor, one, seat, is_lead=is_lead), said)


@door("teams.manage")
@require_POST
def team_removal(request: Asked, organization: str, team: uuid.UUID) -> HttpResponse:
    one = find(request, team)
    try:
        changing.delete(request.actor, one)
    except Conflict as refused:
        messages.error(request, refused.detail)
        return _to(organization, one)
    messages.success(request, f"The team {one} is deleted.")
    return SeeOther(reverse("accounts:teams", args=[organization]))


def find(request: Asked, team: uuid.UUID) -> Team:
    found = Team.objects.visible_to(request.actor).filter(pk=team).first()
    if found is None:
        raise NotFound("There is no such team here.")
    return found


def _done(request: Asked, team: Team, verb: Callable[[], None], said: str) -> HttpResponse:
    try:
        verb()
    except (Conflict, Invalid) as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, said)
    return _to(request.organization.slug, team)


def _to(organization: str, team: Team) -> HttpResponse:
    return SeeOther(reverse("accounts:team", args=[organization, team.pk]))
