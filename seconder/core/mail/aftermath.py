"""What happens to mail after it was sent, as the provider tells: into the log, and what comes of it for the address."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from seconder.core.clock import now
from seconder.core.mail.provider_events import Told
from seconder.core.mail.suppressing import suppress
from seconder.core.models import Delivery, ProviderEvent

OLDEST = timedelta(days=7)  # after which nothing that is told counts; less than what was told is remembered
# What each of them may still change: a complaint comes after a delivery, and nothing comes after a complaint.
_AFTER = {
    "delivered": ("queued", "sent", "unknown"),
    "bounced": ("queued", "sent", "unknown", "delivered"),
    "complained": ("queued", "sent", "unknown", "delivered", "bounced"),
}


@transaction.atomic
def take(told: Told) -> None:
    """Once: told again, it changes nothing, also where what came of it was lifted meanwhile. Of an address that the
    product wrote nothing to, nothing is kept."""
    if told.at < now() - OLDEST or not Delivery.objects.filter(address_hash=told.address_hash).exists():
        return
    _, is_new = ProviderEvent.objects.get_or_create(pk=told.id)
    if not is_new:
        return
    rows = Delivery.objects.filter(message_id=told.message_id, address_hash=told.address_hash)
    rows.filter(state__in=_AFTER[told.what]).update(state=told.what, changed_at=now())
    if told.what == "complained" or (told.what == "bounced" and told.is_final):
        suppress(told.address_hash, told.what, told.at)
