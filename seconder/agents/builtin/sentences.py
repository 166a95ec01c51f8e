"""Sentences, sections, and the choice of those that answer to some words: summaries and quoted clauses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seconder.agents.builtin.candidates import Candidate, Reading
from seconder.agents.builtin.document import Line
from seconder.agents.builtin.vocabulary import Tokens, token_list, tokens_of, words_of
from seconder.agents.builtin.wanted import Field

_END = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"“(]?[A-ZÀ-Þ0-9])")
_NUMBERED = re.compile(
    r"(?:(?:§|Section|Article|Clause|Art\.|Abschnitt|Ziffer)\s*)?(?:(\d{1,2}(?:\.\d{1,2}){0,3})[.):]?|(?:[IVX]{1,5}"
    r"|[A-Z])[.)])"
    r"\s*[-–—:]?\s+(?=\S)"
)
_BOLD = re.compile(r"(?:\*\*|__)([^*_]{2,60})(?:\*\*|__)")
_SAYS = words_of("clause section paragraph quotation quote passage")
_ASKING = (
    "find found clause section paragraph passage quote quotation quoted verbatim word exactly exact state "
    "give return extract contract agreement text document say says read about regarding concerning "
    "relevant full complete copy tell if whether there contain contains contained includes include "
    "mention mentions on wording lease cite source terms present exist exists has check look number which what "
    "does"
)
_ASKED = words_of(_ASKING) | tokens_of(_ASKING)
_GREETING = re.compile(
    r"(?:Dear|Hello|Hi|Sehr geehrte|Good (?:morning|afternoon))\b[^.]{0,60}$|(?:Kind|Best|Many)? ?(?:regards|Thanks"
    r"|Sincerely)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the paragraphs below it, up to the next heading of its rank."""

    heading: str
    heading_start: int
    start: int
    end: int


def clause(field: Field, reading: Reading, prompt: str) -> list[Candidate]:
    """The section, else the paragraph, that is about what the field or the prompt names; quoted as it stands."""
    found: list[Candidate] = []
    for subject, worth in _subjects(field, prompt):
        for section in _sections(reading):
            score = _covers(subject, frozenset(token_list(section.heading)))
            if score >= 0.5 and section.end > section.start:
                found.append(_quoted(reading, section.start, section.end, worth * (0.62 + 0.36 * score)))
        if not found:
            found = [c for c in _paragraphs_about(subject, reading, worth) if c.score >= 0.5]
        if found:
            break
    return found


def under_heading(field: Field, reading: Reading) -> list[Candidate]:
    """The first sentence of the section whose heading is what the field is called, such as `Governing law`."""
    name = field.names[0]
    for section in _sections(reading):
        heading = frozenset(token_list(section.heading))
        if name and name <= heading and len(heading) <= len(name) + 1:
            for start, end in sentences(reading):
                if section.start <= start < section.end:
                    text = reading.text[start:end]
                    lead = re.match(r"\s*\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+", text)
                    start += lead.end() if lead else 0
                    return [Candidate(start, end, " ".join(reading.text[start:end].split()), 0.6)]
    return []


def about(subject: Tokens, reading: Reading) -> float:
    """How surely the document has a part about `subject`, 0 to 1."""
    heads = [_covers(subject, frozenset(token_list(s.heading))) for s in _sections(reading)]
    texts = [c.score for c in _paragraphs_about(subject, reading, 1.0)]
    return max([*heads, *texts], default=0.0)


def _quoted(reading: Reading, start: int, end: int, score: float) -> Candidate:
    text = reading.text[start:end]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    return Candidate(start, end, reading.text[start:end], score)


def _subjects(field: Field, prompt: str) -> Iterable[tuple[Tokens, float]]:
    """What the clause is about: by the property's name, else its description, else the prompt."""
    for names in field.names:
        if subject := names - _ASKED - {"clause", "order"}:
            yield subject, 1.0
    parts = re.split(r"[.;:?\n]|, | and (?:quote|state|cite|return|give|copy)", prompt)
    asked = [(tokens, tokens - _ASKED) for part in parts if (tokens := frozenset(token_list(part)))]
    about = [subject for tokens, subject in asked if subject and tokens & _SAYS]
    yield from ((subject, 0.97) for subject in about)
    if not about:
        yield from ((subject, 0.85) for _, subject in asked[:1] if subject)


def _covers(subject: Tokens, words: Tokens) -> float:
    if not subject or not words:
        return 0.0
    hit = len(subject & words)
    return hit / len(subject) * (1.0 if len(words) <= 8 else 0.8)


def _sections(reading: Reading) -> list[Section]:
    heads = [
        (line, _rank(line, number, reading.document.lines))
        for number, line in enumerate(reading.document.lines)
    ]
    marks = [(line, rank) for line, rank in heads if rank]
    found = []
    for number, (line, rank) in enumerate(marks):
        following = next((other.start for other, r in marks[number + 1 :] if r <= rank), len(reading.text))
        title = _title(line.text)
        # A clause whose heading opens its own paragraph ("6. Liability. Neither …") begins with it.
        start = line.end + 1 if len(line.text) <= len(title) + 12 else line.start
        found.append(Section(title, line.start, min(start, following), following))
    return found


