"""Things of a known form that stand in a text: addresses, dates, amounts, references, each with its place."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from seconder.agents.builtin.amounts import Amount, amounts_in
from seconder.agents.builtin.dates import dates_in
from seconder.agents.builtin.document import Document

MOST = 4000
# Less than the standard allows: `email=a@b.example` and `'a@b.example'` are far more often something else.
_LOCAL = re.compile(r"[A-Za-z0-9%&+_.-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z][A-Za-z0-9-]{1,40}")
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'|]{2,300}", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_TAX_ID = re.compile(r"\b(?:ATU|CHE|[A-Z]{2})[ -]?\d[\d.]{6,12}(?: ?(?:MWST|TVA))?\b")
_BIC = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_REFERENCE = re.compile(
    r"(?<![\w@./-])(?:[A-Za-z]{1,8}[-_/.#]{1,2}"
    r"|[A-Z]{1,6} ?#? ?)(?=[\w/-]{0,20}\d)[A-Za-z0-9]{1,20}(?:[-_/.][A-Za-z0-9]{1,20}){0,5}"
    r"|(?<![\w@./-])#\s?\d[\w-]{0,20}|(?<![\w@.,/-])\d{2,10}(?:[-/][A-Za-z0-9]{1,12}){1,3}(?![\w/])"
    r"|(?<![\w@.,/-])(?=\d{0,12}[A-Za-z])(?=[A-Za-z]{0,8}\d)[A-Z0-9]{4,20}(?:-[A-Z0-9]{1,12}){0,4}\b"
)
_BARE = re.compile(r"(?<![\w@.,/-])\d{2,14}(?![\w@/-])(?![.,]\d)")
_PHONE = re.compile(r"(?<![\w.,-])(?:\+|00)?\(?\d[\d ()/.-]{5,20}\d(?![\w])")
_TIME = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_SPACED = re.compile(r"\S{1,200}")
_DIGIT = re.compile(r"\d")
_NO_REFERENCE = re.compile(r"[a-zA-Z][./]?\d{1,2}|\d+[a-zA-Z]{1,3}|\d{1,2}[-/]\d{1,2}")
_CURRENCY_PREFIX = re.compile(r"(?:USD|EUR|GBP|CHF|JPY|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|SGD|HKD|ZAR|MXN"
                              r"|BRL|TRY|US|Fr|kr|Rs|qty|QTY|Qty|x|X|EA|PCS|Total|TOTAL|TAX|VAT|SUM)\b",)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """`value` is what the text at `start:end` says; `quality` how surely, 0 to 1; `unit` a currency or %."""

    kind: str
    start: int
    end: int
    value: str | int | float
    quality: float = 1.0
    unit: str = ""
    plain: bool = False


class Mentions:
    """All mentions of a document by kind. What is part of one (the digits of a date) is not another."""

    def __init__(self, document: Document) -> None:
        self.document = document
        text = document.text
        taken: list[tuple[int, int]] = []
        self._by_kind: dict[str, list[Mention]] = {}
        self._note(taken, "email", _emails(text))
        self._note(taken, "uri", _webs(text, taken))
        self._note(taken, "account", _accounts(text, _digit_words(text)))
        self._note(taken, "date", dates_in(_without(text, taken)))
        rest = _without(text, taken)
        self._note(taken, "phone", _phones(rest))
        rest = _without(text, taken)
        self._note(taken, "reference", _references(rest))
        rest = _TIME.sub(lambda m: " " * len(m.group()), _without(text, taken))
        self._note([], "amount", (of_amount(a) for a in amounts_in(rest)))

    def _note(
        self, taken: list[tuple[int, int]], kind: str, found: Iterator[Mention] | list[Mention]
    ) -> None:
        kept = []
        for mention in found:
            kept.append(mention)
            if len(kept) >= MOST:
                break
        self._by_kind[kind] = kept
        taken.extend((m.start, m.end) for m in kept)
        taken.sort()

    def of(self, kind: str) -> list[Mention]:
        return self._by_kind.get(kind, [])

    @cached_property
    def bare_numbers(self) -> list[Mention]:
        """Plain runs of digits, which are a reference only beside a word such as `order no.`"""
        return [
            Mention("reference", m.start(), m.end(), m.group(), plain=True)
            for m in _BARE.finditer(self.document.text)
        ][:MOST]

    def within(self, kind: str, start: int, end: int) -> list[Mention]:
        found = self.of(kind)
        first = bisect_left(found, start, key=lambda m: m.start)
        inside = []
        for mention in found[first:]:
            if mention.start >= end:
                break
            inside.append(mention)
        return inside


def _without(text: str, taken: list[tuple[int, int]]) -> str:
    """`text` with the places that are taken made blank marks of the same length."""
    parts, at = [], 0
    for start, end in taken:
        if start >= at:
            parts += [text[at:start], "\x01" * (end - start)]
            at = end
    parts.append(text[at:])
    return "".join(parts)


def _emails(text: str) -> Iterator[Mention]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text, max(0, at - 64), at) if at else None
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            start = local.start() + len(local.group()) - len(local.group().lstrip(".-&%_"))
            start = start + 7 if text[start : start + 7].lower() == "mailto:" else start
            if start < at:
                yield Mention("email", start, domain.end(), text[start : domain.end()])
        at = text.find("@", at + 1)


def _webs(text: str, taken: list[tuple[int, int]]) -> Iterator[Mention]:
    for found in _WEB.finditer(_without(text, taken)):
        value = found.group().split("\x01")[0].rstrip(".,;:!?)]}'")
        yield Mention("uri", found.start(), found.start() + len(value), value)


def _digit_words(text: str) -> list[tuple[int, int]]:
    """The places of the words that hold a digit: all that a reference or account can be is near one."""
    return [m.span() for m in _SPACED.finditer(text) if _DIGIT.search(m.group())]


def _accounts(text: str, words: list[tuple[int, int]]) -> Iterator[Mention]:
    end = 0
    for start, stop in words:
        for pattern in (_IBAN, _TAX_ID):
            found = pattern.search(text, max(end, start - 3), min(len(text), stop + 40))
            if found and found.start() < stop and sum(map(str.isdigit, found.group())) >= 7:
                yield Mention("account", found.start(), found.end(), found.group())
                end = found.end()
                break


def _phones(text: str) -> Iterator[Mention]:
    for found in _PHONE.finditer(text):
        value = found.group()
        before = text[max(0, found.start() - 16) : found.start()].lower()
        named = re.search(r"(?:phone|tel|fon|mobile?|cell|call|fax|handy|ph)\W{0,4}$", before)
        if sum(map(str.isdigit, value)) >= 6 and (named or value.startswith("+")):
            yield Mention("phone", found.start(), found.end(), value)


def _references(text: str) -> Iterator[Mention]:
    end = 0
    for start, stop in _digit_words(text):
        for found in _REFERENCE.finditer(text, max(end, start - 7), stop):
            value = found.group().rstrip("-_/.")
            if _is_reference(value) and found.start() >= end:
                end = found.start() + len(value)
                yield Mention("reference", found.start(), end, value)


def _is_reference(value: str) -> bool:
    if _CURRENCY_PREFIX.match(value) or not _DIGIT.search(value):
        return False
    return not _NO_REFERENCE.fullmatch(value)


def of_amount(amount: Amount, offset: int = 0) -> Mention:
    start, end = amount.start + offset, amount.end + offset
    return Mention("amount", start, end, amount.value, amount.quality, amount.unit, plain=amount.bare)
