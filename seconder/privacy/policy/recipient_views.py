"""Who gets data, and what browsers keep, as anybody reads it; and news of the former by mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.identity import limits
from seconder.accounts.places import country_name
from seconder.core.doors import open_to_all
from seconder.core.recipients import ANY, CHOSEN
from seconder.core.refusals import Invalid
from seconder.core.responses import SeeOther
from seconder.privacy.models import PolicyVersion
from seconder.privacy.policy import news, standing
from seconder.privacy.policy.forms import AddressForm
from seconder.privacy.policy.publishing import in_force
from seconder.privacy.policy.text import name_of
from seconder.privacy.policy.words import ROLES, kind_of_data

Facts = Any  # JSON of a version


@open_to_all
@require_safe
def recipients(request: HttpRequest) -> HttpResponse:
    found, coming = in_force(), PolicyVersion.objects.coming()
    shown = {
        "version": found,
        "rows": _rows(found.text.read["facts"]),
        "ahead": standing.ahead_of(found.text.read["facts"]),
        "coming": coming,
        "coming_rows": _rows(coming.text.read["facts"]) if coming else [],
        "form": AddressForm(),
    }
    return render(request, "privacy/policy/recipients.html", shown)


@open_to_all
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    found = in_force()
    section = next(each for each in found.text.read["sections"] if each["id"] == "cookies")
    return render(request, "privacy/policy/cookies.html", {"version": found, "section": section})


@open_to_all
@require_POST
def news_asking(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        raise Invalid("This is no e-mail address. Go back and give one.", path="email")
    limits.spend(request, "recipient_news", form.cleaned_data["email"].lower())
    news.ask(form.cleaned_data["email"])
    messages.success(request, "A mail is on its way to that address. Open the link in it to confirm.")
    return SeeOther(reverse("privacy:recipients"))


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def news_confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, whoever fetches it."""
    address = news.asked(token)
    if request.method == "POST":
        news.confirm(token)
        messages.success(request, "You will be told when others get data.")
        return SeeOther(reverse("privacy:recipients"))
    return _unshared(render(request, "privacy/policy/news_confirm.html", {"address": address}))


@csrf_exempt  # a mail program presses the button as well (RFC 8058), and it has no cookie of ours
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def news_stopping(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever fetches it looks and changes nothing; POST stops it, and once more does no harm."""
    found = news.stopping(token)
    if request.method == "POST" and found:
        found.delete()
        found = None
    return _unshared(render(request, "privacy/policy/news_stop.html", {"still": found}))


def _rows(facts: Facts) -> list[dict[str, object]]:
    return [
        {
            "name": name_of(each),
            "what": each["name"] if each["name"] != name_of(each) else "",
            "kind": each["kind"],
            "role": ROLES[each["role"]],
            "gets": sorted({kind_of_data(name) for name in each["categories"]}),
            "why": [facts["purposes"][name]["words"] for name in each["purposes"]],
            "where": [country_name(country) for country in each["countries"]],
            "is_chosen": each["kind"] == CHOSEN,
            "hosts": [host for host in each["hosts"] if host != ANY],
            "transfer": each["transfer"],
            "fallback": each["fallback"],
            "agreement": each["agreement"],
            "since": each["since"],
        }
        for each in facts["recipients"].values()
    ]


def _unshared(response: HttpResponse) -> HttpResponse:
    """The address of the page holds a secret: no cache keeps it."""
    response["Cache-Control"] = "no-store"
    return response
