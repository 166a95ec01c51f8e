"""A text prepared for reading: cleaned, split into lines, and able to point back into the original."""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

# Only so much is read, from both ends: a total stands near the end of a long document.
HEAD, TAIL = 160_000, 40_000
MAX_LINES = 6000

_BLOCK_TAGS = "br|p|div|tr|li|table|tbody|thead|ul|ol|hr|h[1-6]|html|body|head|blockquote|section"
_TAG = re.compile(
    rf"<(?P<block>/?(?:{_BLOCK_TAGS}))(?:\s[^<>]{{0,500}})?/?>|<(?P<cell>/?t[dh])(?:\s[^<>]{{0,500}})?>"
    r"|</?(?:b|i|u|em|strong|span|font|a|small|sup|sub|img|center|code|pre|style|script|title|meta|o:p)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.I,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_REPLACED = re.compile(f"{_TAG.pattern}|{_ENTITY.pattern}|{_INVISIBLE.pattern}|\r\n?", re.I)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: `start` and `end` count characters of the source text, `text` is what stands
    there, `confidence` is between 0 and 1. A statement of absence points at nothing (0, 0, "")."""

    start: int
    end: int
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line without quote marks and bullets; `block` counts the paragraphs before it."""

    start: int
    text: str
    block: int
    quoted: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Document:
    """`text` is the cleaned form that everything is read from: HTML tags and entities resolved, invisible
    characters gone, other scripts' digits and wide letters made plain, every other character one to one."""

    def __init__(self, original: str) -> None:
        self.original = original
        self._clean_starts: list[int] = []
        self._pieces: list[tuple[int, int, bool]] = []  # original start, original end, copied one to one
        self.text = "".join(self._parts())

    def _parts(self) -> list[str]:
        parts: list[str] = []
        length = 0
        for begin, end in self._read_ranges():
            at = begin
            for found in _REPLACED.finditer(self.original, begin, end):
                for start, stop, text in (
                    (at, found.start(), None),
                    (found.start(), found.end(), _replacement(found)),
                ):
                    piece = _one_to_one(self.original[start:stop]) if text is None else text
                    if piece:
                        self._clean_starts.append(length)
                        self._pieces.append((start, stop, text is None))
                        parts.append(piece)
                        length += len(piece)
                at = found.end()
            piece = _one_to_one(self.original[at:end]) + ("\n" if end < len(self.original) else "")
            self._clean_starts.append(length)
            self._pieces.append((at, end, True))
            parts.append(piece)
            length += len(piece)
        return parts

    def _read_ranges(self) -> list[tuple[int, int]]:
        size = len(self.original)
        return [(0, size)] if size <= HEAD + TAIL else [(0, HEAD), (size - TAIL, size)]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`."""
        first = bisect_right(self._clean_starts, start) - 1
        last = bisect_right(self._clean_starts, max(start, end - 1)) - 1
        begin, _, copied = self._pieces[first]
        if copied:
            begin += start - self._clean_starts[first]
        stop_begin, stop, copied = self._pieces[last]
        if copied:
            stop = min(stop, stop_begin + end - self._clean_starts[last])
        return begin, max(begin, stop)

    def source(self, start: int, end: int, confidence: float) -> Source:
        begin, stop = self.original_span(start, end)
        return Source(begin, stop, self.original[begin:stop], round(min(confidence, 1.0), 3))

    @cached_property
    def lines(self) -> list[Line]:
        """Lines that are not empty, in order, at most `MAX_LINES` from both ends."""
        lines: list[Line] = []
        block = at = 0
        for raw in self.text.split("\n"):
            mark = _MARK.match(raw)
            skip = mark.end() if mark else 0
            text = raw[skip:].rstrip()
            if text:
                lines.append(Line(at + skip, text, block, quoted=">" in raw[:skip]))
            else:
                block += 1
            at += len(raw) + 1
        return lines if len(lines) <= MAX_LINES else lines[: MAX_LINES - 1500] + lines[-1500:]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def line_index(self, position: int) -> int:
        """The index of the line that holds `position`; of the one before it when it is between two."""
        return max(0, bisect_right(self._line_starts, position) - 1)


_MARK = re.compile(r"[ \t]*(?:>[ \t]?){0,8}(?:[-*•·–▪#]{1,3}[ \t]+)?[ \t]*")


def plain(text: str) -> str:
    """`text` as values are given: cleaned as a document is, blanks collapsed."""
    return " ".join(Document(text).text.split())


def _replacement(found: re.Match[str]) -> str:
    token = found.group()
    if token[0] == "&":
        return html.unescape(token).replace("\xa0", " ")
    if token[0] == "\r":
        return "\n"
    if found["block"]:
        return "\n"
    return "   " if found["cell"] else ""


def _one_to_one(text: str) -> str:
    if text.isascii():
        return text
    table = {ord(char): _plain_character(char) for char in set(text) if char > "\x7f"}
    return text.translate(table)


def _plain_character(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return "-" if char == "\u2212" else char
