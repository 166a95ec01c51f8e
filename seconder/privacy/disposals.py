from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from seconder.core.disposal import Disposal, Tidying, declare_disposal
from seconder.privacy.erasure import ledger

_OVER = Q(state__in=("ended", "withdrawn"))


def _forget(moment: datetime) -> int:
    return ledger.forget(moment - ledger.KEPT)


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
