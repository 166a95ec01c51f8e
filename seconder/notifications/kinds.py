"""What one may hear of, in words that a person chooses by, and in which letter each kind of it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Way = Literal["mail", "digest", "product"]
WAYS: dict[Way, str] = {
    "mail": "By mail at once",
    "digest": "In the digest",
    "product": "Only in Seconder, not by mail",
}
ASKED, DIGEST = "asked", "digest"  # letters


@dataclass(frozen=True)
class Kind:
    """`one` and `many` say it in a mail's subject; `usual` is the way of whoever chose none. `is_asked`: something is
    asked of the person in their work. That goes in one letter; each other kind, being news, goes in a letter of its
    own, which one may stop."""

    name: str
    label: str
    one: str
    many: str
    usual: Way
    is_asked: bool = False

    @property
    def letter(self) -> str:
        return ASKED if self.is_asked else self.name


WAITING = Kind(
    "waiting",
    "A review waits for me",
    "1 review waits for you",
    "{} reviews wait for you",
    "mail",
    is_asked=True,
)
REMINDER = Kind("reminder", "A reminder", WAITING.one, WAITING.many, "mail", is_asked=True)
RUN_FAILED = Kind("run-failed", "A run of mine failed", "1 run failed", "{} runs failed", "mail")
RUN_ENDED = Kind("run-ended", "A run of mine ended in another way", "1 run ended", "{} runs ended", "product")
CLOSED = Kind(
    "review-closed",
    "A review that I asked for, or was asked, is closed",
    "1 review is closed",
    "{} reviews are closed",
    "product",
)
PROPOSED = Kind(
    "proposal",
    "A change of an agent of mine is proposed",
    "1 change of an agent is proposed",
    "{} changes of agents are proposed",
    "product",
)
NOT_FINE = Kind(
    "second-look",
    "A second look found something not fine",
    "1 second look found something not fine",
    "{} second looks found something not fine",
    "mail",
)
KINDS = {kind.name: kind for kind in (WAITING, REMINDER, RUN_FAILED, RUN_ENDED, CLOSED, NOT_FINE, PROPOSED)}
ALWAYS = "The security of my account, and letters that I ask for"  # by mail at once, whatever one chose
