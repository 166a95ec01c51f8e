"""What people call themselves and their things: without characters that nobody sees, or that turn others around."""

from __future__ import annotations

import unicodedata

# Controls, formats (zero width, direction of writing), private and unassigned ones, ends of lines and paragraphs.
_UNSEEN = ("C", "Zl", "Zp")


def seen(text: str) -> str:
    """The text as it is seen: composed, without unseen characters, single spaces. May be empty."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace() or not unicodedata.category(letter).startswith(_UNSEEN)
    )
    return " ".join(kept.split())
