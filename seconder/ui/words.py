"""Times, durations, money, names and labels in the words that a person reads."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
WITHOUT_CENTS = {"JPY", "KRW", "VND", "CLP", "ISK"}
ABBREVIATIONS = {
    "id": "ID",
    "url": "URL",
    "iban": "IBAN",
    "vat": "VAT",
    "po": "PO",
    "ip": "IP",
    "api": "API",
    "csv": "CSV",
}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def relative(when: datetime, now: datetime) -> str:
    """'just now', '5 minutes ago', 'in 2 hours', 'yesterday'; beyond 30 days the date. `moments.js` says the same."""
    seconds = round((when - now).total_seconds())
    distance = abs(seconds)
    if distance < 45:
        return "just now" if seconds <= 0 else "in a moment"
    if distance >= 30 * 86_400:
        return day(when)
    size, unit = next(((size, unit) for size, unit in _UNITS if distance >= size * 0.95), (60, "minute"))
    count = max(1, round(distance / size))
    if unit == "day" and count == 1:
        return "yesterday" if seconds < 0 else "tomorrow"
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{amount} ago" if seconds < 0 else f"in {amount}"


def exact(when: datetime) -> str:
    """'Monday 23 November 2026, 21:58 UTC', in the zone that is active for the person."""
    local = timezone.localtime(when)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def day(when: datetime) -> str:
    local = timezone.localtime(when)
    return f"{local.day} {local:%b %Y}"


def lasting(seconds: float | None) -> str:
    """A duration: '0.2 s', '48 s', '3 min 20 s', '2 h 5 min', '3 days 4 h'; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 0.0095:
        return "under 0.01 s"
    if seconds < 9.95:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + " s" if seconds < 1 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < 86_400:
        return _two(whole // 3_600, "h", whole % 3_600 // 60, "min")
    days = whole // 86_400
    return _two(days, "day" if days == 1 else "days", whole % 86_400 // 3_600, "h")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def money(amount: str | int | float | Decimal, currency: str) -> str:
    """'$12,400.00', '−€3.50', 'CHF 80.00'; more than two decimals are kept, as model costs have them."""
    value = Decimal(str(amount))
    digits = -int(value.as_tuple().exponent) if value.is_finite() else 0
    places = 0 if currency in WITHOUT_CENTS else max(2, min(digits, 6))
    figure = f"{abs(value):,.{places}f}"
    minus = "−" if value < 0 else ""
    return f"{minus}{SIGNS[currency]}{figure}" if currency in SIGNS else f"{minus}{currency} {figure}"


def figure(value: int | float | Decimal) -> str:
    """A number as given, thousands separated from 10,000 on, without a fraction that says nothing."""
    number = Decimal(str(value))
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    return f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"


def label(key: str) -> str:
    """'delivery_date' and 'deliveryDate' become 'Delivery date'."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ")
    words = [ABBREVIATIONS.get(word.lower(), word.lower()) for word in spaced.split()]
    sentence = " ".join(words)
    return sentence[:1].upper() + sentence[1:]


def initials(name: str) -> str:
    """'Alice Moreau' → 'AM', 'finance@example.com' → 'F', nothing → '?'."""
    words = [word for word in re.split(r"[\s.]+", name.split("@")[0]) if word[:1].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in chosen) or "?"
