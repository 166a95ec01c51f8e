"""Labels and what they label: `Label: value`, columns, dotted leaders, a label above its value, a row of
headings above a row of values."""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from seconder.agents.builtin.document import Document, Line
from seconder.agents.builtin.vocabulary import KNOWN, Tokens, token_list

LONGEST_LABEL = 60
_CELL_BORDER = re.compile(
    r"\t[\t ]*|[ ]{2,}(?:\|[ ]*)?|[ ]?\|[ ]*|[ ]*(?:\.{3,}|(?: \.){3,}|…{1,}|_{3,}|·{3,})[ ]*(?::[ ]+)?"
)
_MAY_BORDER = re.compile(r"[\t|…·]|  |\.\.\.|\. \.|___")
_COLON = re.compile(r"[:=](?=\s|$|[^\s/\d]|\d{3,}|\d[\d.,]*(?:\s|$))")
_BEFORE_COLON = re.compile(
    r"(?:^|(?<=[\s,;(/*_\"'|{]))((?:[^\W\d_][\w.'’/&-]*|[#№])(?: (?:[\w.'’/&-]+|[#№]"
    r"|\([^()]{1,24}\))){0,5} ?\*{0,2})[\"'*_]{0,2}$"
)
_MARKS = " \t*_`\"“”'|-–"
_NAMED_ROLE = re.compile(
    r"[ ,]*\((?:hereinafter |hereafter |in the following )?(?:referred to as |called )?(?:the |as "
    r"|an? )?[\"“”'‘’„]{1,2}"
    r"(?:the )?([A-Z][\w ]{1,30})[\"“”'‘’]{1,2}\)"
)
_AMOUNT_LINE = re.compile(r"[A-Z]{0,3} ?[$€£¥]? ?-?\(?\d[\d.,' ]{0,20}\)? ?(?:[€%$£]|[A-Z]{3})?$")
_DATA = re.compile(r"\d|@")


@dataclass(frozen=True, slots=True)
class Pair:
    """`start:end` is the value. `grade` tells how plainly the label stands beside it, 0 to 1."""

    label: str
    tokens: Tokens
    start: int
    end: int
    line: int
    grade: float


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def cells_of(line: Line) -> list[Cell]:
    if not _MAY_BORDER.search(line.text):
        return [Cell(line.start, line.text)]
    cells, at = [], 0
    for border in _CELL_BORDER.finditer(line.text):
        if line.text[at : border.start()].strip():
            cells.append(Cell(line.start + at, line.text[at : border.start()]))
        at = border.end()
    if line.text[at:].strip(" |"):
        cells.append(Cell(line.start + at, line.text[at:].rstrip(" |")))
    return cells


