"""What a field may be, and the choice among it. Nothing is chosen below `THRESHOLD`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seconder.agents.builtin.context import Contexts
from seconder.agents.builtin.document import Document
from seconder.agents.builtin.mentions import Mention, Mentions
from seconder.agents.builtin.pairs import Pairs
from seconder.agents.builtin.vocabulary import likeness
from seconder.agents.builtin.wanted import Field
from seconder.core.json import JSON

THRESHOLD = 0.5
# Two different values whose scores are nearer than this contradict each other.
MARGIN = 0.09
CONTRADICTED = 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` is how well the place answers to the field; `sure` how surely its text was read."""

    start: int
    end: int
    value: JSON
    score: float
    sure: float = 1.0

    @property
    def confidence(self) -> float:
        return min(self.score, 1.0) * self.sure


class Reading:
    """One document with all that was found in it, shared by the readers of all fields."""

    def __init__(self, text: str) -> None:
        self.document = Document(text)
        self.text = self.document.text
        self.mentions = Mentions(self.document)
        self.pairs = Pairs(self.document)
        self.contexts = Contexts(self.document, self.pairs, self.mentions)
        self.parties: dict[str, tuple[int, int]] = {}
        self.found: dict[str, list[re.Match[str]]] = {}

    def named(self, field: Field, mention: Mention, before: int, after: int) -> float:
        """How well the words around `mention` name `field`."""
        return max(
            (
                naming.grade * likeness(name, naming.tokens, field.implied, prose=naming.prose)
                for naming in self.contexts.naming(mention, before, after)
                for name in field.names
            ),
            default=0.0,
        )


def neighbours(mentions: list[Mention]) -> Iterable[tuple[Mention, int, int]]:
    """Each mention with where the one before it ends and the next one starts."""
    for number, mention in enumerate(mentions):
        before = mentions[number - 1].end if number else 0
        after = mentions[number + 1].start if number + 1 < len(mentions) else mention.end + 100
        yield mention, before, after


def choose(candidates: Iterable[Candidate], *, margin: float = MARGIN) -> Candidate | None:
    """The best candidate, with its score lowered when others contradict it; None when there is none.

    Among equals the first in the text. Words that differ only by case or by what follows do not contradict."""
    ranked = sorted(candidates, key=lambda c: (-round(c.score, 3), -c.sure, c.start))
    if not ranked:
        return None
    best = ranked[0]
    rivals = [c for c in ranked[1:] if best.score - c.score < margin and not _agree(best.value, c.value)]
    if rivals:
        return Candidate(best.start, best.end, best.value, min(best.score, 1.0) * CONTRADICTED, best.sure)
    return best


def _agree(one: JSON, other: JSON) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        a, b = one.casefold().rstrip("."), other.casefold().rstrip(".")
        return a == b or a.startswith(b) or b.startswith(a)
    return one == other
