"""A new purpose never reaches back: what somebody gave before it was in the policy is not used for it, unless they
say so.

Asked with every `core.purposes.allowed`, beside those who know of consent and objections.
"""

from __future__ import annotations

import uuid

from seconder.accounts.models import Person
from seconder.core.purposes import PURPOSES
from seconder.privacy.models import PolicyNotice
from seconder.privacy.policy import standing


def allows(person_id: uuid.UUID, purpose: str) -> bool:
    """False before a version that names the purpose is in force; and of people who came before that version, unless
    they agreed. Where nothing was published yet there is nothing before."""
    found = standing.current()
    if not found.is_published:
        return True
    began = found.beginnings.get(purpose)
    if began is None:
        return False
    if began.number == 1 or needs_no_choice(purpose):
        return True
    if Person.objects.filter(pk=person_id, created_at__gte=began.at).exists():
        return True
    notice = PolicyNotice.objects.filter(person_id=person_id, version_id=began.version_id).first()
    agreed = notice.agreed if notice else []
    return isinstance(agreed, list) and purpose in agreed


def needs_no_choice(purpose: str) -> bool:
    """What a law asks for waits for nobody; and consent is asked for by itself, of each person."""
    declared = PURPOSES[purpose]
    return declared.needs_consent or set(declared.bases.values()) == {"legal obligation"}