class Pairs:
    """All pairs of a document in order, and the lines that are nothing but a label."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.cells = [cells_of(line) for line in document.lines]
        self.label_only: dict[int, Tokens] = {}
        found = [pair for index in range(len(self.cells)) for pair in self._of_line(index)]
        self.all = self._by_columns([pair for pair in found if pair.end > pair.start])
        self.all += self._under_headings()
        self.all += self._under_delimited()
        self.all.sort(key=lambda pair: pair.start)
        self._starts = [pair.start for pair in self.all]

    def at(self, position: int) -> Pair | None:
        """The pair whose value holds `position`."""
        index = bisect_right(self._starts, position) - 1
        pair = self.all[index] if index >= 0 else None
        return pair if pair and pair.end >= position else None

    def _of_line(self, index: int) -> Iterator[Pair]:
        cells = self.cells[index]
        yield from self._named_parties(index)
        skip = False
        for number, cell in enumerate(cells):
            if skip:
                skip = False
                continue
            following = cells[number + 1] if number + 1 < len(cells) else None
            pairs = list(self._in_cell(cell, index))
            if pairs and pairs[-1].end <= pairs[-1].start and following:
                last = pairs.pop()
                pairs.append(self._pair(last.label, following.start, following.end, index, 1.0))
                skip = True
            elif pairs and pairs[-1].end <= pairs[-1].start:
                yield from self._on_next_line(pairs.pop().label, index)
            elif (
                not pairs and following and is_label(cell.text) and not is_label(following.text, strict=True)
            ):
                pairs = [self._pair(cell.text, following.start, following.end, index, 0.97)]
                skip = len(cells) == 2
            elif not pairs and len(cells) == 1:
                pairs = list(self._bare(cell, index))
            yield from pairs

    def _in_cell(self, cell: Cell, index: int) -> Iterator[Pair]:
        """`Label: value`, and more of them behind one another."""
        places: list[tuple[int, int, str]] = []
        for colon in _COLON.finditer(cell.text):
            begin = places[-1][1] if places else 0
            label = _BEFORE_COLON.search(cell.text[max(begin, colon.start() - LONGEST_LABEL) : colon.start()])
            if not label:
                continue
            text = label[1].strip(_MARKS)
            if places or colon.start() - len(label[1]) > 3:
                text = _known_tail(text)
            if text:
                start = max(begin, colon.start() - LONGEST_LABEL) + label.start(1) + label[1].rfind(text)
                places.append((start, colon.end(), text))
        for place, after in zip(places, [*places[1:], None], strict=False):
            end = after[0] if after else len(cell.text)
            yield self._trimmed(place[2], cell.start + place[1], cell.start + end, index)

    def _trimmed(self, label: str, start: int, end: int, index: int) -> Pair:
        value = self.document.text[start:end]
        start += len(value) - len(value.lstrip(" \t*_`"))
        end -= len(value) - len(value.rstrip(" \t*_`,;"))
        return self._pair(label, start, max(start, end), index, 1.0)

    def _bare(self, cell: Cell, index: int) -> Iterator[Pair]:
        """`Supplier Acme GmbH`, `Terms - 30 days`, or a label alone on its line."""
        dash = re.match(r"([^\d:]{2,40}?) [-–—] (?=\S)", cell.text)
        if dash and is_label(dash[1]):
            yield self._pair(dash[1], cell.start + dash.end(), cell.end, index, 0.9)
        elif is_label(cell.text):
            yield from self._on_next_line(cell.text, index)
        elif len(cell.text) <= 90 and (label := _leading_label(cell.text)):
            yield self._pair(label, cell.start + len(label) + 1, cell.end, index, 0.85)

    def _on_next_line(self, label: str, index: int) -> Iterator[Pair]:
        self.label_only[index] = frozenset(token_list(label))
        lines = self.document.lines
        if index + 1 >= len(lines) or lines[index + 1].block > lines[index].block + 1:
            return
        below = self.cells[index + 1]
        if below and not is_label(below[0].text, strict=True) and not _label_with_colon(below[0].text):
            yield self._pair(label, below[0].start, below[0].end, index + 1, 0.9)

    def _named_parties(self, index: int) -> Iterator[Pair]:
        """Contracts name a party first and its role after: `Acme B.V., Utrecht (the "Provider")`."""
        line = self.document.lines[index]
        if "(" not in line.text:
            return
        at = 0
        for found in _NAMED_ROLE.finditer(line.text):
            head = line.text[at : found.start()]
            lead = re.match(r"\W*(?:between|and|by and between|zwischen|und|\(?\d\)|[a-z]\))\s+", head)
            skip = lead.end() if lead else 0
            yield self._pair(found[1], line.start + at + skip, line.start + found.start(), index, 0.97)
            at = found.end()

    def _by_columns(self, pairs: list[Pair]) -> list[Pair]:
        """A column of labels and then a column of amounts belong together one by one, when they are as many;
        else none of the amounts is the last label's."""
        out = []
        for pair in pairs:
            last = pair.line - 1
            first = last
            while first - 1 in self.label_only and self._is_column(first - 1, first):
                first -= 1
            if last not in self.label_only or first == last or not self._is_amount_line(pair.line):
                out.append(pair)
                continue
            count = last - first + 1
            below = [
                index for index in range(pair.line, pair.line + count + 1) if self._is_amount_line(index)
            ]
            if below == list(range(pair.line, pair.line + count)):
                for label, value in zip(range(first, last + 1), below, strict=True):
                    text, cell = self.document.lines[label].text, self.cells[value][0]
                    out.append(self._pair(text, cell.start, cell.end, value, 0.9))
        return out

    def _is_column(self, above: int, below: int) -> bool:
        lines = self.document.lines
        return lines[above].block == lines[below].block

    def _is_amount_line(self, index: int) -> bool:
        lines = self.document.lines
        return index < len(lines) and bool(_AMOUNT_LINE.match(lines[index].text))

    def _under_headings(self) -> Iterator[Pair]:
        """A row of labels above exactly one row of values; more rows are a table of items."""
        for index in range(len(self.cells) - 1):
            heads, values = self.cells[index], self.cells[index + 1]
            if len(heads) < 2 or len(heads) != len(values) or not all(_heading(cell.text) for cell in heads):
                continue
            beyond = self.cells[index + 2] if index + 2 < len(self.cells) else []
            if (
                len(beyond) == len(heads)
                and self.document.lines[index + 2].block == self.document.lines[index].block
            ):
                continue
            for head, value in zip(heads, values, strict=True):
                yield self._pair(head.text, value.start, value.end, index + 1, 0.95)

    def _under_delimited(self) -> Iterator[Pair]:
        """The same in CSV: one line of names, one of values."""
        lines = self.document.lines
        for index in range(len(lines) - 1):
            text = lines[index].text
            mark = next((m for m in (";", ",", "\t") if m in text), "")
            if not mark or lines[index + 1].text.count(mark) < text.count(mark):
                continue
            heads = csv_cells(text, lines[index].start, mark)
            values = csv_cells(lines[index + 1].text, lines[index + 1].start, mark)
            more = index + 2 < len(lines) and lines[index + 2].text.count(mark) >= text.count(mark)
            if (
                more
                or len(heads) != len(values)
                or not all(is_label(h.text) or h.text.islower() for h in heads)
            ):
                continue
            if sum(is_label(h.text, strict=True) for h in heads) * 2 >= len(heads):
                for head, value in zip(heads, values, strict=True):
                    yield self._pair(head.text, value.start, value.end, index + 1, 0.95)

    def _pair(self, label: str, start: int, end: int, index: int, grade: float) -> Pair:
        quoted = 0.9 if self.document.lines[index].quoted else 1.0
        text = label.strip(_MARKS + ":")
        return Pair(text, frozenset(token_list(text)), start, end, index, grade * quoted)


