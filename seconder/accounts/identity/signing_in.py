"""The page "Signing in" of one's account: each way of proving who one is, its state, and what can be done about it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity import connections, factors
from seconder.accounts.identity.suspended import suspended
from seconder.accounts.models import Person


@require_safe
def index(request: AskedBySelf) -> HttpResponse:
    waiting = suspended(request)
    shown = {
        **_factors(request.person),
        "person": request.person,
        "providers": connections.of(request.person),
        "hindrance": factors.hindrance(request),
        "waiting": waiting if waiting and waiting.needs == "factor" else None,
    }
    return TemplateResponse(request, "mfa/index.html", shown)


def _factors(person: Person) -> dict[str, Any]:  # Any: a template's context
    rows = list(Authenticator.objects.filter(user_id=person.pk).order_by("created_at", "pk"))
    of = {
        kind: [row for row in rows if row.type == kind]
        for kind in (factors.APP, factors.PASSKEY, factors.CODES)
    }
    codes = of[factors.CODES][0].wrap() if of[factors.CODES] else None
    return {
        "app": of[factors.APP][0] if of[factors.APP] else None,
        "passkeys": [
            {"row": row, "name": row.wrap().name, "alone": row.wrap().is_passwordless}
            for row in of[factors.PASSKEY]
        ],
        "codes": codes and {"said": f"{len(codes.get_unused_codes())} left", "seen": codes.did_view},
        "has_factor": bool(of[factors.APP] or of[factors.PASSKEY]),
    }
