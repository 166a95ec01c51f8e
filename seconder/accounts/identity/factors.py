"""Second factors: how allauth keeps their secrets (sealed), and whether a person has one."""

from __future__ import annotations

import base64
import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from seconder.accounts.models import Person
from seconder.core.encryption import seal, unseal

PURPOSE = "factors"
APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
SECOND = (APP, PASSKEY)  # recovery codes only stand in for one of these


class Factors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This is not the code that your app shows now. Check the clock of the device.",
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), PURPOSE).decode()

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002  allauth's signature
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if not count else f"Passkey {count + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to a name. That of the request is one of ALLOWED_HOSTS, so no other can be planted."""
        return {"id": _host(context.request), "name": "Seconder"}


class Hindrance(NamedTuple):
    """Why passkeys cannot work at this address, and one of the same page where they do, or ""."""

    said: str
    instead: str = ""


def hindrance(request: HttpRequest) -> Hindrance | None:
    host = _host(request)
    if _is_numbers(host):
        said = f"Passkeys belong to a name, and {host} is a number."
        if not ipaddress.ip_address(host).is_loopback:
            return Hindrance(said + " Ask whoever runs this installation for its address with a name.")
        port = urlsplit(f"//{request.get_host()}").port
        return Hindrance(said, f"http://localhost{f':{port}' if port else ''}{request.path}")
    if request.is_secure() or host == "localhost" or f"https://{request.get_host()}" == settings.BASE_URL:
        return None
    return Hindrance("Passkeys need an address that begins with https.")


def _host(request: HttpRequest) -> str:
    return urlsplit(f"//{request.get_host()}").hostname or ""


def _is_numbers(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def kinds(person: Person) -> set[str]:
    """What the person has beside a password: APP, PASSKEY, CODES."""
    return set(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))


def second_factor_of(person: str) -> Exists:
    """For queries: whether the person that this column names has one."""
    return Exists(Authenticator.objects.filter(user=OuterRef(person), type__in=SECOND))


def has_second_factor(person: Person) -> bool:
    return bool(person.pk) and Authenticator.objects.filter(user_id=person.pk, type__in=SECOND).exists()
