"""How lately somebody proved who they are, and with what: asked before what cannot be undone.

allauth notes each proof in the session. One that is younger than FRESH counts, whether it began the session or came
later; what an identity provider said does not. A second factor is asked for by itself where the risk is high.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from seconder.core.refusals import NotAllowed

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)  # as a door makes it
View = Callable[Concatenate[Request, P], HttpResponseBase]
FRESH = 600  # seconds
RECORDS = "account_authentication_methods"  # allauth's keys in the session: the proofs, and whose they are
WHOSE = "account_authentication_methods_user"
FACTOR = "mfa"  # allauth's word for a proof by second factor or passkey
PROVIDER = "socialaccount"  # allauth's word for what an identity provider said


class NotFresh(NotAllowed):
    """A page leads to proving it again and back; the API says so. `needs` is "proof" or "factor"."""

    type, title = "fresh-sign-in-needed", "Prove once more who you are"

    def __init__(self, detail: str, needs: str = "proof") -> None:
        super().__init__(detail, needs=needs)
        self.needs = needs


def is_fresh(request: HttpRequest) -> bool:
    """What a provider said is no proof, not even at the sign-in: with a session of its own it asks nobody anything."""
    return any(record.get("method") != PROVIDER and _age(record) < FRESH for record in _records(request))


def has_fresh_factor(request: HttpRequest) -> bool:
    return any(record.get("method") == FACTOR and _age(record) < FRESH for record in _records(request))


def demand_fresh(request: HttpRequest) -> None:
    """Raises NotFresh."""
    if not is_fresh(request):
        raise NotFresh("This needs a sign-in of the last ten minutes.")


def fresh(view: View[Request, P]) -> View[Request, P]:
    """A view that only opens for somebody who proved lately who they are."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        demand_fresh(request)
        return view(request, *args, **kwargs)

    guarded.is_fresh = True  # type: ignore[attr-defined]  # read by the house rule on such addresses
    return guarded


def _records(request: HttpRequest) -> list[dict[str, object]]:
    if request.session.get(WHOSE) != request.session.get(SESSION_KEY):
        return []  # what somebody else proved in this browser
    found = request.session.get(RECORDS)
    return [record for record in found if isinstance(record, dict)] if isinstance(found, list) else []


def _age(record: dict[str, object]) -> float:
    at = record.get("at")
    return time.time() - at if isinstance(at, int | float) else float("inf")
