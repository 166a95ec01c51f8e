"""Hosts in addresses whose names may not be what they look like, said in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from seconder.core.visible import visible

MOST = 5  # addresses that are spoken of; then how many more there are
_HOST = re.compile(r"(?:@|://)(?P<host>[^\s/?#\"'<>()\[\],;]{1,300})")


def remarks(texts: Iterable[str]) -> list[str]:
    """Sentences on the hosts that texts name, in e-mail addresses and URLs, and that need a second look: what there is
    to say of the first few, then how many more there are."""
    hosts = dict.fromkeys(found["host"] for text in texts for found in _HOST.finditer(text))
    odd = list(dict.fromkeys(why for host in hosts if (why := tuple(map(visible, about(host))))))
    said = list(dict.fromkeys(sentence for why in odd[:MOST] for sentence in why))
    more = len(odd) - MOST
    rest = f"{more} more {'address needs' if more == 1 else 'addresses need'} a second look."
    return [*said, rest] if more > 0 else said


def about(given: str) -> Iterator[str]:
    """`given`: what stands between `@` or `://` and the path; it may hold a name, a host and a port."""
    user, at, rest = given.rpartition("@")
    host = (_host(rest) or "").rstrip(".").lower()
    if at:
        yield f"What stands before “@” is no address: this goes to {host}, not to {user[:100]}."
    readable = ".".join(_decoded(label) for label in host.split("."))
    odd = sorted(_scripts(readable) - {"Latin"})
    if readable.isascii() or not host:
        return
    wire = ".".join(_encoded(label) for label in readable.split("."))
    yield f"The host “{readable}” has letters that are not plain Latin{_of(odd)}. Its real name is {wire}."
    for label in readable.split("."):
        if len(mixed := sorted(_scripts(label))) > 1 and not _is_usual(set(mixed)):
            yield f"“{label}” mixes {' and '.join(mixed)} letters, as names made to deceive do."


def host_of(url: str) -> str:
    """The host that a URL really leads to; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _host(rest: str) -> str | None:
    try:
        return urlsplit(f"//{rest}").hostname
    except ValueError:
        return rest


def _of(scripts: list[str]) -> str:
    return f" but {' and '.join(scripts)}" if scripts else ""


def _scripts(text: str) -> set[str]:
    """`{"Latin", "Cyrillic"}`: by the first word of each letter's name, which is its script."""
    letters = [character for character in text if character.isalpha()]
    return {unicodedata.name(letter, "unknown").split()[0].capitalize() for letter in letters}


def _is_usual(scripts: set[str]) -> bool:
    """Together as people write them: Japanese, and Latin among Han, Kana or Hangul."""
    return bool(scripts & {"Cjk", "Hiragana", "Katakana", "Hangul"}) and scripts <= {
        "Latin", "Cjk", "Hiragana", "Katakana", "Hangul",
    }  # fmt: skip


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _encoded(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
