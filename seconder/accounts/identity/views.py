"""allauth's views behind our doors: who may open each, how fresh their proof must be, and how an answer leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from seconder.accounts.freshness import fresh
from seconder.accounts.identity import factors, joining, limits
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door, open_to_all
from seconder.core.steady import steady

View = Callable[..., HttpResponseBase]
METHODS = ["GET", "HEAD", "POST"]


def outside(view: View) -> View:
    """For whoever is not signed in yet: every answer looks and takes the same, whether there is an account or not."""
    return open_to_all(steady(_answered(view)))


def inside(view: View) -> View:
    """For a person, about their own account."""
    return door(SELF)(_answered(view))


def inside_fresh(view: View) -> View:
    """As `inside`, for what takes an account over when somebody else does it: it wants a proof of these minutes."""
    return door(SELF)(fresh(_answered(view)))


def _answered(view: View) -> View:
    """What was filled in wrongly is 422, no cache keeps a page of an account, and each knows its neighbours. A page of
    allauth is looked at or posted to, and takes nothing else."""

    @require_http_methods(METHODS)
    @wraps(view)
    def answered(request: HttpRequest, /, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            shown = response.context_data = response.context_data or {}
            for form in (shown.get("form"), shown.get("webauthn_form")):
                if request.method == "POST" and form is not None and form.is_bound and form.errors:
                    _refuse(response, form)
            shown |= {"sign_up_is_open": settings.SIGN_UP == "open", "own_pages": own_pages(request.path)}
            shown.setdefault("providers", settings.IDENTITY_PROVIDERS)
            shown |= {
                "hindrance": factors.hindrance(request),
                "passkey_question": _question(shown.get("js_data")),
            }
        response["Cache-Control"] = "no-store"
        return response

    return answered


def _refuse(response: HttpResponseBase, form: BaseForm) -> None:
    """Filled in wrongly, or tried too often."""
    if any(form.has_error(place, limits.TOO_OFTEN) for place in form.errors):
        response.status_code, response["Retry-After"] = 429, str(limits.AFTER)
    else:
        response.status_code = 422


@open_to_all
@require_http_methods(METHODS)
def confirm_address(request: HttpRequest) -> HttpResponseBase:
    """Takes the code that proves an address: of whoever signs up, or changes theirs."""
    return _confirm_joining(request) if joining.is_joining(request) else _confirm_change(request)


_confirm_joining = outside(joining.confirm)
_confirm_change = outside(account.email_verification_sent)


def _question(data: dict[str, object] | None) -> str:
    """What a page asks the browser for a passkey, as JSON for `passkeys.js`; "" on any other page."""
    asked = data and (data.get("creation_options") or data.get("request_options"))
    return json.dumps(asked, default=dict) if asked else ""
