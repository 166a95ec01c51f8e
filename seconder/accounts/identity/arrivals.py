"""What follows when somebody has signed in: it is noted, and a device that is new for them is announced by mail."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from seconder.accounts import security
from seconder.accounts.devices import Device
from seconder.accounts.freshness import FACTOR, PROVIDER, RECORDS
from seconder.accounts.identity import letters
from seconder.accounts.identity.providers import signed_in_by
from seconder.accounts.models import Person, SecurityEvent
from seconder.core.clock import now
from seconder.ui import words

REMEMBERED = timedelta(days=90)  # for which a device that was seen is a known one
_HOW = {"password": "a password", "code": "a code by mail", "link": "a link"}
_FACTORS = {
    "totp": "a code of the app",
    "webauthn": "a passkey",
    "recovery_codes": "a recovery code",
}


def note(request: HttpRequest, person: Person, device: Device) -> None:
    """Called before the session is the person's, and in its transaction."""
    if person.last_login and not _is_known(person, device):
        security.observe("device.new", person=person, request=request)
        _announce(person, device)
    security.observe("session.began", person=person, request=request, how=_how(request))
    for proof in _proofs(request):
        if proof.get("method") == PROVIDER:
            signed_in_by(person.pk, str(proof.get("provider")))


def _is_known(person: Person, device: Device) -> bool:
    """Browser, system and kind were seen with this person lately: in a sign-in that was noted, or one that lasts."""
    since = now() - REMEMBERED
    columns = ("browser", "system", "device")
    noted = SecurityEvent.objects.filter(person=person, kind="session.began", at__gt=since)
    lasting = person.sessions.filter(seen_at__gt=since)
    seen = noted.order_by().values_list(*columns).union(lasting.values_list(*columns))
    return device.likeness in {Device(*columns).likeness for columns in seen}


def _announce(person: Person, device: Device) -> None:
    facts = {"device": device, "when": words.exact(now()), "kind": _KINDS[device.kind]}
    letters.write("account/email/new_device", person.email, **facts)


_KINDS = {"computer": "a computer", "phone": "a phone", "tablet": "a tablet", "unknown": "a device"}


def _how(request: HttpRequest) -> str:
    return " and ".join(dict.fromkeys(_said(record) for record in _proofs(request))) or "nothing"


def _proofs(request: HttpRequest) -> list[dict[str, object]]:
    return [record for record in request.session.get(RECORDS, ()) if isinstance(record, dict)]


def _said(record: dict[str, object]) -> str:
    method = str(record.get("method"))
    if method == FACTOR:
        return _FACTORS.get(str(record.get("type")), "a second factor")
    if method == PROVIDER:
        return f"the account at {record.get('provider')}"
    return _HOW.get(method, method)
