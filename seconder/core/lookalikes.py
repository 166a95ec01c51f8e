"""Hosts in addresses, and other names, that may not be what they look like, said in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from seconder.core.visible import visible

MOST = 5  # names that are spoken of; then how many more there are
MIXED = "“{}” mixes {} letters, as names made to deceive do."
ALIKE = {
    "Latin",
    "Cyrillic",
    "Greek",
    "Armenian",
    "Cherokee",
}  # alphabets with letters that look like each other's
_WORD = re.compile(r"[^\W\d_]{4,100}")  # shorter ones are units and symbols: μm, ΔT
_HOST = re.compile(r"(?:@|://)(?P<host>[^\s/?#\"'<>()\[\],;]{1,300})")


def remarks(texts: Iterable[str]) -> list[str]:
    """Sentences on the hosts that texts name, in e-mail addresses and URLs, and on words that are written in two
    alphabets, where they need a second look: what there is to say of the first few, then how many more there are."""
    given = list(texts)
    hosts = dict.fromkeys(found["host"] for text in given for found in _HOST.finditer(text))
    words = dict.fromkeys(word for text in given if not text.isascii() for word in _WORD.findall(text))
    odd = dict.fromkeys(why for host in hosts if (why := tuple(map(visible, about(host)))))
    spoken = set(_WORD.findall(" ".join(hosts)))
    odd |= {(said,): None for word in words if word not in spoken and (said := _mixed(word))}
    first = list(dict.fromkeys(sentence for why in list(odd)[:MOST] for sentence in why))
    more = len(odd) - MOST
    rest = f"{more} more {'name needs' if more == 1 else 'names need'} a second look."
    return [*first, rest] if more > 0 else first


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
            yield MIXED.format(label, " and ".join(mixed))


def _mixed(word: str) -> str:
    """Of a word outside addresses; "" where nothing is odd about it."""
    found = sorted(_scripts(word))
    return MIXED.format(word, " and ".join(found)) if len(found) > 1 and ALIKE.issuperset(found) else ""


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
