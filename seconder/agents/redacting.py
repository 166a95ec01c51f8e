"""What no language model outside is given, wherever it stands in a text: secrets and numbers that money moves by.

A mark takes its place, so that the model knows that something stood there, and people see on the run what was removed.
Only forms that cannot easily be something else are taken: a number has its check digits, a key its vendor's beginning.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.conf import settings

from seconder.agents.recipients import KEYS
from seconder.core.json import JSON

CARD, IBAN, KEY, PASSWORD, OWN = "card number", "IBAN", "key", "password", "secret setting"
_SHORTEST = 8  # characters of a secret of our own: a shorter one may be a word
_DIGITS = re.compile(r"(?<![\d.,])(?:\d[ -]?){12,18}\d(?![\d])")
# By which numbers of cards begin, and how long they are then (ISO/IEC 7812, as the networks publish theirs).
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
# fmt: off
_IBAN_LENGTH = {  # of the whole, by country (the SWIFT IBAN registry)
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19,
    "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}
# fmt: on
_KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----"
    r"|\bsec_[\w-]{20,}|\bsk-[\w-]{20,}|\b(?:sk|rk)_live_\w{16,}|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{30,}"
    r"|\bxox[abeprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    re.DOTALL,
)
_NAMED = re.compile(
    r"""(?P<name>\b(?:pass(?:word|wort|phrase)|api[ _-]?key|client[ _-]?secret|access[ _-]?token)"?\s*[:=]\s*"?)"""
    r"""(?P<value>[^\s"'\\,;}\]<>]{6,})""",
    re.IGNORECASE,
)


def mark(kind: str) -> str:
    return f"[removed: {kind}]"


def redacted(value: JSON, found: Counter[str]) -> JSON:
    """The same without them, at any depth; `found` counts what was removed, by kind."""
    if isinstance(value, str):
        return _text(value, found)
    if isinstance(value, dict):
        return {name: redacted(item, found) for name, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, found) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and _is_card(str(value)):
        found[CARD] += 1
        return mark(CARD)
    return value


def _text(text: str, found: Counter[str]) -> str:
    for secret in _own():
        if secret in text:
            found[OWN] += text.count(secret)
            text = text.replace(secret, mark(OWN))
    text = _KEYS.sub(_counting(KEY, found), text)
    text = _NAMED.sub(
        lambda hit: hit["name"] + _noted(PASSWORD, found) if "[removed" not in hit[0] else hit[0], text
    )
    text = _IBAN.sub(lambda hit: _iban(hit[0], found), text)
    return _DIGITS.sub(lambda hit: _noted(CARD, found) if _is_card(hit[0]) else hit[0], text)


def _counting(kind: str, found: Counter[str]) -> Callable[[re.Match[str]], str]:
    return lambda _: _noted(kind, found)


def _noted(kind: str, found: Counter[str]) -> str:
    found[kind] += 1
    return mark(kind)


def _is_card(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    return bool(_ISSUED.fullmatch(digits)) and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def _iban(text: str, found: Counter[str]) -> str:
    """Words that follow it look like a part of it: of what was found, as much as its country says is one."""
    wanted, taken = _IBAN_LENGTH.get(text[:2].upper(), 0), 0
    for place, letter in enumerate(text):
        taken += letter.isalnum()
        if taken == wanted:
            whole = re.sub(r"[ -]", "", text[: place + 1]).upper()
            ends = text[place + 1 : place + 2]
            return _noted(IBAN, found) + text[place + 1 :] if not ends.isalnum() and _is_iban(whole) else text
    return text


def _is_iban(whole: str) -> bool:
    """ISO 13616: the check digits make it 1 modulo 97."""
    return int("".join(str(int(letter, 36)) for letter in whole[4:] + whole[:4])) % 97 == 1


def _own() -> list[str]:
    """Secrets of this installation: from its settings, and the keys of providers."""
    urls = [urlsplit(url) for url in (settings.EMAIL_URL, settings.DATABASE_URL) if url]
    given = [
        settings.SECRET_KEY,
        settings.MODEL_API_KEY,
        settings.EMAIL_WEBHOOK_SECRET,
        settings.DKIM_KEY,
        *(one.secret for one in settings.IDENTITY_PROVIDERS),
        *(os.environ.get(name) for name in KEYS.values()),
        *(unquote(url.password or "") for url in urls),
        *(unquote(url.username or "") for url in urls if url.scheme in ("postmark", "mailgun")),
    ]
    return [secret for secret in given if secret and len(secret) >= _SHORTEST]
