"""Text of others as it can be looked at: what cannot be seen, or turns the direction of reading, is written out."""

from __future__ import annotations

import re
import unicodedata

# Letters that are drawn as nothing.
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u034f", "\u17b4", "\u17b5"}
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
HEAP = 4  # marks on one letter, more than which no language has
_PLAIN = {"\n", "\t"}
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_SUSPECT = re.compile(r"[^\n\t\x20-\x7e\xa1-\xac\xae-\u02ff]")  # quickly past what most texts are made of
NAMES = {"\u202e": "right-to-left override", "\u200b": "zero width space", "\xad": "soft hyphen"}


def visible(text: str) -> str:
    """`⟨U+202E right-to-left override⟩` in the place of each character that is not seen, or that moves others; as it
    is where there is none. Joiners stay where languages and pictures need them."""

    def shown(found: re.Match[str]) -> str:
        return _written(text, found.start()) if hides(text, found.start()) else found[0]

    return _SUSPECT.sub(shown, text)


def hides(text: str, place: int) -> bool:
    """Whether the character there is one that a reader would not see."""
    character = text[place]
    if character in _PLAIN or " " <= character <= "~" or text[place : place + 2] == "\r\n":
        return False
    kind = unicodedata.category(character)
    if character in _BLANK or (kind in ("Mn", "Me") and _is_heaped(text, place)):
        return True
    if kind in ("Cc", "Zl", "Zp", "Co", "Cn", "Cs"):
        return True
    return kind == "Cf" and not _is_needed(text, place)


def holds_hidden(text: str) -> bool:
    return any(hides(text, found.start()) for found in _SUSPECT.finditer(text))


def _is_needed(text: str, place: int) -> bool:
    """A joiner between two letters of a script that joins, or between two pictures."""
    if text[place] not in (_JOINER, _NON_JOINER) or not 0 < place < len(text) - 1:
        return False
    before, after = _base(text, place), text[place + 1]
    if text[place] == _JOINER and unicodedata.category(before) in ("So", "Sk"):
        return unicodedata.category(after) == "So"
    return _joins(before) and _joins(after)


def _is_heaped(text: str, place: int) -> bool:
    """Whether a mark is one too many on its letter: five of them, or two that choose a variant, which are not drawn and
    can carry a hidden message."""
    if _VARIANT.match(text, place):
        return place == 0 or bool(_VARIANT.match(text, place - 1))
    return place >= HEAP and all(
        unicodedata.category(one) in ("Mn", "Me") for one in text[place - HEAP : place]
    )


def _base(text: str, place: int) -> str:
    """The character before that is drawn by itself: not a variation, nor a tone of skin."""
    at = place - 1
    while at > 0 and (
        unicodedata.category(text[at]) in ("Mn", "Mc") or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    ):
        at -= 1
    return text[at]


def _joins(character: str) -> bool:
    """Whether it is of a script in which letters join: Arabic, Syriac, Mongolian, and those of India."""
    return (
        "\u0600" <= character <= "\u08ff"
        or "\u0900" <= character <= "\u0dff"
        or "\u1800" <= character <= "\u18af"
    )


def _written(text: str, place: int) -> str:
    character = text[place]
    name = NAMES.get(character) or unicodedata.name(character, "").lower()
    return f"⟨U+{ord(character):04X}{f' {name}' if name else ''}⟩"
