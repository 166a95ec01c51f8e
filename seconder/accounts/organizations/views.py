from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from seconder.accounts.actor import can
from seconder.accounts.freshness import fresh
from seconder.accounts.gate import Asked, AskedBySelf
from seconder.accounts.models import Logo, Membership
from seconder.accounts.organizations import changing, logos
from seconder.accounts.organizations.forms import AddressForm, FoundingForm, LogoForm, NameForm
from seconder.accounts.organizations.founding import found
from seconder.accounts.organizations.naming import suggested
from seconder.accounts.organizations.places import SETTINGS, tabs
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door
from seconder.core.refusals import Conflict, NotFound
from seconder.core.responses import SeeOther
from seconder.events.by import By
from seconder.ui.forms import given


@door(SELF)
@require_safe
def organization_list(request: AskedBySelf) -> HttpResponse:
    """Where one belongs, and in which role."""
    with scopes_disabled():
        seats = Membership.objects.active().filter(person=request.person)
        rows = seats.select_related("organization", "custom_role").annotate(
            people=Count("organization__memberships", filter=Q(organization__memberships__is_active=True))
        )
        shown = {
            "seats": list(rows.order_by("organization__name")),
            "new_url": reverse("accounts:organization-new"),
            "own_pages": own_pages(request.path),
        }
    return render(request, "accounts/organizations/list.html", shown)


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_new(request: AskedBySelf) -> HttpResponseBase:
    """Founds one, whose owner one is then."""
    form = FoundingForm(request.POST if request.method == "POST" else None)

    def make() -> Membership:
        name = form.cleaned_data["name"]
        by = By("person", request.person.pk, "web", "session")
        return found(request.person, form.cleaned_data["slug"] or suggested(name), name, by)

    if request.method == "POST" and (seat := given(form, make)):
        messages.success(request, f"{seat.organization.name} is founded, and you own it.")
        return SeeOther(reverse("runs:home", args=[seat.organization.slug]))
    shown = {"form": form, "own_pages": own_pages(request.path)}
    return render(request, "accounts/organizations/new.html", shown, status=422 if form.errors else 200)


@door("organization.manage")
@require_safe
def settings_show(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    return _page(request)


@door("organization.manage")
@require_POST
def name_change(request: Asked, organization: str) -> HttpResponse:
    form = NameForm(request.POST)
    given(form, lambda: changing.rename(request.actor, form.cleaned_data["name"]))
    if form.errors:
        return _page(request, name=form)
    messages.success(request, f"It is called {request.organization.name} now.")
    return _back(organization)


@door("organization.manage")
@require_POST
def address_change(request: Asked, organization: str) -> HttpResponse:
    form = AddressForm(request.POST)
    given(form, lambda: changing.move(request.actor, form.cleaned_data["address"]))
    if form.errors:
        return _page(request, address=form)
    messages.success(request, "The postal address is changed.")
    return _back(organization)


@door("organization.manage")
@require_POST
def logo_change(request: Asked, organization: str) -> HttpResponse:
    form = LogoForm(request.POST, request.FILES)
    given(form, lambda: logos.change(request.actor, form.cleaned_data["logo"].file))
    if form.errors:
        return _page(request, logo=form)
    messages.success(request, "The logo is changed.")
    return _back(organization)


@door("organization.manage")
@require_POST
def logo_removal(request: Asked, organization: str) -> HttpResponse:
    logos.change(request.actor, None)
    messages.success(request, "The logo is taken away.")
    return _back(organization)


@door("organization.own")
@require_POST
@fresh
def second_factor_change(request: Asked, organization: str) -> HttpResponse:
    """`required` on or absent."""
    required = request.POST.get("required") == "true"
    try:
        changing.require_second_factor(request.actor, required=required)
    except Conflict as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(
            request,
            "Everybody needs a second factor now." if required else "A second factor is optional now.",
        )
    return _back(organization)


@door("home.read")
@require_safe
def logo_show(request: Asked, organization: str, mark: str) -> HttpResponse:  # noqa: ARG001  as above
    """The picture, and nothing that a browser could take for anything else. Its address changes with it."""
    logo = Logo.objects.visible_to(request.actor).first()
    if logo is None:
        raise NotFound("This organization has no logo.")
    response = HttpResponse(bytes(logo.content), content_type="image/png")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _page(
    request: Asked,
    name: NameForm | None = None,
    logo: LogoForm | None = None,
    address: AddressForm | None = None,
) -> HttpResponse:
    """`name`, `logo` and `address`: forms that were refused."""
    home = request.organization
    shown = {
        "tabs": tabs(request.actor, SETTINGS, request.path),
        "home": home,
        "name_form": name or NameForm({"name": home.name}),
        "address_form": address or AddressForm(initial={"address": home.postal_address}),
        "logo_form": logo or LogoForm(),
        "may_own": can(request.actor, "organization.own"),
        "without_factor": changing.without_second_factor(),
    }
    status = 422 if name or logo or address else 200
    return render(request, "accounts/organizations/settings.html", shown, status=status)


def _back(organization: str) -> HttpResponse:
    return SeeOther(reverse("accounts:settings", args=[organization]))
