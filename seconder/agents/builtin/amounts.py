"""Amounts and numbers in the notations of several countries.

`1.234` is a thousand in one country and a little over one in another. The other amounts of the text say
which; when they do not, the amount is read with a low quality, so that it is left out rather than guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from seconder.agents.builtin.vocabulary import words_of

CODES = words_of(
    "USD EUR GBP CHF JPY AUD CAD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN INR CNY RMB KRW SGD HKD THB ZAR "
    "MXN BRL ARS CLP TRY ILS AED SAR UAH RUB"
)
SIGNS = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB",
    "zł": "PLN", "kč": "CZK", "fr.": "CHF", "sfr.": "CHF", "euro": "EUR", "euros": "EUR", "dollar": "USD",
    "dollars": "USD", "us dollars": "USD", "pounds": "GBP", "francs": "CHF", "rs.": "INR", "rs": "INR", "ft": "HUF",
}  # fmt: skip
_CURRENCY = (
    r"(?:US\$|CA\$|AU\$|NZ\$|HK\$|[CASR]\$|[$€£¥₹₩₺₽]|(?<![A-Za-z])(?:"
    + "|".join(sorted(CODES))
    + r"|S?Fr\.|Rs\.?|US dollars|dollars?|euros?|pounds|francs|zł|Kč)(?![A-Za-z]))"
)
_NUMBER = (
    r"(?:\d{1,3}(?:[.,'’]\d{3}){1,6}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?: \d{3}){1,4}(?:[.,]\d{1,2})?(?![\d])"
    r"|\d{1,18}(?:[.,]\d{1,6})?(?!\d))"
)
_SCALES = {"k": 3, "tsd": 3, "thousand": 3, "t€": 3, "m": 6, "mn": 6, "mio": 6, "mill": 6, "million": 6, "millions": 6,
           "bn": 9, "billion": 9}  # fmt: skip
# Each search begins at a digit, which the engine finds fast; what stands before is looked at from there.
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})(?P<dash>[.,](?:-|–|—){{1,2}})?"
    r"(?:\s?(?P<scale>k|thousand|Tsd\.?|m|mn|Mio\.?|mill\.?|millions?|bn|billion)(?![A-Za-z]))?"
    rf"(?P<trail>-(?=\s|$))?(?:\s{{0,3}}(?P<after>{_CURRENCY}|%))?(?P<close>\))?",
    re.I,
)
_BEFORE = re.compile(
    rf"(?P<open>\()?(?P<minus>-\s?)?(?:(?P<before>{_CURRENCY})\s{{0,3}})?(?P<minus2>-\s?)?\Z", re.I
)
_DIGITS = re.compile(r"\d+")
# The rest of an amount with a letter among its digits, such as $1O,000.00 with the letter O.
_MISTYPED = re.compile(r"\d[A-Za-z]{1,2}[.,]\Z")
_LOOK_BACK = 16
_GROUPED = re.compile(r"\d[.,'’]\d{3}(?!\d)")
_EUROPEAN_WORDS = re.compile(
    r"€|\bCHF\b|MwSt|Rechnung|Bestell|Betrag|Gesamt|Lieferant|Montant|Facture|Commande|Importe|Totale|Summe|EUR\b"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """`unit` is an ISO currency code, "%" or "". `bare` numbers have neither currency nor decimals."""

    start: int
    end: int
    value: int | float
    quality: float
    unit: str
    bare: bool


@dataclass(frozen=True, slots=True)
class Style:
    """How many numbers of the text can only be read with a decimal comma, and only with a decimal point."""

    comma: int
    point: int
    hint: bool
    grouped: bool


def amounts_in(text: str, style: Style | None = None) -> Iterator[Amount]:
    """All amounts, read in `style`; in the style that they show together when none is given."""
    found = _matches(text)
    style = style or _style([match["number"] for match in found if not match["dash"]], text)
    at = 0
    for match in found:
        for amount, stop in list(_read(text, match, style, at)):
            at = stop
            if amount:
                yield amount


def _matches(text: str) -> list[re.Match[str]]:
    found, end = [], 0
    for digits in _DIGITS.finditer(text):
        if digits.start() >= end and (match := _AMOUNT.match(text, digits.start())):
            found.append(match)
            end = match.end()
    return found


def style_of(text: str) -> Style:
    return _style([match["number"] for match in _matches(text) if not match["dash"]], text)


def _style(numbers: list[str], text: str) -> Style:
    comma = point = 0
    grouped = False
    for number in numbers:
        for piece in number.split(" "):
            marks = piece.count(",") + piece.count(".")
            grouped = grouped or bool(_GROUPED.search(piece))
            if (
                piece[-3:-2] == ","
                or piece.count(".") > 1
                or (marks > 1 and piece.rfind(",") > piece.rfind("."))
            ):
                comma += piece.count(",") < 2
            elif piece[-3:-2] == "." or piece.count(",") > 1 or (marks > 1):
                point += piece.count(".") < 2
    return Style(comma, point, bool(_EUROPEAN_WORDS.search(text)), grouped)


def _read(text: str, match: re.Match[str], style: Style, at: int) -> Iterator[tuple[Amount | None, int]]:
    """The amounts in one match, each with the place where the next may begin; `at` is that place so far."""
    number, start, end = match["number"], match.start(), match.end()
    before = _BEFORE.search(text[max(0, at, start - _LOOK_BACK) : start])
    lead = before.group() if before else ""
    if _is_tail(text, start - len(lead), lead):
        return
    if re.match(r"[A-Za-z_]|[-/:.]\d|[.,]\d", text[end : end + 2]):
        return  # a part of a code, a time or a version
    if " " in number and not _blank_groups(match, before, style):
        # Two columns, or one number written with blanks: the first is read alone, the last with doubt.
        first, _, last = number.partition(" ")
        yield _build(before, None, first, start, start + len(first), style), start + len(first)
        last = last.rpartition(" ")[2]
        amount = _build(None, match, last, match.end("number") - len(last), end, style)
        yield (_doubted(amount) if match["after"] and not style.grouped else amount), end
    else:
        yield _build(before, match, number, start, end, style), end


def _is_tail(text: str, start: int, lead: str) -> bool:
    """Whether what begins at `start` is the tail of something longer, such as a code or a time."""
    prior = text[start - 1 : start] if start else ""
    if not prior or (lead and lead[0] in "($€£¥"):
        return False
    if _MISTYPED.search(text, max(0, start - 5), start):
        return True
    if prior in ".,'’/:-":
        return (
            text[start - 2 : start - 1].isalnum() if prior == "-" else text[start - 2 : start - 1].isdigit()
        )
    return prior.isalnum() or prior in "_#"


def _doubted(amount: Amount | None) -> Amount | None:
    return replace(amount, quality=min(amount.quality, 0.4)) if amount else None


def _blank_groups(match: re.Match[str], before: re.Match[str] | None, style: Style) -> bool:
    """Whether `12 400` is one number: with a currency or a decimal comma, and no other way of grouping about."""
    if before and before["before"]:
        return True
    decimals = re.search(r"[.,]\d{1,2}$", match["number"])
    comma = bool(decimals and decimals.group()[0] == ",")
    return not style.grouped and (comma or bool(match["after"] and match["after"] != "%"))


def _build(
    before: re.Match[str] | None, after: re.Match[str] | None, number: str, start: int, end: int, style: Style
) -> Amount | None:
    currency = (before and before["before"]) or (after and after["after"]) or ""
    dash = (after and after["dash"]) or ""
    value, quality = interpreted(number, style, dash[:1])
    scale = ((after and after["scale"]) or "").lower().rstrip(".")
    if scale:
        if scale == "m" and not currency:
            return None
        value, quality = value.scaleb(_SCALES[scale]), quality * 0.85
    opened = bool(before and before["open"])
    closed = bool(after and after["close"])
    in_brackets = opened and closed and bool(re.search(r"[.,'’]\d", number) or currency) and currency != "%"
    minus = in_brackets or any([before and (before["minus"] or before["minus2"]), after and after["trail"]])
    start -= len(before.group()) - (opened and not in_brackets) if before else 0
    end -= closed and not in_brackets
    bare = not (currency or dash or scale or re.search(r"[.,'’]", number))
    value = -value if minus else value
    plain = int(value) if value == value.to_integral_value() else float(value)
    return Amount(start, end, plain, quality, "%" if currency == "%" else code_of(currency), bare)


def code_of(currency: str) -> str:
    upper = currency.upper()
    if upper in CODES:
        return "CNY" if upper == "RMB" else upper
    return SIGNS.get(upper) or SIGNS.get(currency.lower(), "")


def interpreted(number: str, style: Style, dash: str = "") -> tuple[Decimal, float]:
    """The value of digits with marks, and how sure that reading is. `dash` is the mark before a dash that
    stands for no cents: `1.250,-`."""
    text = re.sub(r"[\s'’]", "", number)
    commas, points = text.count(","), text.count(".")
    if commas and points:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        other = "." if decimal == "," else ","
        if text.count(decimal) > 1:
            return Decimal(text.replace(",", "").replace(".", "")), 0.5
        return Decimal(text.replace(other, "").replace(decimal, ".")), 1.0
    if commas + points == 0:
        return Decimal(text), 1.0
    mark = "," if commas else "."
    if commas + points > 1:
        return Decimal(text.replace(mark, "")), 1.0
    whole, _, rest = text.partition(mark)
    if dash and dash != mark:
        return Decimal(whole + rest), 1.0
    if (
        len(rest) != 3
        or len(whole) > 3
        or whole in ("", "0")
        or whole.startswith("0")
        or len(text) != len(number)
    ):
        return Decimal(f"{whole or 0}.{rest}"), 1.0 if mark == "." or len(rest) <= 2 else 0.8
    return _three_after(whole, rest, mark, style)


def _three_after(whole: str, rest: str, mark: str, style: Style) -> tuple[Decimal, float]:
    grouped, fraction = Decimal(whole + rest), Decimal(f"{whole}.{rest}")
    as_group, as_decimal = (style.point, style.comma) if mark == "," else (style.comma, style.point)
    if as_group and not as_decimal:
        return grouped, 1.0
    if as_decimal and not as_group:
        return fraction, 0.45
    if as_group and as_decimal:
        return grouped, 0.7 if as_group > as_decimal else 0.45
    if mark == ",":
        return grouped, 0.97
    return grouped, 0.75 if style.hint else 0.45
