"""Who outside this installation may receive data: declared beside the code that sends, or nothing is sent.

`disclose` is the one gateway: whatever sends calls it first. It knows who receives, what kinds of data, for what and
whose (`concerning`), asks those who may object (`on_judging`) and tells the ledger (`on_disclosure`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from django.conf import settings

from seconder.core.clock import now
from seconder.core.purposes import PURPOSES, current_purpose

Role = Literal["processor", "controller", "joint", "third party"]
ANY = "*"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TRAINING = "ai.training"  # a purpose that is there to be refused
AFFILIATE = "affiliate"  # the kind of recipient that belongs to the same group of companies as the operator
CHOSEN = "chosen by the organization"  # the kind of recipient whose address an agent's author gives


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Recipient:
    """`hosts` may hold `*` for a recipient whose address the operator, an agent's author or the recipient itself gives;
    `reaches` then tells those that this installation's settings name, and `*` where nobody can know them before.

    `kind` is the policy's class of recipient; `categories` are fideslang keys; `purposes` are names from
    `core.purposes`; `module` is the module that talks to it. `enabled` follows from the settings. `entity`, `countries`
    (of storage and of access), `transfer` (the mechanism) and its `fallback`, `agreement` and `since` are what is known
    of it, or what the operator says (SECONDER_RECIPIENTS). `browser_hosts`: what people's browsers would ask there
    themselves, with their consent. `countries_of_hosts`: of those that only somebody here gives.
    """

    id: str
    name: str
    kind: str
    module: str
    hosts: tuple[str, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    entity: str = ""
    role: Role = "processor"
    countries: tuple[str, ...] = ()
    transfer: str = ""
    fallback: str = ""
    agreement: str = ""
    since: date | None = None
    enabled: Callable[[], bool] = _always
    reaches: Callable[[], tuple[str, ...]] | None = None
    browser_hosts: tuple[str, ...] = ()
    countries_of_hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def reached(self) -> tuple[str, ...]:
        """Where it is, by this installation's settings."""
        return self.reaches() if self.reaches else self.hosts

    @property
    def is_local(self) -> bool:
        """Whether it stands on this machine and nothing leaves it. Of what only passes things on from here, the
        operator says the countries."""
        return not self.countries and bool(self.reached) and all(host in LOOPBACK for host in self.reached)

    def countries_at(self, host: str) -> tuple[str, ...]:
        return self.countries_of_hosts.get(host, self.countries)


@dataclass(frozen=True)
class Concern:
    """Whose data may leave just now, and in which work: the requester of a run, or who is written to. `reference` names
    the work, and nothing in it: `run:<id>:<step>`, `mail:<kind>`."""

    organization_ids: tuple[uuid.UUID, ...] = ()
    person_id: uuid.UUID | None = None
    reference: str = ""


@dataclass(frozen=True)
class Disclosure:
    """That data of these kinds leaves for somebody, now. `to`: addresses of mail that it goes to."""

    recipient: Recipient
    categories: tuple[str, ...]
    purpose: str
    host: str
    to: tuple[str, ...]
    concern: Concern


class UndeclaredRecipient(LookupError):
    """The code wants to send data to somebody who is not declared, or for a purpose that is not."""


class DisclosureRefused(Exception):
    """Data may not go there now: the text says why, in words for people. `may_change`: trying again later may help."""

    def __init__(self, detail: str, *, may_change: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.may_change = may_change


RECIPIENTS: dict[str, Recipient] = {}
Hook = Callable[[Disclosure], None]
_judges: list[Hook] = []
_hooks: list[Hook] = []
_concern: ContextVar[Concern] = ContextVar("concern", default=Concern())  # noqa: B039  it is frozen


def declare_recipient(recipient: Recipient) -> Recipient:
    """The recipient, with what the operator says of it."""
    unknown = set(recipient.purposes) - set(PURPOSES)
    if unknown or recipient.id in RECIPIENTS:
        raise ValueError(f"recipient {recipient.id}: declared twice, or unknown purposes {sorted(unknown)}")
    if TRAINING in recipient.purposes:
        raise ValueError(f"recipient {recipient.id}: nobody is given what people wrote to train on")
    said: Any = settings.RECIPIENTS.get(
        recipient.id, {}
    )  # Any: fields of it, as core.recipient_facts reads them
    RECIPIENTS[recipient.id] = replace(recipient, **said)
    return RECIPIENTS[recipient.id]


def on_disclosure(hook: Hook) -> None:
    """Binds the one who keeps the ledger of disclosures."""
    _hooks.append(hook)


def on_judging(judge: Hook) -> None:
    """Binds one who may object, by DisclosureRefused."""
    _judges.append(judge)


@contextmanager
def concerning(**facts: Any) -> Iterator[None]:  # Any: fields of Concern
    """Says whose data is at work in the block; what is not named stays as it was said around it."""
    token = _concern.set(replace(_concern.get(), **facts))
    try:
        yield
    finally:
        _concern.reset(token)


def disclose(
    recipient_id: str, categories: tuple[str, ...], *, host: str = "", to: tuple[str, ...] = ()
) -> Recipient:
    """Called before data leaves. Raises UndeclaredRecipient for a recipient, category or purpose that is not declared,
    and DisclosureRefused where somebody objects; tells the ledger."""
    made = _disclosure(recipient_id, categories, host, to)
    if not made.recipient.enabled():
        raise DisclosureRefused(f"{made.recipient.name}: this installation's settings do not name it.")
    if (since := made.recipient.since) and since > now().date():
        raise DisclosureRefused(f"{made.recipient.name} receives nothing before {since}.", may_change=True)
    for judge in _judges:
        judge(made)
    for hook in _hooks:
        hook(made)
    return made.recipient


def tell_ledger(recipient_id: str, categories: tuple[str, ...], person_id: uuid.UUID, reference: str) -> None:
    """Of what was disclosed before anybody could know whose it is: a sign-in elsewhere."""
    with concerning(person_id=person_id, reference=reference):
        made = _disclosure(recipient_id, categories, "", ())
        for hook in _hooks:
            hook(made)


def _disclosure(recipient_id: str, categories: tuple[str, ...], host: str, to: tuple[str, ...]) -> Disclosure:
    recipient = RECIPIENTS.get(recipient_id)
    if recipient is None:
        raise UndeclaredRecipient(f"{recipient_id!r} is not a declared recipient; see core.recipients.")
    if unknown := set(categories) - set(recipient.categories):
        raise UndeclaredRecipient(f"{recipient_id} may not receive {', '.join(sorted(unknown))}.")
    if current_purpose() not in recipient.purposes:
        raise UndeclaredRecipient(f"{recipient_id} may not receive data for {current_purpose()}.")
    return Disclosure(recipient, categories, current_purpose(), host, to, _concern.get())