def csv_cells(text: str, start: int, mark: str) -> list[Cell]:
    """One line of CSV with the place of each cell, quotes taken off; [] when it is not CSV."""
    try:
        values = next(csv.reader([text], delimiter=mark), [])
    except csv.Error:
        return []
    cells, at = [], 0
    for value in values:
        raw = value if text.startswith(value, at) else '"' + value.replace('"', '""') + '"'
        if not text.startswith(raw, at):
            return []
        inner = 1 if raw != value else 0
        cells.append(Cell(start + at + inner, text[at + inner : at + len(raw) - inner]))
        at += len(raw) + 1
    return cells


def is_label(text: str, *, strict: bool = False) -> bool:
    """Whether a few words are a label by their words alone: all known, or mostly when not `strict`."""
    text = text.strip(_MARKS + ":#")
    if not text or len(text) > LONGEST_LABEL or _DATA.search(re.sub(r"\(.*?\)", "", text)):
        return False
    tokens = token_list(text)
    if not tokens or len(tokens) > 6:
        return False
    hits = sum(token in KNOWN for token in tokens)
    return (
        hits == len(tokens)
        if strict
        else hits * 2 >= len(tokens) and (text[:1].isupper() or hits == len(tokens))
    )


def _heading(text: str) -> bool:
    return len(text) <= 40 and not _DATA.search(text) and any(map(str.isalpha, text))


def _label_with_colon(text: str) -> bool:
    return bool(re.match(r"[^\W\d][^:\d]{0,40}:(?:\s|$)", text))


def _known_tail(text: str) -> str:
    """The last words before a colon within a line that together are a known label."""
    words = text.split(" ")
    best = ""
    for count in range(1, min(5, len(words)) + 1):
        tail = " ".join(words[-count:])
        tokens = token_list(tail)
        if tokens and all(token in KNOWN for token in tokens) and words[-count][:1] not in "&/":
            best = tail
        elif count > 1 and best and words[-count][:1].isupper():
            break
    return best


def _leading_label(text: str) -> str:
    """The known words that a short line begins with, when what follows looks like a value."""
    words = text.split(" ", 5)
    best = ""
    if not frozenset(token_list(" ".join(words[:4]))) & KNOWN:
        return ""
    for count in range(1, min(4, len(words) - 1) + 1):
        head = " ".join(words[:count])
        tokens = token_list(head)
        follows = words[count]
        if (
            tokens
            and all(token in KNOWN for token in tokens)
            and (follows[:1].isupper() or _DATA.search(follows))
        ):
            best = head
    return best if best[:1].isupper() and not text.rstrip().endswith((".", "?", "!", ",")) else ""
