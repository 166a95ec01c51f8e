from __future__ import annotations

import uuid

from django_scopes import scopes_disabled

from seconder.events.models import ChainHead, Event


def close(organization: uuid.UUID) -> None:
    """The record of an organization that has ended, with all that it told of."""
    with scopes_disabled():
        Event.objects.filter(organization_id=organization).delete()
    ChainHead.objects.filter(organization_id=organization).delete()
