from __future__ import annotations

from datetime import datetime

from seconder.core import mail
from seconder.core.disposal import Disposal, Tidying, declare_disposal


def _tidy(_moment: datetime) -> int:
    """Mail that a crash left half written in the folder."""
    mail.tidy()
    return 0


declare_disposal(Disposal("notifications.Notification", "90 d", ("at",)))
# Of the ground, which has no scheduler of its own.
declare_disposal(Disposal("core.Delivery", "90 d", ("created_at",)))
declare_disposal(Disposal("core.ProviderEvent", "90 d", ("at",)))
declare_disposal(Tidying("outbox", "until sent, 1 d at most", _tidy))
