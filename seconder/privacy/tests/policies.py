"""What several tests of the policy need: another recipient or purpose for a while, and a version published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django_scopes import scope

from seconder.core.clock import now
from seconder.core.purposes import PURPOSES, Purpose
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.privacy.models import PolicyVersion
from seconder.privacy.policy.publishing import begin, publish
from seconder.testing import Cast

OTHER = Recipient(
    id="helper",
    name="Helper Ltd",
    kind="service provider",
    module=__name__,
    hosts=("helper.example",),
    categories=("user.name",),
    purposes=("service.accounts",),
    entity="Helper Ltd",
    countries=("IE",),
)


@contextmanager
def also(recipient: Recipient = OTHER, *purposes: Purpose) -> Iterator[None]:
    """As if the code had this recipient, and these purposes, as well."""
    for each in purposes:
        PURPOSES[each.id] = each
    RECIPIENTS[recipient.id] = recipient
    try:
        yield
    finally:
        del RECIPIENTS[recipient.id]
        for each in purposes:
            del PURPOSES[each.id]


def published(
    cast: Cast, *, days: int = 14, summary: str = "What is new.", weight: str = ""
) -> PolicyVersion:
    """A version that Alice publishes, in force so many days from now, after the first."""
    begin()
    with scope(organization=cast.demo.pk):
        return publish(cast.actor("alice", "web"), summary, now().date() + timedelta(days=days), weight)
