"""Of which events people hear. Who, and in what words, is known on higher floors and bound in `wiring.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from seconder.events.news import Hears, Mention, News, Says


@dataclass(frozen=True)
class Topic:
    """`is_mailed`: also by mail, after a moment in which it may be seen in the product."""

    hears: Hears
    says: Says
    is_mailed: bool = False


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
