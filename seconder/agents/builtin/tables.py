"""Rows of a table as objects: CSV, columns apart by blanks or bars, and lines such as `8 x Desk @ $890.00`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seconder.agents.builtin.amounts import Style, amounts_in, style_of
from seconder.agents.builtin.candidates import Reading
from seconder.agents.builtin.mentions import of_amount
from seconder.agents.builtin.pairs import Cell, csv_cells
from seconder.agents.builtin.vocabulary import MONEY_PARTS, Tokens, likeness, token_list
from seconder.agents.builtin.wanted import Field
from seconder.core.json import JSON

MOST_ROWS = 500
_SUMS = frozenset({"total", "subtotal", "tax", "shipping", "discount", "final", "topay", "gross"})
_ITEM_LINE = re.compile(
    r"(?P<quantity>\d{1,6})\s*(?:x|×|\*|pcs\.?|pieces|units?(?: of)?|Stk\.?|mal)?\s+(?P<name>[^\W\d_][^\n@=]{1,80}?)"
    r"\s*(?:,|:|-|–|\(|@|\bat\b|\bfor\b|\bà\b|\bje\b|\.{2,}|\s{2,})\s*(?=[^\w\s]{0,2}(?:[A-Z]{3}\s?)?[$€£]?\s?\d)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """Values by property name with the places of their cells."""

    values: dict[str, JSON]
    places: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Table:
    """`style` is set where cells stand closer than numbers allow (`8,890.00` is two of them in CSV)."""

    heads: list[Tokens]
    rows: list[list[Cell]]
    style: Style | None = None


def rows_of(fields: tuple[Field, ...], reading: Reading) -> tuple[list[Row], float]:
    """The rows of the table that has most of the wanted columns, and a confidence; none when none fits."""
    best: tuple[float, int, list[Row]] = (0.0, 0, [])
    for order, table in enumerate(_tables(reading)):
        columns = _columns(fields, table.heads)
        rows = [row for cells in table.rows if (row := _row(columns, cells, reading, table.style))]
        share = len(columns) / max(1, len(fields))
        if rows and (share, len(rows)) > (best[0] + 0.01, best[1] if share <= best[0] + 0.01 else 0):
            best = (share, len(rows), rows)
        if order > 60:
            break
    if best[2]:
        return best[2][:MOST_ROWS], 0.6 + 0.35 * best[0]
    rows = list(_item_lines(fields, reading))
    return rows[:MOST_ROWS], 0.62


def _columns(fields: tuple[Field, ...], heads: list[Tokens]) -> dict[int, Field]:
    """Which column answers to which field: best pairs first, each used once."""
    scored = sorted(
        (
            (_heading_likeness(field, head), -number, index)
            for number, field in enumerate(fields)
            for index, head in enumerate(heads)
        ),
        reverse=True,
    )
    columns: dict[int, Field] = {}
    used: set[int] = set()
    for score, number, index in scored:
        if score >= 0.45 and index not in columns and -number not in used:
            columns[index] = fields[-number]
            used.add(-number)
    return columns


def _heading_likeness(field: Field, head: Tokens) -> float:
    named = max(likeness(name, head) for name in field.names)
    whole = field.kind == "money" and not field.names[0] & (MONEY_PARTS | {"unit"})
    if whole and "unit" in field.names[0] ^ head:
        return named * 0.3
    if (
        field.kind in ("name", "text", "summary")
        and "description" in head
        and any(name & {"name", "title", "text", "what", "material"} for name in field.names)
    ):
        return max(named, 0.7)
    return named


def _row(
    columns: dict[int, Field],
    cells: list[Cell],
    reading: Reading,
    style: Style | None,
) -> Row | None:
    if not columns or not cells or frozenset(token_list(cells[0].text)) & _SUMS:
        return None
    values: dict[str, JSON] = {}
    places: dict[str, tuple[int, int]] = {}
    for index, field in columns.items():
        if index < len(cells) and (read := _cell_value(field, cells[index], reading, style)):
            values[field.path[-1]], places[field.path[-1]] = read[0], read[1]
    missing = [f for f in columns.values() if f.required and f.path[-1] not in values]
    enough = len(values) * 2 > len(columns) and not missing
    return Row(values, places) if values and enough else None


def _cell_value(
    field: Field, cell: Cell, reading: Reading, style: Style | None
) -> tuple[JSON, tuple[int, int]] | None:
    kinds = {
        "money": "amount",
        "number": "amount",
        "percent": "amount",
        "date": "date",
        "email": "email",
        "uri": "uri",
    }
    kind = kinds.get(field.kind)
    if kind:
        found = reading.mentions.within(kind, cell.start, cell.end)
        if style and kind == "amount":
            found = [of_amount(a, cell.start) for a in amounts_in(cell.text, style)]
        if not found or found[0].quality < 0.5:
            return None
        value = found[0].value
        if field.schema.get("type") == "integer" and not isinstance(value, int):
            return None
        return value, (found[0].start, found[0].end)
    text = cell.text.strip()
    start = cell.start + cell.text.find(text)
    options = field.schema.get("enum")
    if isinstance(options, list):
        same = next((o for o in options if str(o).casefold() == text.casefold()), None)
        return (same, (start, start + len(text))) if same is not None else None
    if field.kind in ("list", "unknown", "constant", "yes or no", "datetime") or not text:
        return None
    return " ".join(text.replace('""', '"').split()), (start, start + len(text))


def _tables(reading: Reading) -> Iterator[Table]:
    yield from _delimited(reading)
    yield from _aligned(reading)


def _delimited(reading: Reading) -> Iterator[Table]:
    lines = reading.document.lines
    index = 0
    while index < len(lines):
        mark = next((m for m in (";", ",", "\t") if lines[index].text.count(m) >= 1), "")
        heads = csv_cells(lines[index].text, lines[index].start, mark) if mark else []
        index += 1
        if len(heads) < 2 or any(len(h.text) > 40 or not re.search(r"[^\W\d_]", h.text) for h in heads):
            continue
        rows = []
        while index < len(lines) and lines[index].text.count(mark) >= 1:
            cells = csv_cells(lines[index].text, lines[index].start, mark)
            if len(cells) != len(heads):
                break
            rows.append(cells)
            index += 1
        if rows:
            texts = "\n".join(cell.text for row in rows for cell in row)
            yield Table([frozenset(token_list(h.text)) for h in heads], rows, style_of(texts))


def _aligned(reading: Reading) -> Iterator[Table]:
    cells = reading.pairs.cells
    index = 0
    while index < len(cells):
        heads = cells[index]
        index += 1
        if len(heads) < 2 or any(re.search(r"\d", h.text) or len(h.text) > 40 for h in heads):
            continue
        rows: list[list[Cell]] = []
        while index < len(cells) and len(rows) < MOST_ROWS:
            row = [c for c in cells[index] if c.text.strip("-=+| ")]
            if not row:
                index += 1
                continue
            placed = _placed(heads, row, reading)
            if placed is None:
                break
            rows.append(placed)
            index += 1
        if rows:
            yield Table([frozenset(token_list(h.text)) for h in heads], rows)


def _placed(heads: list[Cell], row: list[Cell], reading: Reading) -> list[Cell] | None:
    """The row's cells under their headings: one each, else by where they stand."""
    if len(row) == len(heads):
        return row
    if len(row) < 2 or len(row) > len(heads):
        return None
    base_head = reading.text.rfind("\n", 0, heads[0].start) + 1
    base_row = reading.text.rfind("\n", 0, row[0].start) + 1
    placed = [Cell(row[0].start, "")] * len(heads)
    for cell in row:
        left, right = cell.start - base_row, cell.end - base_row
        gaps = [min(abs(h.start - base_head - left), abs(h.end - base_head - right)) for h in heads]
        best = gaps.index(min(gaps))
        if placed[best].text or gaps[best] > 6:
            return None
        placed[best] = cell
    return placed


