"""The changes of the policy that one has not read yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from seconder.accounts import gate
from seconder.accounts.gate import AskedBySelf
from seconder.core.doors import SELF, door
from seconder.core.purposes import PURPOSES
from seconder.core.responses import SeeOther
from seconder.privacy.policy import reaching_back, telling


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: AskedBySelf) -> HttpResponse:
    """GET shows it; POST says that it was read, and to which new uses one agrees for what one gave before."""
    if request.method == "POST":
        number = request.POST.get("number", "")
        telling.acknowledge(
            request.person, int(number) if number.isdecimal() else 0, request.POST.getlist("agreed")
        )
        messages.success(request, "Thank you. You will not be asked about this change again.")
        return SeeOther(gate.landing(request.person))
    versions = [notice.version for notice in telling.waiting_for(request.person)]
    uses = [
        (name, PURPOSES[name].words)
        for version in versions
        for name in version.purposes
        if name in PURPOSES and not reaching_back.needs_no_choice(name)
    ]
    shown = {"versions": versions, "latest": versions[-1], "uses": uses}
    return render(request, "privacy/policy/notice.html", shown)
