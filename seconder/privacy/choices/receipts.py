"""The receipt of an answer, in the shape of ISO/IEC TS 27560:2023, signed by this installation's key.

    {"receipt": {…}, "signature": "…", "algorithm": "Ed25519", "public_key": "…"}

Whoever holds one can show what they were asked, word for word, and what they answered.
"""

from __future__ import annotations

import hashlib

from django.conf import settings

from seconder.core.clock import rfc3339
from seconder.core.json import Object, canonical
from seconder.core.purposes import PURPOSES
from seconder.events.signing import public_key, sign_receipt
from seconder.privacy.models import Consent

SCHEMA = "ISO/IEC TS 27560:2023"


def signed(consent: Consent) -> Object:
    body = receipt(consent)
    return {
        "receipt": body,
        "signature": sign_receipt(canonical(body)),
        "algorithm": "Ed25519",
        "public_key": public_key(),
    }


def receipt(consent: Consent) -> Object:
    use = PURPOSES.get(consent.purpose)
    return {
        "schema_version": SCHEMA,
        "receipt_id": str(consent.pk),
        "pii_principal_id": str(consent.person_id),
        "pii_controllers": [
            {
                "name": str(settings.PRIVACY_CONTROLLER or ""),
                "contact": list(settings.PRIVACY_CONTACT),
                "url": settings.BASE_URL,
            }
        ],
        "privacy_notice": {
            "url": f"{settings.BASE_URL}/privacy/",
            "version": consent.policy_version,
            "text": consent.notice.text,
            "text_sha256": hashlib.sha256(consent.notice.text.encode()).hexdigest(),
            "language": "en",
        },
        "processing": [
            {
                "purpose": consent.purpose,
                "purpose_description": use.words if use else consent.purpose,
                "purpose_use": use.use if use else "",
                "lawful_basis": "consent",
            }
        ],
        "events": [
            {
                "event_time": rfc3339(consent.at),
                "event_type": "explicit" if consent.surface != "signal" else "signal",
                "event_state": consent.choice,
                "surface": consent.surface,
                "signal": consent.signal,
                "over_signal": consent.is_over_signal,
            }
        ],
        "ledger": {
            "seq": consent.seq,
            "before": bytes(consent.before).hex(),
            "hash": bytes(consent.hash).hex(),
        },
    }
