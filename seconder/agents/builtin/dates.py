"""Dates and times as people write them.

03/04/2026 is two different days; other dates of the same text may say which order is meant, else it is read
with a low quality. A date without a year is not a date here: the year would be invented.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seconder.agents.builtin.mentions import Mention

_MONTHS = {
    1: "january jan januar jänner janvier enero gennaio januari",
    2: "february feb februar février fevrier febrero febbraio februari",
    3: "march mar märz maerz mrz mars marzo maart",
    4: "april apr avril abril aprile",
    5: "may mai mayo maggio mei",
    6: "june jun juni juin junio giugno",
    7: "july jul juli juillet julio luglio",
    8: "august aug août aout agosto augustus",
    9: "september sep sept septembre septiembre settembre",
    10: "october oct oktober okt octobre octubre ottobre",
    11: "november nov novembre noviembre",
    12: "december dec dezember dez décembre decembre diciembre dicembre",
}
_NUMBER_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")(?![^\W\d_])"
# Each begins at a digit, which the engine finds fast; a month before the day is looked for from there.
_DATE = re.compile(
    r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?!\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.|er)?[ ]{{0,2}}(?:of )?[-/ ]?(?P<n2>{_MONTH})\.?[-/, ]{{0,2}}"
    r"(?P<y2>\d{4}|['’]?\d{2}(?![\d:.,]))(?![\d])"
    r"|(?P<d3>\d{1,2})(?:st|nd|rd|th)?(?:, ?| )(?P<y3>\d{4})(?!\d)"
    r"|(?P<a4>\d{1,2})(?P<s4>[./-])(?P<b4>\d{1,2})(?P=s4)(?P<y4>\d{4}|\d{2})(?![\d]|[.,]\d|[-/]\w)",
    re.I,
)
_MONTH_BEFORE = re.compile(rf"(?<![^\W\d_])({_MONTH})\.?[ -]{{0,2}}\Z", re.I)
_DIGITS = re.compile(r"\d+")
_TIME = re.compile(
    r"(?:T|,? (?:at )?|, )(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"(?: ?(?P<half>[ap]\.?m\.?)(?![a-z]))?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})(?![\w:]))?",
    re.I,
)


def dates_in(text: str) -> "Iterator[Mention]":
    found = []
    end = 0
    for digits in _DIGITS.finditer(text):
        if (
            digits.start() >= end
            and (match := _DATE.match(text, digits.start()))
            and not _inside(text, match)
        ):
            found.append(match)
            end = match.end()
    order = _day_first(found)
    for match in found:
        mention = _mention(text, match, day_first=order)
        if mention:
            yield mention


def _day_first(found: list[re.Match[str]]) -> bool | None:
    """What the slashed dates of one text say together; None when nothing, or both."""
    says = set()
    for match in found:
        if match["s4"] in ("/", "-"):
            first, second = int(match["a4"]), int(match["b4"])
            if first > 12 >= second:
                says.add(True)
            elif second > 12 >= first:
                says.add(False)
    return says.pop() if len(says) == 1 else None


def _inside(text: str, match: re.Match[str]) -> bool:
    """Whether the digits are the tail of something longer, such as a code or an amount."""
    prior = text[match.start() - 1 : match.start()] if match.start() else ""
    return bool(prior) and not match["d3"] and (prior.isalnum() or prior in "_.,/-")


def _mention(text: str, match: re.Match[str], *, day_first: bool | None) -> "Mention | None":
    from seconder.agents.builtin.mentions import Mention

    start = match.start()
    month = 0
    if match["d3"]:
        named = _MONTH_BEFORE.search(text[max(0, start - 14) : start])
        if not named:
            return None
        start, month = start - len(named.group()), _NUMBER_OF[named[1].lower()]
    parts, quality = _parts(match, month, day_first=day_first)
    try:
        day = date(*parts)
    except ValueError:
        return None
    time = _TIME.match(text, match.end())
    if time and (clock := _clock(time)):
        return Mention("date", start, match.end(), day.isoformat(), quality, f"{clock}|{time.end()}")
    return Mention("date", start, match.end(), day.isoformat(), quality)


def _parts(match: re.Match[str], month: int, *, day_first: bool | None) -> tuple[tuple[int, int, int], float]:
    if match["y1"]:
        return (int(match["y1"]), int(match["m1"]), int(match["d1"])), 1.0
    if match["n2"]:
        year, sure = _year(match["y2"])
        return (year, _NUMBER_OF[match["n2"].lower()], int(match["d2"])), sure
    if match["d3"]:
        return (int(match["y3"]), month, int(match["d3"])), 1.0
    first, second = int(match["a4"]), int(match["b4"])
    year, sure = _year(match["y4"])
    if match["s4"] == ".":
        return (year, second, first), sure
    if first == second or first > 12:
        return (year, second, first), sure
    if second > 12:
        return (year, first, second), sure
    if day_first is None:
        return (year, second, first), 0.4
    return ((year, second, first) if day_first else (year, first, second)), sure * 0.9


def _year(text: str) -> tuple[int, float]:
    digits = text.lstrip("'’")
    return (int(digits), 1.0) if len(digits) == 4 else (2000 + int(digits), 0.85)


def _clock(time: re.Match[str]) -> str:
    """The time as RFC 3339 writes it, "" without a zone: an instant is not known then."""
    hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
    half = (time["half"] or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    zone = (time["zone"] or "").upper()
    if hour > 23 or minute > 59 or second > 59 or not zone:
        return ""
    zone = "Z" if zone in ("Z", "UTC", "GMT") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return f"T{hour:02}:{minute:02}:{second:02}{zone}"