def _rank(line: Line, number: int, lines: list[Line]) -> int:
    """1 for a heading of the first rank (`6. Liability`, `LIABILITY`), 2 below it (`6.1 Cap`), 0 for none."""
    if _BOLD.match(line.text):
        return 1
    text = line.text.strip("*# _")
    mark = _NUMBERED.match(text)
    rest = text[mark.end() :] if mark else text
    if mark and rest and any(map(str.isalpha, rest)):
        if rest[0].islower() or len(_title(line.text)) > 70:
            return 0
        deep = (mark[1] or "").count(".")
        return 0 if deep and len(rest) > 60 else 1 + bool(deep)
    alone = number == 0 or lines[number - 1].block != line.block
    return int(alone and _stands_as_heading(text))


def _stands_as_heading(text: str) -> bool:
    """Whether a line alone, without a number, is a heading: short, no sentence, no data."""
    if len(text) > 70 or text.endswith((".", ",", ";", "?", "!")) or re.search(r"\d[\d.,]{2}|@", text):
        return False
    words = len(text.split())
    return text.isupper() or text.endswith(":") or words <= 5 or (text.istitle() and words <= 7)


def _title(text: str) -> str:
    """The words of a heading: what is bold, or up to the first full stop or dash where a sentence follows."""
    if bold := _BOLD.match(text):
        return bold[1].rstrip(".: ")
    text = text.strip("*# _")
    mark = _NUMBERED.match(text)
    rest = text[mark.end() :] if mark else text
    return re.split(r"(?<=[a-zA-Z)])[.:](?:\s|$)|\s[-–—]\s", rest, maxsplit=1)[0][:90]


def _paragraphs_about(subject: Tokens, reading: Reading, worth: float) -> Iterable[Candidate]:
    for start, end in paragraphs(reading):
        text = reading.text[start:end]
        if len(text) < 25:
            continue
        if subject <= frozenset(token_list(text[:3000])):
            yield _quoted(reading, start, end, worth * (0.72 if len(subject) > 1 else 0.6))


def paragraphs(reading: Reading) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    block = -1
    for line in reading.document.lines:
        numbered = bool(re.match(r"\d{1,2}(?:\.\d{1,2})+\s", line.text))
        if line.block == block and spans and not numbered:
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        block = line.block
    return spans


def sentences(reading: Reading) -> list[tuple[int, int]]:
    """The sentences of running text; rows of tables, headers and greetings are none."""
    spans = []
    for start, end in paragraphs(reading):
        text = reading.text[start:end]
        at = 0
        for border in [*_END.finditer(text), None]:
            stop = border.start() if border else len(text)
            if _is_sentence(text[at:stop]):
                spans.append((start + at, start + stop))
            at = border.end() if border else stop
    return spans[:2000]


def _is_sentence(text: str) -> bool:
    words = text.split()
    if len(words) < 4 or _GREETING.match(text.strip()) or re.match(r"[A-Z][\w-]{1,20}: ", text):
        return False
    if len(words) < 12 and text.rstrip()[-1:] not in '.!?”"':
        return False
    return text.count("   ") + text.count("\t") <= 1 and sum(map(str.isalpha, text)) > 0.5 * len(text)


def summary(field: Field | None, reading: Reading, prompt: str, most: int = 3) -> list[Candidate]:
    """Up to `most` neighbouring sentences that answer best to the prompt; the first ones when none does."""
    spans = sentences(reading) or [(s, e) for s, e in paragraphs(reading) if e - s > 15][:most]
    if not spans:
        return []
    asked = frozenset(token_list(prompt)) - _ASKED
    for name in field.names if field else ():
        asked = asked | (name - {"summary", "text", "answer", "message"})
    values = [_worth(reading.text[s:e], asked, number) for number, (s, e) in enumerate(spans)]
    best = max(range(len(spans)), key=lambda n: (values[n], -n))
    first = last = best
    while (
        last + 1 < len(spans)
        and last - first + 1 < most
        and values[last + 1] >= 0.6 * values[best]
        and _near(spans, last, reading)
    ):
        last += 1
    while (
        first > 0
        and last - first + 1 < most
        and values[first - 1] >= 0.6 * values[best]
        and _near(spans, first - 1, reading)
    ):
        first -= 1
    start, end = spans[first][0], spans[last][1]
    value = " ".join(reading.text[start:end].split())
    return [Candidate(start, end, value, min(0.9, 0.55 + 0.1 * values[best]))]


def _near(spans: list[tuple[int, int]], number: int, reading: Reading) -> bool:
    return not reading.text[spans[number][1] : spans[number + 1][0]].strip()


def _worth(text: str, asked: Tokens, number: int) -> float:
    tokens = frozenset(token_list(text[:1000]))
    hits = len(tokens & asked)
    facts = bool(re.search(r"\d", text)) + bool(re.search(r"[a-z] [A-Z][a-z]", text))
    return hits + 0.3 * facts + 1.0 / (3 + number)
