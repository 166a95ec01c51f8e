"""The messages that the product writes itself, declared where they are written, and what each is for.

What agents and people write and send through it (`email.send`) is none of these.
"""

from __future__ import annotations

from dataclasses import dataclass

from seconder.core.purposes import PURPOSES


@dataclass(frozen=True)
class MailKind:
    """`is_transactional`: one needs it for what one does or asked for, so it cannot be unsubscribed from, and holds
    nothing else. Any other can be stopped by whoever gets it, from the message itself."""

    name: str
    purpose: str
    is_transactional: bool


MAIL_KINDS: dict[str, MailKind] = {}


def declare_mail(name: str, purpose: str, *, is_transactional: bool) -> MailKind:
    if name in MAIL_KINDS or purpose not in PURPOSES:
        raise ValueError(f"mail {name}: declared twice, or for an unknown purpose")
    MAIL_KINDS[name] = MailKind(name, purpose, is_transactional)
    return MAIL_KINDS[name]
