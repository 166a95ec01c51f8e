"""Money, plain numbers, percentages, dates and references: mentions named by the words around them."""

import re
from collections.abc import Iterator

from seconder.agents.builtin.candidates import Candidate, Reading, neighbours
from seconder.agents.builtin.context import right_tokens
from seconder.agents.builtin.mentions import Mention
from seconder.agents.builtin.vocabulary import MONEY_PARTS, Tokens, likeness, token_list
from seconder.agents.builtin.wanted import Field

_WHOLE = frozenset({"total", "amount"})
_NOUN_AFTER = re.compile(
    r"\s+(?!usd|eur|in\b|total|net|incl|plus|due|per\b|and\b|or\b|by\b|for\b|to\b|of\b|on\b|from\b|is\b)[a-zäöü]{3,}"
)
_APART = re.compile(r"[,;:.(\n\t|]|\s{2,}")
_UNIT_AFTER = re.compile(r"\)?[\s-]{0,2}([^\W\d_][\w'’-]*(?:\s[a-zäöü][\w-]*){0,3})")


def money(field: Field, reading: Reading) -> list[Candidate]:
    amounts = [m for m in reading.mentions.of("amount") if m.unit != "%"]
    found = [_money(field, reading, m, before, after) for m, before, after in neighbours(amounts)]
    kept = [c for c in found if c.score > 0]
    if is_whole(field) and max((c.score for c in kept), default=0) < 0.5:
        kept += _only_amount(amounts, reading)
    return _explained(kept, reading)


def is_whole(field: Field) -> bool:
    """Whether the field wants the total, not a part of it such as the tax."""
    return bool(field.names[0] & _WHOLE) and not field.names[0] & MONEY_PARTS


def _money(field: Field, reading: Reading, mention: Mention, before: int, after: int) -> Candidate:
    score = reading.named(field, mention, before, after)
    if score >= 0.4 and is_whole(field):
        namings = reading.contexts.naming(mention, before, after)
        if any(naming.tokens & {"final", "gross"} for naming in namings):
            score *= 1.12
    if score and is_whole(field) and _is_part(reading, mention, after):
        score *= 0.3
    if mention.plain:
        counted = _NOUN_AFTER.match(reading.text, mention.end, mention.end + 30)
        score *= 0.4 if counted else 0.93
    return Candidate(mention.start, mention.end, mention.value, score, mention.quality)


def _is_part(reading: Reading, mention: Mention, after: int) -> bool:
    """`100.01 USD per widget`, `8,000.00 net`: what stands behind an amount makes it a part."""
    behind = right_tokens(reading.text[mention.end : min(after, mention.end + 30)], ends=True)
    return bool(behind & {"unit", "subtotal", "previous", "limit"})


def _only_amount(amounts: list[Mention], reading: Reading) -> Iterator[Candidate]:
    """A text with one amount of money in it, whatever the words, most likely means that one."""
    real = [m for m in amounts if m.unit or not m.plain]
    if len({m.value for m in real}) != 1 or not real[0].unit:
        return
    mention = real[0]
    parts = [
        n.tokens & (MONEY_PARTS - {"number", "date"})
        for n in reading.contexts.naming(mention, 0, mention.end + 60)
    ]
    if not any(parts):
        yield Candidate(mention.start, mention.end, mention.value, 0.62, mention.quality)


def _explained(candidates: list[Candidate], reading: Reading) -> list[Candidate]:
    """Of several totals in one row (`Total  10,000.00  1,900.00  11,900.00`), the last one, when it is the
    sum of the others; they contradict each other otherwise."""
    strong = [c for c in candidates if c.score >= 0.5]
    rows: dict[int, list[Candidate]] = {}
    for candidate in strong:
        rows.setdefault(reading.document.line_index(candidate.start), []).append(candidate)
    out = [c for c in candidates if c.score < 0.5]
    for index, row in rows.items():
        line = reading.document.lines[index]
        inside = [
            float(m.value)
            for m in reading.mentions.within("amount", line.start, line.end + 1)
            if not isinstance(m.value, str) and not m.plain and m.unit != "%"
        ]
        summed = len(inside) >= 3 and abs(sum(inside[:-1]) - inside[-1]) < 0.011
        last = next(
            (c for c in candidates if summed and c.value == inside[-1] and c.start >= line.start), None
        )
        if last and last.start <= line.end:
            out.append(Candidate(last.start, last.end, last.value, max(c.score for c in row), last.sure))
        else:
            out.extend(row)
    return out


