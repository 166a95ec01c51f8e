"""Who outside this installation may receive data: declared beside the code that sends, or nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seconder.core.purposes import PURPOSES, current_purpose


@dataclass(frozen=True)
class Recipient:
    """`hosts` may hold `*` for a recipient whose address the operator, an agent's author or the recipient itself gives.

    `kind` is the policy's class of recipient; `categories` are fideslang keys; `purposes` are names from
    `core.purposes`; `module` is the module that talks to it.
    """

    id: str
    name: str
    kind: str
    module: str
    hosts: tuple[str, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]


RECIPIENTS: dict[str, Recipient] = {}


class UndeclaredRecipient(LookupError):
    """The code wants to send data to somebody who is not declared, or for a purpose that is not."""


def declare_recipient(recipient: Recipient) -> Recipient:
    unknown = set(recipient.purposes) - set(PURPOSES)
    if unknown or recipient.id in RECIPIENTS:
        raise ValueError(f"recipient {recipient.id}: declared twice, or unknown purposes {sorted(unknown)}")
    RECIPIENTS[recipient.id] = recipient
    return recipient


Hook = Callable[[Recipient, tuple[str, ...], str], None]
_hooks: list[Hook] = []


def on_disclosure(hook: Hook) -> None:
    """Binds the one who keeps the ledger of disclosures (the privacy app does, when it is there)."""
    _hooks.append(hook)


def disclose(recipient_id: str, categories: tuple[str, ...]) -> Recipient:
    """Called before data leaves: refuses an undeclared recipient, category or purpose and tells the ledger."""
    recipient = RECIPIENTS.get(recipient_id)
    if recipient is None:
        raise UndeclaredRecipient(f"{recipient_id!r} is not a declared recipient; see core.recipients.")
    if unknown := set(categories) - set(recipient.categories):
        raise UndeclaredRecipient(f"{recipient_id} may not receive {', '.join(sorted(unknown))}.")
    if current_purpose() not in recipient.purposes:
        raise UndeclaredRecipient(f"{recipient_id} may not receive data for {current_purpose()}.")
    for hook in _hooks:
        hook(recipient, categories, current_purpose())
    return recipient
