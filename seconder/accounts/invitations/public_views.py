"""What the link in the letter opens, for whoever opens it: signed in or not, the one who was invited or not."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from seconder.accounts import gate
from seconder.accounts.identity import vouching
from seconder.accounts.invitations import accepting
from seconder.accounts.models import Invitation, Person
from seconder.core.doors import open_to_all
from seconder.core.refusals import Conflict, NotFound
from seconder.core.responses import SeeOther


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows it and changes nothing, whoever fetches it. POST accepts, or leads to the account that it takes."""
    one = _find(token)
    person: Person | None = request.person or None  # type: ignore[attr-defined]  # set by person_middleware
    if one is None or (why := accepting.obstacle(one)):
        return _page(request, {"why": why if one else "", "one": None}, 410 if one else 404)
    if person and not accepting.is_for(one, person):
        return _page(request, {"one": one, "person": person, "whose": _masked(one.email)}, 403)
    if request.method != "POST":
        return _page(request, {"one": one, "person": person, **_shown(one)})
    return _accept(request, one, person) if person else _to_account(request, one)


def _accept(request: HttpRequest, one: Invitation, person: Person) -> HttpResponse:
    try:
        seat = accepting.accept(person, one)
    except Conflict as refused:
        messages.info(request, refused.detail)
        return SeeOther(gate.landing(person))
    messages.success(request, f"Welcome to {seat.organization.name}.")
    return SeeOther(reverse("runs:home", args=[seat.organization.slug]))


def _to_account(request: HttpRequest, one: Invitation) -> HttpResponse:
    """Whoever holds the link got it at that address: their account, or a new one for just that address."""
    here = urlencode({"next": request.path})
    if Person.objects.by_email(one.email):
        return SeeOther(f"{gate.SIGN_IN}?{here}")
    vouching.vouch(request, one.email, accepting.name_suggested(one.email))
    return SeeOther(f"{reverse('account_signup')}?{here}")


def _find(token: str) -> Invitation | None:
    try:
        return accepting.find(token)
    except NotFound:
        return None


def _shown(one: Invitation) -> dict[str, object]:
    with scope(organization=one.organization_id):
        teams = [str(team) for team in one.teams.all()]
    return {
        "has_account": Person.objects.by_email(one.email) is not None,
        "role": one.custom_role.title if one.custom_role else one.role,
        "teams": teams,
    }


def _masked(email: str) -> str:
    """Enough for its owner to know it by, not enough to write there: `f…@example.com`."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def _page(request: HttpRequest, shown: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "accounts/invitations/invitation.html", shown, status=status)
    response["Cache-Control"] = "no-store"
    return response
