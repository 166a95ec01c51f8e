"""One of given words, or yes and no, by what the text says: a labelled value first, then likeness of words."""

import re
from collections.abc import Iterator, Sequence

from seconder.agents.builtin.candidates import Candidate, Reading
from seconder.agents.builtin.sentences import about
from seconder.agents.builtin.vocabulary import KNOWN, Tokens, likeness, token_list, words_of
from seconder.agents.builtin.wanted import Field

_YES = re.compile(
    r"(?:yes|y|true|ja|oui|si|sí|x|✓|✔|☑|\[x\]|checked|confirmed|required|given|attached)\b|[✓✔☑]", re.I
)
_NO = re.compile(r"(?:no|n|false|nein|non|none|not|☐|\[ ?\]|missing|unchecked)\b|☐", re.I)
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|without|nicht|kein\w*|sans|neither|non|isn't|aren't|don't|doesn't|won't|cannot)\b"
    r"|n't)[^.;\n]{0,24}$",
    re.I,
)
_PRESENCE = frozenset({"found", "present", "exist", "has", "contain", "contained", "included", "include", "there",
    "mention",
                       "mentioned", "is", "available"})  # fmt: skip
_FAMILIES = {
    "travel": "train flight taxi hotel airfare mileage trip tram bus rail car rental lodging airline accommodation "
    "fahrt reise",
    "meals": "meal lunch dinner breakfast restaurant catering food coffee drinks",
    "office": "paper toner desk chair stationery printer pens furniture monitor",
    "software": "licence license subscription saas app cloud hosting seats",
    "hardware": "laptop monitor computer server keyboard phone tablet printer headset",
    "training": "course conference seminar workshop certification class tuition",
    "delivery": "parcel courier package shipment tracking late delivered",
    "billing": "invoice charge charged refund payment overcharged",
    "technical": "error crash bug login password outage",
    "urgent": "urgent immediately asap emergency critical at once",
    "high": "urgent asap immediately critical severe",
    "international": "abroad overseas foreign customs export import",
    "complaint": "complain complaint unacceptable disappointed broken refund dissatisfied angry",
    "praise": "thank great excellent love happy",
    "positive": "great excellent happy love pleased thank good wonderful",
    "negative": "bad broken disappointed angry terrible unacceptable late damaged poor",
    "marketing": "advertising campaign ads brand promotion",
    "shipping": "parcel courier dispatch freight",
    "legal": "lawyer attorney contract counsel",
    "medical": "doctor hospital pharmacy",
}


def choices(field: Field, reading: Reading) -> list[Candidate]:
    options = field.schema.get("enum")
    real = [option for option in options if option is not None] if isinstance(options, list) else []
    labelled = list(_labelled_options(field, reading, real))
    if any(c.score >= 0.5 for c in labelled):
        return labelled
    return [c for option in real if isinstance(option, str) for c in _mentioned(option, reading)]


def _labelled_options(field: Field, reading: Reading, options: Sequence[object]) -> Iterator[Candidate]:
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name, pair.tokens) for name in field.names)
        if score < 0.45:
            continue
        value = reading.text[pair.start : pair.end]
        for option in options:
            found = re.match(rf"[\"'“(]?{_loose(str(option))}(?![\w-])", value, re.I)
            if found and isinstance(option, str | int | float):
                yield Candidate(pair.start, pair.start + found.end(), option, score)


def _loose(option: str) -> str:
    """The option as an expression that takes blanks, dashes and underscores for the same."""
    return r"[\s_-]{0,2}".join(re.escape(part) for part in re.split(r"[\s_-]+", option) if part)


def _mentioned(option: str, reading: Reading) -> Iterator[Candidate]:
    """The option's own words in the text (0.66), or words of its family (0.56), unless denied."""
    if not option.strip():
        return
    for found in re.finditer(
        rf"(?<![\w-]){_loose(option)}(?:s|es|ed)?(?![\w-])", reading.text[:60_000], re.I
    ):
        if not _denied(reading, found.start()):
            yield Candidate(found.start(), found.end(), option, 0.66)
            return
    words = {word for token in token_list(option) for word in _FAMILIES.get(token, "").split()}
    hits = [m for word in words for m in re.finditer(rf"\b{word}s?\b", reading.text[:60_000], re.I)]
    if hits:
        first = min(hits, key=lambda m: m.start())
        worth = 0.52 + 0.12 * min(len({m.group().lower() for m in hits}), 4) / 2
        yield Candidate(first.start(), first.end(), option, min(worth, 0.75))


def _denied(reading: Reading, position: int) -> bool:
    return bool(_DENIED.search(reading.text[max(0, position - 40) : position].split("\n")[-1]))


def yes_or_no(field: Field, reading: Reading, prompt: str) -> list[Candidate]:
    labelled = list(_labelled_answer(field, reading))
    if labelled:
        return labelled
    names = field.names[0]
    if names & _PRESENCE:
        return _presence(field, reading, prompt)
    subject = names - {"is", "needs", "require"}
    return [c for word in sorted(subject) for c in _said(word, reading)][:1] if len(subject) <= 2 else []


def _labelled_answer(field: Field, reading: Reading) -> Iterator[Candidate]:
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name - {"is"}, pair.tokens) for name in field.names)
        if score < 0.5:
            continue
        value = reading.text[pair.start : pair.end]
        for pattern, answer in ((_NO, False), (_YES, True)):
            if found := pattern.match(value):
                yield Candidate(pair.start, pair.start + found.end(), answer, score)
                break


def _said(word: str, reading: Reading) -> Iterator[Candidate]:
    for found in re.finditer(rf"\b{re.escape(word)}\w{{0,3}}\b", reading.text[:60_000], re.I):
        yield Candidate(found.start(), found.end(), not _denied(reading, found.start()), 0.62)


def _presence(field: Field, reading: Reading, prompt: str) -> list[Candidate]:
    """`found`, `has_warranty`: whether there is a part about the subject. Absence points at no place."""
    subject: Tokens = field.names[0] - _PRESENCE - {"clause", "section"}
    if not subject:
        first = re.split(r"[.;\n]", prompt)[0]
        subject = frozenset(t for t in token_list(first) if t not in _PRESENCE) - _ASKING
    if not subject:
        return []
    sure = about(subject, reading)
    if sure >= 0.6:
        return [_first_word(subject, reading)]
    words = frozenset(token_list(reading.text[:60_000]))
    return [Candidate(0, 0, value=False, score=0.6)] if not subject <= words else []


_ASKING = words_of(
    "find whether check if state clause section quote quotation tell contract text read say does word there"
)


def _first_word(subject: Tokens, reading: Reading) -> Candidate:
    for line in reading.document.lines:
        if subject <= frozenset(token_list(line.text)):
            return Candidate(line.start, line.end, value=True, score=0.72)
    for line in reading.document.lines:
        if subject & frozenset(token_list(line.text)) - KNOWN or subject & frozenset(token_list(line.text)):
            return Candidate(line.start, line.end, value=True, score=0.66)
    return Candidate(0, 0, value=True, score=0.4)
