"""Amounts as they come in JSON: numbers, and money as decimal strings."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Context, Decimal

PLACES, DIGITS = 10, 30  # of an amount as it is stored
_DECIMAL = re.compile(r"\d{1,19}(\.\d{1,30})?", re.ASCII)
_KEPT = Context(prec=DIGITS)
_MOST = Decimal(10) ** (DIGITS - PLACES - 1)


def amount(value: object) -> Decimal | None:
    """Rounded up where it has more places than are kept. None for what is no number, for what has too many digits, and
    for what is below nothing, which would make room for more."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        return None
    number = Decimal(str(value))
    if not 0 <= number < _MOST:
        return None
    return number.quantize(Decimal(1).scaleb(-PLACES), ROUND_CEILING, _KEPT)
