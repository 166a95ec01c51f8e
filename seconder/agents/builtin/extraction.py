"""Values for a schema out of a text: each with its source and a confidence, or left out."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from seconder.agents.builtin import choices, contacts, parties, quantities, sentences
from seconder.agents.builtin.amounts import SIGNS, code_of
from seconder.agents.builtin.candidates import THRESHOLD, Candidate, Reading, choose
from seconder.agents.builtin.document import Source
from seconder.agents.builtin.tables import rows_of
from seconder.agents.builtin.vocabulary import ROLES, likeness
from seconder.agents.builtin.wanted import Field, Schema
from seconder.core.json import JSON, Object


@dataclass(frozen=True, slots=True)
class Extraction:
    """`values` holds only what was found. `sources` and `missing` use JSON pointers (`/vendor/email`,
    `/lines/0/quantity`); `missing` lists the required paths that were left out."""

    values: Object
    sources: dict[str, Source]
    missing: list[str] = field(default_factory=list)


def extract(text: str, schema: Object, prompt: str = "") -> Extraction:
    """Reads `text` for what the JSON Schema `schema` asks, helped by the words of `prompt`.

    Deterministic; reads at most the first 160,000 and last 40,000 characters. Every string and number of the
    answer stands in the text at its source; what is below a confidence of 0.5 is left out."""
    return _Extractor(text, schema, prompt).run()


class _Extractor:
    def __init__(self, text: str, schema: Object, prompt: str) -> None:
        self.reading = Reading(text)
        self.schema = Schema(schema, prompt)
        self.prompt = prompt
        self.values: Object = {}
        self.sources: dict[str, Source] = {}
        self.missing: list[str] = []

    def run(self) -> Extraction:
        # Parties come first: an address or phone number is known by whose it is.
        for wanted in sorted(self.schema.fields, key=lambda f: f.kind != "name"):
            self._read(wanted)
        order = [f.pointer for f in self.schema.fields]
        return Extraction(
            _ordered(self.values, self.schema.fields), self.sources, [p for p in order if p in self.missing]
        )

    def _read(self, wanted: Field) -> None:
        if wanted.kind == "constant":
            self._put(wanted.path, wanted.schema.get("const"))
        elif wanted.kind == "list":
            self._read_list(wanted)
        elif (best := self.best(wanted)) is not None:
            self._put(wanted.path, best.value)
            self.sources[wanted.pointer] = self.reading.document.source(best.start, best.end, best.confidence)
            if wanted.kind == "name":
                self._remember_party(wanted, best)
        elif wanted.required:
            self.missing.append(wanted.pointer)

    def best(self, wanted: Field) -> Candidate | None:
        if wanted.kind in ("email", "phone", "uri") and wanted.role:
            self._find_party(wanted.role)
        best = choose(self.candidates(wanted))
        return best if best and best.confidence >= THRESHOLD else None

    def _candidates(self, wanted: Field) -> list[Candidate]:
        reader = _READERS.get(wanted.kind)
        if reader:
            return reader(wanted, self.reading)
        if wanted.kind == "clause":
            return sentences.clause(wanted, self.reading, self.prompt) or texts(wanted, self.reading)
        if wanted.kind == "yes or no":
            return choices.yes_or_no(wanted, self.reading, self.prompt)
        if wanted.kind == "summary":
            labelled = [c for c in texts(wanted, self.reading) if c.score >= 0.8]
            return labelled or sentences.summary(wanted, self.reading, self.prompt)
        return []

    def _find_party(self, role: str) -> None:
        """The name of a role that no field asked for, so that its address can be told from the others."""
        for other in (role, *({"vendor": ["buyer"], "buyer": ["vendor"]}.get(role, []))):
            if other in self.reading.parties:
                continue
            asked = Field(
                (other,), {"type": "string"}, "name", (frozenset({other}),), required=False, role=other
            )
            best = choose(parties.parties(asked, self.reading))
            place = (best.start, best.end) if best and best.confidence >= THRESHOLD else None
            if place and place not in self.reading.parties.values():
                self.reading.parties[other] = place

    def _remember_party(self, wanted: Field, best: Candidate) -> None:
        role = wanted.role or next((role for name in wanted.names for role in sorted(name & ROLES)), "")
        if role:
            self.reading.parties[role] = (best.start, best.end)

    def _read_list(self, wanted: Field) -> None:
        items: list[JSON] = []
        if wanted.children and len(wanted.children[0].path) == 1 and _is_object(wanted.schema, self.schema):
            rows, confidence = rows_of(wanted.children, self.reading)
            for number, row in enumerate(rows):
                items.append(dict(row.values))
                for name, (start, end) in row.places.items():
                    pointer = f"{wanted.pointer}/{number}/{name}"
                    self.sources[pointer] = self.reading.document.source(start, end, confidence)
        else:
            for number, found in enumerate(_many(wanted, self)):
                items.append(found.value)
                source = self.reading.document.source(found.start, found.end, found.confidence)
                self.sources[f"{wanted.pointer}/{number}"] = source
        if items:
            self._put(wanted.path, items)
        elif wanted.required:
            self.missing.append(wanted.pointer)

    def candidates(self, wanted: Field) -> list[Candidate]:
        return [fit for c in self._candidates(wanted) if (fit := _fitted(wanted, c))]

    def _put(self, path: tuple[str, ...], value: JSON) -> None:
        here = self.values
        for name in path[:-1]:
            inner = here.setdefault(name, {})
            assert isinstance(inner, dict), "only objects have fields below them"
            here = inner
        here[path[-1]] = value


def _is_object(schema: Object, root: Schema) -> bool:
    return isinstance(root.resolved(schema.get("items")).get("properties"), dict)


def _many(wanted: Field, extractor: _Extractor) -> list[Candidate]:
    """All values of a list of single values: a labelled list is taken apart, else each mention counts."""
    item = wanted.children[0] if wanted.children else wanted
    for candidate in texts(wanted, extractor.reading):
        if candidate.score >= 0.5 and item.kind in ("text", "name", "reference", "summary"):
            return _apart(candidate, extractor.reading)
    if item.kind in ("text", "clause"):
        return []
    seen: dict[str, Candidate] = {}
    for candidate in sorted(extractor.candidates(item), key=lambda c: c.start):
        if candidate.confidence >= (
            0.25 if item.kind in ("email", "uri", "date", "phone") and not item.role else 0.5
        ):
            seen.setdefault(str(candidate.value).casefold(), candidate)
    return list(seen.values())[:200]


def _apart(candidate: Candidate, reading: Reading) -> list[Candidate]:
    text = reading.text[candidate.start : candidate.end]
    out, at = [], 0
    for border in [*re.finditer(r"\s*(?:[,;]|\band\b)\s*(?:and )?", text), None]:
        piece = text[at : border.start() if border else len(text)].strip(" .")
        if piece:
            start = candidate.start + text.index(piece, at)
            out.append(Candidate(start, start + len(piece), piece, candidate.score))
        at = border.end() if border else len(text)
    return out[:200]


def texts(wanted: Field, reading: Reading) -> list[Candidate]:
    """The value behind a label that names the field, as it stands; an address goes on over several lines."""
    found = []
    lines = "address" in frozenset[str]().union(*wanted.names)
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name, pair.tokens, wanted.implied) for name in wanted.names)
        if score < 0.4:
            continue
        end = _block_end(reading, pair.line, pair.end) if lines else pair.end
        value = " ".join(reading.text[pair.start : end].split()).rstrip(",;")
        if value and len(value) <= 2000:
            found.append(Candidate(pair.start, end, value, score))
    if max((c.score for c in found), default=0) < 0.5 and wanted.kind == "text":
        found += sentences.under_heading(wanted, reading)
    return found


def _block_end(reading: Reading, index: int, end: int) -> int:
    lines = reading.document.lines
    for line in lines[index + 1 : index + 5]:
        if (
            line.block != lines[index].block
            or ":" in line.text
            or "@" in line.text
            or reading.pairs.at(line.end)
        ):
            break
        end = line.end
    return end


def currencies(wanted: Field, reading: Reading) -> list[Candidate]:
    """The currency of the total, or of all amounts when they share one; "$" says USD with some doubt."""
    found = []
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name, pair.tokens) for name in wanted.names)
        text = reading.text[pair.start : pair.end].strip()
        if score >= 0.5 and (code := code_of(text.split(" ")[0])) and len(text) <= 20:
            found.append(Candidate(pair.start, pair.start + len(text.split(" ")[0]), code, score))
    total = Field(("total",), {}, "money", (frozenset({"total"}),), required=False)
    whole = choose(quantities.money(total, reading))
    units = {m.unit for m in reading.mentions.of("amount") if m.unit and m.unit != "%"}
    for mention in reading.mentions.of("amount"):
        if mention.unit in ("", "%"):
            continue
        at_total = whole is not None and mention.start == whole.start
        worth = 0.9 if at_total else 0.8 if len(units) == 1 else 0.3
        sign = mention.unit == "USD" and "US" not in reading.text[mention.start : mention.end].upper()
        place = _sign_place(reading.text, mention.start, mention.end)
        if place:
            found.append(Candidate(*place, mention.unit, worth, 0.75 if sign else 1.0))
    return found


_SIGN = re.compile(
    "|".join(sorted((re.escape(s) for s in SIGNS), key=len, reverse=True)) + r"|[A-Z]{3}", re.I
)


def _sign_place(text: str, start: int, end: int) -> tuple[int, int] | None:
    found = _SIGN.search(text, start, end)
    return found.span() if found else None


def accounts(wanted: Field, reading: Reading) -> list[Candidate]:
    """Bank accounts and tax numbers: by their form, and by the label in front."""
    kind = next((word for word in ("iban", "bic", "taxid") if any(word in name for name in wanted.names)), "")
    found = []
    for mention in reading.mentions.of("account"):
        is_iban = (
            bool(re.match(r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}", str(mention.value))) and len(str(mention.value)) > 14
        )
        if is_iban == (kind == "iban"):
            found.append(Candidate(mention.start, mention.end, mention.value, 0.85))
    labelled = [c for c in texts(wanted, reading) if re.search(r"\d|^[A-Z]{8,11}$", str(c.value))]
    return [c for c in labelled if c.score >= 0.5] or found


def phones(wanted: Field, reading: Reading) -> list[Candidate]:
    return contacts.contacts(wanted, reading) + [
        Candidate(c.start, c.end, c.value, c.score * 0.9)
        for c in texts(wanted, reading)
        if re.fullmatch(r"\+?[\d ()/.-]{5,24}", str(c.value))
    ]


def verbatim_money(wanted: Field, reading: Reading) -> list[Candidate]:
    """An amount for a property of type string: as it is written."""
    return [
        Candidate(c.start, c.end, reading.text[c.start : c.end].strip(), c.score, c.sure)
        for c in quantities.money(wanted, reading)
    ]


def _fitted(wanted: Field, candidate: Candidate) -> Candidate | None:
    """The candidate in the type that the schema wants, None when it breaks one of the schema's bounds."""
    value, schema = candidate.value, wanted.schema
    if schema.get("type") == "integer" and isinstance(value, float):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and not _within_bounds(value, schema):
        return None
    if isinstance(value, str) and wanted.kind != "choice" and not _of_form(value, schema):
        return None
    return candidate


