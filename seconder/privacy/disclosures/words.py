"""Recipients and works, as a person reads them."""

from __future__ import annotations

from django.conf import settings

from seconder.core.recipients import RECIPIENTS

# What stands in the declarations is for whoever runs the installation.
_RECIPIENTS = {
    "agent-addresses": "Addresses that agents call",
    "identity-provider": "Where else you sign in from",
    "mail-provider": "The mail provider",
    "mail-server": "The mail server",
    "model-server": "The language-model server",
}
_MAILS = {
    "account": "A mail about your account",
    "agent": "A mail that an agent sent you",
    "asked": "A mail about what waits for you",
    "digest": "A digest by mail",
}


def recipient(name: str) -> str:
    """What it is called; also what the code does not know any more."""
    known = RECIPIENTS.get(name)
    return _RECIPIENTS.get(name) or (known.name if known else name)


def work(reference: str) -> str:
    """In which work it happened, from the reference of a disclosure; "" for none."""
    what, _, rest = reference.partition(":")
    if what == "run":
        return "A run that you asked for"
    if what == "mail":
        return _MAILS.get(rest, "News by mail")
    if what == "sign-in":
        names = {one.id: one.name for one in settings.IDENTITY_PROVIDERS}
        return f"Signing in with {names.get(rest, rest)}"
    return ""
