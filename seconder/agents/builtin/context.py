"""The words around a mention that say what it is, and whose."""

import re
from dataclasses import dataclass
from functools import cached_property

from seconder.agents.builtin.document import Document
from seconder.agents.builtin.mentions import Mention, Mentions
from seconder.agents.builtin.pairs import Pairs
from seconder.agents.builtin.vocabulary import KNOWN, ROLES, Tokens, token_list, weight

_BORDER = re.compile(
    r"[,;(\[|\n\t{}\x22“”]|\s{2,}|\.{2,}|…|(?<=[a-z)\d])[.!?](?=\s+[A-Z])|:(?=\s|$)|\s[-–—]\s|=|\*{2,}"
)
_RIGHT_BORDER = re.compile(
    r"[,;)\]|\n\t:=]|\s{2,}|[.!?](?=\s|$)|\s(?:and|und|of|for|to|from|on|by|due|at|in the)\s|\s[-–—]\s"
)
_ORDER_TITLE = re.compile(r"\W*(?:purchase order|bestellung|bon de commande|p\.?o\.?)\b[^a-z]{0,30}$", re.I)
_REACH = 90
_SENDERS = ("from", "reply-to", "sender", "von", "de")
_HEADER = re.compile(r"(From|Reply-To|Sender|To|Cc|Bcc|Von|An|De|À)\s?:", re.I)


@dataclass(frozen=True, slots=True)
class Naming:
    """Tokens that name a mention. `grade` is how near and plain they stand; in `prose`, words that are not
    labels are to be expected among them."""

    tokens: Tokens
    grade: float
    prose: bool


class Contexts:
    def __init__(self, document: Document, pairs: Pairs, mentions: Mentions) -> None:
        self.document, self.pairs, self.mentions = document, pairs, mentions
        self._cache: dict[tuple[str, int], list[Naming]] = {}

    @cached_property
    def buyer_writes(self) -> bool:
        """Whether the text is an order that the buyer wrote to the seller: its title says so, and it is no mail."""
        first = self.document.lines[0].text if self.document.lines else ""
        labels = {pair.label.lower() for pair in self.pairs.all[:40]}
        return bool(_ORDER_TITLE.match(first)) and {"from", "to"} <= labels and "subject" not in labels

    def naming(self, mention: Mention, before: int, after: int) -> list[Naming]:
        """What names `mention`, when its like stand before (ending at `before`) and after (starting there)."""
        key = (mention.kind, mention.start)
        if key not in self._cache:
            self._cache[key] = list(self._naming(mention, before, after))
        return self._cache[key]

    def _naming(self, mention: Mention, before: int, after: int) -> "list[Naming]":
        text = self.document.text
        index = self.document.line_index(mention.start)
        line = self.document.lines[index]
        left = _whole_words(text[max(line.start, before) : mention.start][-2 * _REACH :], _REACH)
        found: list[Naming] = []
        first = before <= line.start
        pair = self.pairs.at(mention.start)
        if (
            pair
            and pair.start + 24 >= mention.start
            and not text[max(pair.start, before) : mention.start].strip(" ~$€£(*_")
        ):
            found.append(
                Naming(pair.tokens, pair.grade if before <= pair.start else 0.6 * pair.grade, prose=False)
            )
        tokens = _left_tokens(left, touches=not first)
        if tokens:
            whole = first and len(left.split()) <= 6
            found.append(Naming(tokens, 0.96 if whole else 0.9, prose=True))
        right = text[mention.end : min(after, mention.end + 40)]
        if tokens := right_tokens(right, ends=after > mention.end + 40):
            found.append(Naming(tokens, 0.9, prose=True))
        if not any(n.tokens & KNOWN for n in found) and first and index:
            found.extend(self._above(index, left))
        if line.quoted:
            return [Naming(n.tokens, n.grade * 0.85, n.prose) for n in found]
        return found

    def _above(self, index: int, left: str) -> list[Naming]:
        """A sentence that is wrapped goes on from the line before."""
        above, line = self.document.lines[index - 1], self.document.lines[index]
        if above.block != line.block or len(above.text) < 40 or left.count("  "):
            return []
        tokens = _left_tokens(above.text[-50:].rstrip() + " " + left, touches=False)
        return [Naming(tokens, 0.85, prose=True)] if tokens else []

    def header(self, position: int) -> str:
        """The name of the mail header in whose line `position` stands, in small letters, else ""."""
        line = self.document.lines[self.document.line_index(position)]
        found = None if self.buyer_writes else _HEADER.match(line.text)
        return found[1].lower() if found and line.start <= position <= line.end else ""

    def section_role(self, position: int) -> tuple[str, float]:
        """Whose part of the text this is: the nearest role that a label names above, and how near it is."""
        lines = self.document.lines
        index = self.document.line_index(position)
        for back in range(9):
            if index - back < 0 or lines[index].block - lines[index - back].block > 1:
                break
            tokens = self._line_role_tokens(index - back)
            roles = tokens & ROLES
            if roles:
                apart = lines[index].block - lines[index - back].block
                return next(iter(roles)) if len(roles) == 1 else "", 0.85 - 0.03 * back - 0.25 * apart
        return "", 0.0

    def _line_role_tokens(self, index: int) -> Tokens:
        if index in self.pairs.label_only:
            return self.pairs.label_only[index]
        line = self.document.lines[index]
        if header := _HEADER.match(line.text):
            if "@" in line.text and not self.buyer_writes:
                return frozenset()
            sells = (header[1].lower() in _SENDERS) != self.buyer_writes
            return frozenset({"vendor" if sells else "buyer"})
        label = re.match(r"[^:\n]{2,40}(?=:)", line.text)
        if label:
            return frozenset(token_list(label.group()))
        pair = self.pairs.at(line.end)
        return pair.tokens if pair and pair.line == index and pair.grade >= 0.9 else frozenset()


def _left_tokens(left: str, *, touches: bool) -> Tokens:
    """The tokens of the last part before a border; further back while they say too little. When the text
    touches another mention of the kind, the part beside that one is about it."""
    tokens: frozenset[str] = frozenset()
    heard = 0.0
    parts = _BORDER.split(left)[-5:]
    for part in reversed(parts[1:] if touches and any(p.strip() for p in parts[1:]) else parts):
        fresh = token_list(_whole_words(part, 70))
        tokens = tokens | frozenset(fresh[-7:])
        heard += sum(weight(token) for token in fresh if token in KNOWN)
        if heard >= 0.4:
            break
    return tokens


def _whole_words(text: str, most: int) -> str:
    """The last words of `text`, at most so many characters, none of them cut."""
    return text if len(text) <= most else text[-most:].partition(" ")[2]


def right_tokens(right: str, *, ends: bool) -> Tokens:
    """The tokens behind a mention, up to a border; none when they lead on to the next mention instead."""
    if re.match(r"\s{2,}|[\n\t|]", right):
        return frozenset()
    right = right.lstrip()
    inside = right.startswith("(")
    part, *beyond = _RIGHT_BORDER.split(right.lstrip("( "), maxsplit=1)
    if not beyond and not ends:
        return frozenset()
    tokens = token_list(part)[:4]
    return frozenset(tokens) if inside or len(part.split()) <= 5 else frozenset(tokens[:2])
