from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Q
from django_scopes import scopes_disabled

from seconder.core.disposal import Disposal, Tidying, declare_disposal
from seconder.core.models import DataKey
from seconder.privacy.erasure import ledger
from seconder.privacy.models import DataSubjectRequest

_OVER = Q(state__in=("ended", "withdrawn"))


def _forget(moment: datetime) -> int:
    return ledger.forget(moment - ledger.KEPT)


def _destroy_keys(requests: list[uuid.UUID]) -> None:
    DataKey.objects.filter(owner_id__in=requests).delete()


def _forget_unproved(moment: datetime) -> int:
    """Requests whose code nobody gave back."""
    with scopes_disabled():
        rows = DataSubjectRequest.objects.filter(state="unproved", asked_at__lt=moment - timedelta(days=1))
        _destroy_keys(list(rows.values_list("pk", flat=True)))
        return rows.delete()[0]


declare_disposal(
    Disposal(
        "privacy.Export", "7 d after it is ready", ("expires_at",), days=0, with_it=("privacy.ExportPart",)
    )
)
# One that was withdrawn never ended.
declare_disposal(Disposal("privacy.Erasure", "3 y, pointing to nobody", ("ended_at", "asked_at"), only=_OVER))
declare_disposal(Tidying("erasures", "3 y, pointing to nobody", _forget))
declare_disposal(Disposal("privacy.RetentionRun", "25 months", ("day",)))
declare_disposal(Disposal("privacy.Consent", "5 years after it was given", ("at",)))
declare_disposal(Disposal("privacy.Disclosure", "24 months", ("day",)))
declare_disposal(
    Disposal("privacy.DataSubjectRequest", "3 y after the answer", ("ended_at",), before=_destroy_keys)
)
declare_disposal(Tidying("requests", "24 h", _forget_unproved))
