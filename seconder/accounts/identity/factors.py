"""Second factors: how allauth keeps their secrets (sealed), and whether a person has one."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef

from seconder.accounts.models import Person
from seconder.core.encryption import seal, unseal

PURPOSE = "factors"
SECOND = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes only stand in for one of these


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
        host = (
            urlsplit(f"//{context.request.get_host()}").hostname or urlsplit(settings.BASE_URL).hostname or ""
        )
        return {"id": host, "name": "Seconder"}


def second_factor_of(person: str) -> Exists:
    """For queries: whether the person that this column names has one."""
    return Exists(Authenticator.objects.filter(user=OuterRef(person), type__in=SECOND))


def has_second_factor(person: Person) -> bool:
    return bool(person.pk) and Authenticator.objects.filter(user_id=person.pk, type__in=SECOND).exists()
