"""What django-allauth asks of us while somebody signs up, signs in or changes how they do."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from seconder.accounts import gate, networks, security, usernames
from seconder.accounts.devices import device_of
from seconder.accounts.identity import addresses, arrivals, familiar, letters, proving, vouching
from seconder.accounts.models import Person


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This address and password do not belong together. Check both, or ask for a code.",
        "incorrect_code": "This is not the code. Check the latest mail; older codes have ended.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
        "too_many_login_attempts": "There were too many attempts. Wait a few minutes, or ask for a code by mail.",
        "rate_limited": "That was asked for too often. Wait a minute and try again.",
        "invalid_password_reset": "This code cannot be used any more. Ask for a new one.",
        "same_as_current": "This is your address already.",
        "duplicate_email": "This is your address already.",
        "email_taken": "Somebody else uses this address by now.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP == "open" or vouching.vouched(request)[0])

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return gate.landing(request.user)  # type: ignore[arg-type]  # allauth asks after signing in

    get_signup_redirect_url = get_login_redirect_url

    def is_safe_url(self, url: str) -> bool:
        """A page of ours, said without a host: no other site, nor this one under another name."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Every sign-in ends here, however it was proved: the session learns on what device it is."""
        device = device_of(request)
        request.session.device = device  # type: ignore[attr-defined]  # our own store has it
        with transaction.atomic():
            arrivals.note(request, user, device)
            super().login(request, user)

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **facts)
        familiar.remember(request, response, user.email)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        return networks.address_of(request) or "nowhere"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What limits count a guess of somebody's password under."""
        return familiar.budget(request, credentials.get("email", ""))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        whose = Person.objects.by_email(credentials.get("email", ""))
        kind = "proof.failed" if request.user.is_authenticated else "sign-in.failed"
        security.observe(kind, person=whose, request=request, why="a wrong password")

    def get_reauthentication_methods(self, user: Person) -> list[proving.Way]:
        return proving.ways(context.request, user) if user.is_authenticated else []

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        return addresses.confirm(request, email_address)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:  # noqa: ARG002  as allauth calls it
        return reverse("accounts:profile")

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002  allauth's signature
        name = usernames.checked(username)
        if not shallow and usernames.is_taken(name):
            raise ValidationError("This username is, or once was, somebody else's. Choose another.")
        return name

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:  # noqa: FBT001, FBT002  as above
        chosen = form.cleaned_data.get("username")
        super().save_user(request, user, form, commit=False)
        user.username = None
        if commit:
            user.save()
            if chosen:
                usernames.take(user, chosen)
                user.save(update_fields=["username"])
        return user

    def set_password(self, user: Person, password: str) -> None:
        """A new password signs out whatever was signed in with the old one, except where it is changed from."""
        super().set_password(user, password)
        here = getattr(context.request.session, "row", None)
        others = user.sessions.exclude(pk=here.pk) if here else user.sessions.all()
        others.end()

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """Nobody is given a username that they did not choose."""

    def send_mail(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Put aside in the request's own transaction and sent by a worker: no answer waits for a mail server, nor
        tells by its time whether there was something to send."""
        letters.write(template_prefix, email, **facts)
