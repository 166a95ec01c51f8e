"""Where whoever finds a weakness writes to (RFC 9116), as `/.well-known/security.txt` says it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from seconder.core.clock import now
from seconder.core.refusals import NotFound

GOOD_FOR = timedelta(days=90)  # whoever keeps a copy asks again by then
PATH = ".well-known/security.txt"


def text() -> str:
    """Raises NotFound where nobody is named. An address of the web must begin with https there, so behind http the file
    does not say where it belongs."""
    if not settings.SECURITY_CONTACT:
        raise NotFound(
            "Whoever runs this installation named nobody to report a weakness to (SECONDER_SECURITY_CONTACT)."
        )
    until = (now() + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = [("Contact", contact) for contact in settings.SECURITY_CONTACT]
    fields += [("Expires", f"{until:%Y-%m-%dT%H:%M:%SZ}"), ("Preferred-Languages", "en")]
    if settings.BASE_URL.startswith("https://"):
        fields.append(("Canonical", f"{settings.BASE_URL}/{PATH}"))
    return "".join(f"{name}: {value}\n" for name, value in fields)