def _item_lines(fields: tuple[Field, ...], reading: Reading) -> Iterator[Row]:
    for line in reading.document.lines:
        found = _ITEM_LINE.match(line.text)
        if not found:
            continue
        amounts = [
            m
            for m in reading.mentions.within("amount", line.start + found.end() - 1, line.end)
            if m.unit != "%"
        ]
        places: dict[str, tuple[int | float | str, int, int]] = {
            "quantity": (
                int(found["quantity"]),
                line.start + found.start("quantity"),
                line.start + found.end("quantity"),
            ),
            "description": (
                found["name"].strip(),
                line.start + found.start("name"),
                line.start + found.end("name"),
            ),
        }
        if amounts:
            each = len(amounts) > 1 or re.search(r"@|\bat\b|\beach\b|\bje\b|\bper\b|\bà\b", line.text)
            parts = (
                {"unit": amounts[0], "amount": amounts[-1]}
                if len(amounts) > 1
                else {"unit" if each else "amount": amounts[0]}
            )
            places.update({k: (m.value, m.start, m.end) for k, m in parts.items()})
        if row := _named(fields, places):
            yield row


def _named(fields: tuple[Field, ...], places: dict[str, tuple[int | float | str, int, int]]) -> Row | None:
    values: dict[str, JSON] = {}
    spans: dict[str, tuple[int, int]] = {}
    for field in fields:
        for key in ("quantity", "unit", "description", "amount"):
            like = any(key in name for name in field.names) or (
                key == "description" and field.kind in ("name", "text")
            )
            like = like or (key == "amount" and field.kind == "money" and "unit" not in field.names[0])
            if like and key in places and field.path[-1] not in values:
                values[field.path[-1]], *span = places[key]
                spans[field.path[-1]] = (span[0], span[1])
                break
    complete = all(f.path[-1] in values for f in fields if f.required)
    return Row(values, spans) if values and complete and len(values) > 1 else None
