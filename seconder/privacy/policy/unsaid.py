"""What the operator has not said for the policy yet, as sentences that say what to set."""

from __future__ import annotations

from django.conf import settings


def unsaid() -> list[str]:
    asked = {
        "PRIVACY_CONTROLLER": "who answers for the data",
        "PRIVACY_ADDRESS": "their postal address",
        "PRIVACY_CONTACT": "where people ask about their data",
        "SECURITY_CONTACT": "where weaknesses are told",
    }
    return [
        f"{what[0].upper()}{what[1:]}: set SECONDER_{name}."
        for name, what in asked.items()
        if not getattr(settings, name)
    ]
