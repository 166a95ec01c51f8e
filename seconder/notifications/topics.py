"""Of which events people hear. Who, and in what words, is known on higher floors and bound in `wiring.py`."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from seconder.events.news import Hears, Mention, News, Says
from seconder.notifications.kinds import Kind

# Of these subjects, those that press: until when each is to be answered.
Presses = Callable[[set[uuid.UUID]], dict[uuid.UUID, datetime]]


@dataclass(frozen=True)
class Topic:
    """`kind`: by which people choose how they hear of it. `presses`: what no digest and no quiet hours hold back."""

    hears: Hears
    says: Says
    kind: Kind
    presses: Presses | None = None


topics: dict[str, Topic] = {}  # by the name of the event


def news(mentions: Iterable[Mention]) -> dict[Mention, News]:
    """What to tell each person now, asking each floor once."""
    of_topic: dict[Says, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if topic := topics.get(mention.name):
            of_topic[topic.says].append(mention)
    told: dict[Mention, News] = {}
    for says, asked in of_topic.items():
        told |= says(asked)
    return told
