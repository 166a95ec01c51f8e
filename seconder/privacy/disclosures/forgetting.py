from __future__ import annotations

from datetime import timedelta

from seconder.core.retention import RULES
from seconder.privacy.models import Disclosure
from seconder.privacy.models.disclosure import today


def forget_old() -> None:
    """What is older than the rule allows."""
    days = RULES["24 months"].days or 0
    Disclosure.objects.filter(day__lt=today() - timedelta(days=days)).delete()
