"""What an event means for people, in words shared by those who know (the floors above) and those who tell."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from seconder.events.models import Event


class Mention(NamedTuple):
    """One person hears of what an event named `name` did to its subject."""

    name: str
    subject_id: uuid.UUID
    person_id: uuid.UUID


@dataclass(frozen=True)
class News:
    """How things stand now: one sentence, and where it leads below `/{organization}/`. `waits`: something waits
    for this person, until `due_at`. `icon` is a name of `ui.icons`. `answer`: an address on this site at which this
    person, and nobody else, may answer without signing in; for their mail alone."""

    text: str
    path: str
    icon: str
    waits: bool = False
    due_at: datetime | None = None
    answer: str = ""


# The ids of the people who hear of each event (by the event's id); members or not is checked by who tells.
Hears = Callable[[list[Event]], dict[uuid.UUID, set[uuid.UUID]]]
# What to tell them; a mention of something that is gone is left out.
Says = Callable[[Iterable[Mention]], dict[Mention, News]]