def _within_bounds(value: float, schema: Object) -> bool:
    bounds: list[tuple[str, Callable[[float, float], bool]]] = [
        ("minimum", operator.ge),
        ("maximum", operator.le),
        ("exclusiveMinimum", operator.gt),
        ("exclusiveMaximum", operator.lt),
    ]
    for word, holds in bounds:
        bound = schema.get(word)
        if isinstance(bound, int | float) and not isinstance(bound, bool) and not holds(value, bound):
            return False
    return True


def _of_form(value: str, schema: Object) -> bool:
    longest, shortest, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if isinstance(longest, int) and len(value) > longest:
        return False
    if isinstance(shortest, int) and len(value) < shortest:
        return False
    return not isinstance(pattern, str) or _matches(pattern, value)


def _matches(pattern: str, value: str) -> bool:
    try:
        return bool(re.search(pattern, value[:200]))
    except re.error:
        return True


def _ordered(values: Object, fields: list[Field]) -> Object:
    """The values in the order of the schema, which people expect to see."""
    order = {name: number for number, name in enumerate(dict.fromkeys(f.path[0] for f in fields))}
    return dict(sorted(values.items(), key=lambda item: order.get(item[0], 0)))


_READERS: dict[str, Callable[[Field, Reading], list[Candidate]]] = {
    "money": quantities.money,
    "verbatim money": verbatim_money,
    "number": quantities.numbers,
    "percent": quantities.numbers,
    "date": quantities.dates,
    "datetime": quantities.dates,
    "verbatim date": quantities.dates,
    "reference": quantities.references,
    "email": contacts.contacts,
    "uri": contacts.contacts,
    "phone": phones,
    "name": parties.parties,
    "currency": currencies,
    "account": accounts,
    "choice": choices.choices,
    "text": texts,
}
