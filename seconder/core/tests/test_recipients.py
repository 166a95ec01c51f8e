"""Nothing leaves for somebody who is not declared, of a kind or for a purpose that is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seconder.core import recipients
from seconder.core.purposes import purpose
from seconder.core.recipients import (
    Recipient,
    UndeclaredRecipient,
    declare_recipient,
    disclose,
    on_disclosure,
)

POST = Recipient(
    id="the post",
    name="The post",
    kind="service provider",
    module="seconder.core.recipients",
    hosts=("post.example",),
    categories=("user.name", "user.contact.address"),
    purposes=("service.notifications",),
)


@pytest.fixture(autouse=True)
def told() -> Iterator[list[tuple[str, tuple[str, ...], str]]]:
    """What the ledger of disclosures heard; nothing of it outlives the test."""
    declared, hooks = dict(recipients.RECIPIENTS), list(recipients._hooks)
    heard: list[tuple[str, tuple[str, ...], str]] = []
    on_disclosure(lambda made: heard.append((made.recipient.id, made.categories, made.purpose)))
    yield heard
    recipients.RECIPIENTS.clear()
    recipients.RECIPIENTS.update(declared)
    recipients._hooks[:] = hooks


def test_the_ledger_hears_of_each_disclosure_before_it_happens(
    told: list[tuple[str, tuple[str, ...], str]],
) -> None:
    declare_recipient(POST)
    with purpose("service.notifications"):
        assert disclose("the post", ("user.name",)).name == "The post"
    assert told == [("the post", ("user.name",), "service.notifications")]


@pytest.mark.parametrize(
    ("recipient", "categories", "why", "named"),
    [
        ("a stranger", ("user.name",), "service.notifications", "a stranger"),
        ("the post", ("user.name", "user.health"), "service.notifications", "user.health"),
        ("the post", ("user.name",), "service.runs", "service.runs"),
        ("the post", ("user.name",), "service", "service"),
    ],
)
def test_what_is_not_declared_is_not_disclosed(
    recipient: str,
    categories: tuple[str, ...],
    why: str,
    named: str,
    told: list[tuple[str, tuple[str, ...], str]],
) -> None:
    declare_recipient(POST)
    with purpose(why), pytest.raises(UndeclaredRecipient, match=named):
        disclose(recipient, categories)
    assert told == []


def test_a_ledger_that_cannot_write_stops_the_disclosure() -> None:
    declare_recipient(POST)

    def full(*_: object) -> None:
        raise OSError("full")

    on_disclosure(full)
    with purpose("service.notifications"), pytest.raises(OSError, match="full"):
        disclose("the post", ("user.name",))


def test_a_recipient_is_declared_once_and_for_known_purposes() -> None:
    declare_recipient(POST)
    with pytest.raises(ValueError, match="declared twice"):
        declare_recipient(POST)
    with pytest.raises(ValueError, match="advertising"):
        declare_recipient(Recipient("x", "x", "x", "x", (), (), ("advertising",)))
