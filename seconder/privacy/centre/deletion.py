from __future__ import annotations

from datetime import timedelta

from django.contrib import auth, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from seconder.accounts.freshness import fresh
from seconder.accounts.gate import SIGN_IN, AskedBySelf
from seconder.accounts.own import own_pages
from seconder.accounts.own.views import SIGNED_OUT
from seconder.core.doors import SELF, door
from seconder.core.responses import SeeOther
from seconder.privacy.centre.forms import DeletionForm
from seconder.privacy.erasure import performing
from seconder.privacy.erasure.planning import plan
from seconder.privacy.models import Erasure
from seconder.privacy.models.erasure import GRACE
from seconder.privacy.subject import Subject
from seconder.ui.forms import given


@door(SELF)
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: AskedBySelf) -> HttpResponse:
    """What would be deleted and what stays; asking for it. Once asked, when it begins and how to keep the account."""
    waiting = Erasure.objects.of_person(request.person.pk).under_way().first()
    shown = plan(Subject.of(request.person))
    form = DeletionForm(request.person, shown, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := given(form, lambda: _ask(request, form))):
        if made.begins_at > made.asked_at + timedelta(minutes=1):
            messages.success(request, "Your account will be deleted. Until then you can keep it.")
            return SeeOther(reverse("privacy:deletion"))
        auth.logout(request)
        return HttpResponseRedirect(SIGN_IN, headers=SIGNED_OUT)
    facts = {
        "form": form,
        "plan": shown,
        "waiting": waiting,
        "own_pages": own_pages(request.path),
    }
    return render(request, "privacy/centre/deletion.html", facts, status=422 if form.errors else 200)


def _ask(request: AskedBySelf, form: DeletionForm) -> Erasure:
    grace = timedelta(0) if form.cleaned_data["when"] == "now" else GRACE
    return performing.ask(request.person, heirs=form.heirs, asked_by=request.person.pk, grace=grace)


@door(SELF)
@require_POST
def withdrawal(request: AskedBySelf) -> HttpResponse:
    performing.withdraw(request.person)
    messages.success(request, "Your account stays.")
    return SeeOther(reverse("privacy:centre"))
