"""The way in without an account, and for those who have one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seconder.accounts.freshness import demand_fresh
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity.limits import spend
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door, open_to_all
from seconder.core.responses import SeeOther
from seconder.privacy.requests import asking
from seconder.privacy.requests.forms import CodeForm, OwnForm, PublicForm
from seconder.ui.forms import given


# The token against forged forms lies in a cookie. These two ask nothing of who is signed in, so that a forged one does
# no more than its sender could do anyway, and people ask without cookies as well.
@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Answers alike whether we hold anything of the address or not."""
    form = PublicForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        spend(request, "privacy_request", key=said["address"].lower())
        made = asking.ask_at(said["address"], said["kind"], said["text"])
        return SeeOther(reverse("privacy:request-code", args=[made]))
    return render(request, "privacy/requests/new.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt  # as above
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def request_code(request: HttpRequest, asked: uuid.UUID) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        spend(request, "privacy_request_code", key=str(asked))
    if form.is_bound and (made := given(form, lambda: asking.prove(asked, form.cleaned_data["code"]))):
        shown = {"made": made, "organization": made.organization}
        return render(request, "privacy/requests/opened.html", shown)
    return render(request, "privacy/requests/code.html", {"form": form}, status=422 if form.errors else 200)


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def own_requests(request: AskedBySelf) -> HttpResponse:
    """One's own requests, with what came of them, and asking for more."""
    form = OwnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        demand_fresh(request)
        if given(
            form, lambda: asking.ask(request.person, form.cleaned_data["kind"], form.cleaned_data["text"])
        ):
            messages.success(request, "You asked. By when it is answered stands below.")
            return SeeOther(reverse("privacy:own-requests"))
    shown = {"form": form, "requests": asking.own(request.person), "own_pages": own_pages(request.path)}
    return render(request, "privacy/requests/own.html", shown, status=422 if form.errors else 200)