def numbers(field: Field, reading: Reading) -> list[Candidate]:
    """Counts, hours, rates: a number named by a label before or the unit after it."""
    percent = field.kind == "percent"
    amounts = [m for m in reading.mentions.of("amount") if (m.unit == "%") == percent]
    found = []
    for mention, before, after in neighbours(amounts):
        by_label = reading.named(field, mention, before, after)
        if before and not _APART.search(reading.text, before, mention.start):
            by_label *= 0.8  # the words between two numbers belong to the first as well
        score = max(by_label, _by_unit(field, reading, mention))
        if mention.unit and not percent and not any(name & _WHOLE for name in field.names):
            score *= 0.75
        found.append(Candidate(mention.start, mention.end, mention.value, score, mention.quality))
    return found


def _by_unit(field: Field, reading: Reading, mention: Mention) -> float:
    unit = _UNIT_AFTER.match(reading.text, mention.end, mention.end + 40)
    if not unit:
        return 0.0
    tokens: Tokens = frozenset(token_list(unit[1]))
    left = frozenset(
        token_list(reading.text[max(0, mention.start - 40) : mention.start].split("\n")[-1])[-4:]
    )
    score = 0.0
    for name in field.names:
        if name & tokens & {*token_list(unit[1].split()[0])}:
            score = max(
                score,
                0.9 * likeness(name, tokens, prose=True),
                0.85 * likeness(name, tokens | (left & name), prose=True),
            )
    return score


def dates(field: Field, reading: Reading) -> list[Candidate]:
    found = []
    mentions = reading.mentions.of("date")
    for mention, before, after in neighbours(mentions):
        score = reading.named(field, mention, before, after)
        score = max(score, _in_range(field, reading, mention, before, after))
        header = reading.contexts.header(mention.start) or _is_date_header(reading, mention)
        if header and not any(name & {"email", "sender", "message"} for name in field.names):
            score *= 0.7
        value, end = _date_value(field, mention, reading.text)
        if value:
            found.append(Candidate(mention.start, end, value, score, mention.quality))
    if max((c.score for c in found), default=0) < 0.5 and field.names[0] <= {"date"}:
        found += _only_date(found)
    return found


def _is_date_header(reading: Reading, mention: Mention) -> bool:
    line = reading.document.lines[reading.document.line_index(mention.start)]
    return line.text.startswith("Date:") and bool(re.match(r"Date:\s+\w{3},", line.text))


def _only_date(found: list[Candidate]) -> list[Candidate]:
    if len({c.value for c in found}) != 1:
        return []
    return [Candidate(c.start, c.end, c.value, 0.62, c.sure) for c in found[:1]]


def _in_range(field: Field, reading: Reading, mention: Mention, before: int, after: int) -> float:
    """`9 March 2026 to 11 March 2026`: the first date is a start, the second an end."""
    wanted = frozenset[str]().union(*field.names)
    behind = reading.text[before : mention.start].strip().lower() if before else ""
    ahead = reading.text[mention.end : after].strip().lower()
    return 0.8 if ("end" in wanted and behind in _UNTIL) or ("start" in wanted and ahead in _UNTIL) else 0.0


def _date_value(field: Field, mention: Mention, text: str) -> tuple[str, int]:
    if field.kind == "date":
        return str(mention.value), mention.end
    if field.kind == "datetime":
        clock, _, end = mention.unit.partition("|")
        return (f"{mention.value}{clock}", int(end)) if clock else ("", mention.end)
    return text[mention.start : mention.end], mention.end


