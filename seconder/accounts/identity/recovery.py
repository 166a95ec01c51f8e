"""Recovery codes: shown once, to whoever asks for them by a button; looking at their page shows and changes nothing."""

from __future__ import annotations

import base64

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity import factors
from seconder.accounts.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AskedBySelf) -> HttpResponse:
    """POST shows them where nobody has seen them yet."""
    row = Authenticator.objects.filter(user_id=request.person.pk, type=factors.CODES).first()
    if row is None:
        return redirect("mfa_index")
    codes = _first_seen(row) if request.method == "POST" else None
    return _page(request, row.wrap(), codes)


@require_POST
def renew(request: AskedBySelf) -> HttpResponse:
    """New ones in place of the old, which end; for whoever has a second factor that they stand in for."""
    if not factors.has_second_factor(request.person):
        return redirect("mfa_index")
    row = flows.generate_recovery_codes(request)
    return _page(request, row.wrap(), _first_seen(row))


def _first_seen(row: Authenticator) -> list[str] | None:
    with transaction.atomic():
        locked = Authenticator.objects.select_for_update().filter(pk=row.pk).first()
        if locked is None or locked.wrap().did_view:
            return None
        codes = locked.wrap()
        codes.mark_as_viewed()
        found: list[str] = codes.get_unused_codes()
        return found


def _page(request: AskedBySelf, kept: RecoveryCodes, codes: list[str] | None) -> HttpResponse:
    shown = {
        "codes": codes,
        "file": _file(request.person, codes) if codes else "",
        "left": len(kept.get_unused_codes()),
        "is_seen": kept.did_view,
    }
    return TemplateResponse(request, "mfa/recovery_codes.html", shown)


def _file(person: Person, codes: list[str]) -> str:
    """The same as a file to keep, inside the page itself: what is shown once is not fetched again."""
    text = (
        f"Seconder recovery codes of {person.email}\n{settings.BASE_URL}\nEach works once.\n\n"
        + "\n".join(codes)
        + "\n"
    )
    return "data:text/plain;charset=utf-8;base64," + base64.b64encode(text.encode()).decode()
