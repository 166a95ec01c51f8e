"""A list of people to invite as it comes out of a spreadsheet: read whatever made it, refused where it cannot be read,
and written again as a report that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from seconder.core.json import Object
from seconder.core.refusals import Invalid, TooLarge

COLUMNS = ("email", "role", "team", "message")
MOST = 10_000  # lines
LARGEST = 4 * 1024 * 1024  # bytes
DELIMITERS = ",;\t"
REPORT = ("line", *COLUMNS, "outcome", "said")
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16


@dataclass
class Line:
    """`line` is its number in the file. `outcome` is "" until somebody was invited ("invited") or not ("refused"),
    and `said` tells why."""

    line: int
    email: str
    role: str = ""
    team: str = ""
    message: str = ""
    outcome: str = ""
    said: str = ""

    def plain(self) -> Object:
        return asdict(self)


def read(content: bytes) -> list[Line]:
    """The lines of the table, bad ones among them. Raises Invalid where the whole cannot be read, TooLarge."""
    if len(content) > LARGEST:
        raise TooLarge(f"This list is larger than {LARGEST // 1024 // 1024} MB. Split it.")
    text = _decoded(content)
    rows = list(_rows(text))
    if not rows:
        raise Invalid("There is nothing in this list. Give at least one line with an address.", path="file")
    names, rows = _header(rows)
    if len(rows) > MOST:
        raise TooLarge(f"This list has {len(rows)} lines; at most {MOST} are taken at a time.")
    return list(_lines(names, rows))


def _decoded(content: bytes) -> str:
    kind = "utf-16" if content.startswith(_MARKS) else "utf-8-sig"
    try:
        return content.decode(kind)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(
            f"Line {line} is in another encoding. Save the list as “CSV UTF-8” and give it again.",
            path="file",
        ) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of the line that it begins in."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} cannot be read as CSV: {error}.", path="file") from error


def _header(rows: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns. A list without them is in the order of COLUMNS."""
    first = [cell.lower() for cell in rows[0][1]]
    if "email" not in first:
        if "@" in first[0]:
            return list(COLUMNS), rows
        raise Invalid(
            f"The first line names the columns: {','.join(COLUMNS)}. There is no “email” in it.", path="file"
        )
    if strange := [name for name in first if name and name not in COLUMNS]:
        raise Invalid(f"There is a column {strange[0][:40]!r}; known are {', '.join(COLUMNS)}.", path="file")
    if len({*first} - {""}) < len([name for name in first if name]):
        raise Invalid("A column stands twice in the first line.", path="file")
    return first, rows[1:]


def _lines(names: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Line]:
    known: dict[str, int] = {}
    for number, cells in rows:
        given = {name: cell.replace("\x00", "") for name, cell in zip(names, cells, strict=False) if name}
        line = Line(number, **{name: given.get(name, "") for name in COLUMNS})
        address = line.email.lower()
        if why := _fault(names, cells, known.get(address)):
            line.outcome, line.said = "refused", why
        known.setdefault(address, number)
        yield line


def _fault(names: list[str], cells: list[str], before: int | None) -> str:
    if any(cells[len(names) :]):
        return f"This line has more than {len(names)} columns; put text with commas into quotes."
    if "\x00" in "".join(cells):
        return "This line holds a character that cannot be stored."
    return f"This address stands in line {before} already." if before else ""


def report(lines: Iterable[Line]) -> Iterator[str]:
    """CSV as spreadsheets read it, a piece at a time. A cell that one would take for a formula begins with an
    apostrophe."""
    yield "\ufeff" + ",".join(REPORT) + "\r\n"
    for line in lines:
        into = io.StringIO()
        csv.writer(into).writerow([_harmless(str(getattr(line, name))) for name in REPORT])
        yield into.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