_UNTIL = ("to", "-", "–", "—", "until", "till", "bis", "through", "and")
_PREFIXES = {
    "PO": "order", "SO": "order", "ORD": "order", "BE": "order", "BST": "order", "AB": "order", "P": "order",
    "INV": "invoice", "RE": "invoice", "RG": "invoice", "R": "invoice", "IN": "invoice", "FA": "invoice",
    "F": "invoice",
    "Q": "quote", "QU": "quote", "QT": "quote", "QUO": "quote", "AN": "quote", "ANG": "quote", "ER": "expense",
    "EXP": "expense", "CTR": "contract", "TKT": "ticket", "T": "ticket", "C": "buyer", "CUST": "buyer", "KD": "buyer",
    "SKU": "sku", "PRJ": "project",
}  # fmt: skip


def references(field: Field, reading: Reading) -> list[Candidate]:
    """Numbers of orders, invoices, projects: codes, and plain digits right after such a word."""
    kinds = (("reference", 1.0), ("account", 0.7), ("phone", 0.3))
    codes = sorted((m for kind, _ in kinds for m in reading.mentions.of(kind)), key=lambda m: m.start)
    grades = dict(kinds)
    found = []
    for mention, before, after in neighbours(codes):
        prefix = re.match(r"[A-Za-z]+", str(mention.value))
        meant = _PREFIXES.get(prefix.group().upper()) if prefix else None
        score = reading.named(field, mention, before, after)
        if meant:
            by_prefix = max(likeness(name, frozenset({meant}), field.implied) for name in field.names)
            score = max(score, 0.86 * by_prefix + 0.1 * score) if by_prefix > 0.5 else score * 0.5
        # `PO-77` is called that; in `PO 77` and `#77` the first part is only its label.
        text = re.sub(r"^(?:[A-Za-z.]{1,6} #? ?|[A-Za-z.]{0,6}#\s?)(?=\w*\d)", "", str(mention.value))
        start = mention.end - len(text)
        found.append(Candidate(start, mention.end, text, score * grades[mention.kind]))
    return found + list(_bare(field, reading)) + list(_labelled_codes(field, reading))


def _bare(field: Field, reading: Reading) -> Iterator[Candidate]:
    """`order no. 4711`: digits count as a reference only right behind their name."""
    for mention in reading.mentions.bare_numbers:
        left = reading.text[max(0, mention.start - 30) : mention.start].split("\n")[-1]
        tail = re.split(r"[,;]|[.] |\s{2,}", left.rstrip(" :#="))[-1]
        tokens = token_list(tail)[-3:]
        if tokens and left[-1:] in " :#=" and ("number" in tokens or _ENDED.match(reading.text, mention.end)):
            score = max(likeness(name, frozenset(tokens), field.implied, prose=True) for name in field.names)
            near = "number" in tokens or bool(frozenset(tokens[-1:]) & field.names[0])
            yield Candidate(mention.start, mention.end, mention.value, score * (0.85 if near else 0.4))


_ENDED = re.compile(
    r"[^\w\s]|\s*$|\s*\n|\s{2,}|\s\W|\s(?:placed|dated|of|from|for|with|over|by|is|was|has|at|on|to|and|in)\b",
    re.M,
)


def _labelled_codes(field: Field, reading: Reading) -> Iterator[Candidate]:
    """The value of a label that names the field, when it is one word with a digit: any form of code."""
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name, pair.tokens, field.implied) for name in field.names)
        if score < 0.5:
            continue
        word = re.match(r"#?\s?([\w./-]*\d[\w./-]*)(?=[\s,;)]|$)", reading.text[pair.start : pair.end])
        if word and len(word[1]) <= 40:
            start = pair.start + word.start(1)
            value = word[1].rstrip("./-")
            yield Candidate(start, start + len(value), value, score * 0.98)
