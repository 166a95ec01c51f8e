"""What a reviewer reads: the items that the review shows, as rows of label and value, and nothing behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypedDict

from seconder.core import lookalikes, paths
from seconder.core.json import JSON, Object
from seconder.core.visible import holds_hidden, visible
from seconder.ui import words
from seconder.verification.models import Decision, Review

LONG = 240  # characters; a longer text of a machine is quoted apart from the rows
GIST = 2  # values in a list, beside an amount
UNSURE = 0.75  # confidence below which a reader is asked to look twice
HIDDEN = "This holds characters that cannot be seen or that turn the direction of reading. They are written out in ⟨ ⟩."
_MADE_BY = {"builtin", "model", "tool", "requester", "answer"}
_MONEY = re.compile(r"(^|_)(total|subtotal|amount|price|cost|sum|fee|tax|balance)$", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")


class Row(TypedDict, total=False):
    """`said`: the words of the source that the value was read from · `unsure`: they may mean something else."""

    label: str
    value: JSON
    key: str
    missing: bool
    by: str
    said: str
    unsure: bool


class Text(TypedDict):
    label: str
    text: str
    by: str


class Difference(TypedDict):
    label: str
    before: JSON
    after: JSON


@dataclass
class Card:
    rows: list[Row] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def add(self, row: Row) -> None:
        row["label"] = visible(row["label"])
        value, by = row.get("value"), row.get("by", "")
        if (
            isinstance(value, str)
            and by in ("builtin", "model")
            and (len(value) > LONG or "\n" in value.strip())
        ):
            self.texts.append({"label": row["label"], "text": value, "by": by})
        else:
            self.rows.append(row)


def card(review: Review, decisions: Iterable[Decision] = ()) -> Card:
    made = Card()
    edited = {paths.parse(path) for vote in decisions for path in vote.changes or {}}
    for item in review.items:
        schema = review.schemas.get(str(item["path"])) or {}
        for row in _rows(item, schema, edited):
            made.add(row)
        if removed := item.get("removed"):
            made.add({"label": "Not given to the model", "value": removed})
    return made


def _rows(item: Object, schema: Object, edited: set[paths.Path]) -> Iterator[Row]:
    by, value = str(item.get("made_by")), item["value"]
    by = by if by in _MADE_BY else ""
    here = paths.parse(str(item["path"]))
    lines = item.get("lines")
    if isinstance(lines, list) and not any(path[: len(here)] == here for path in edited):
        # What the tool says it will do. After an edit it says what it would have done, so the values speak then.
        for line in lines:
            if isinstance(line, dict):
                yield {
                    "label": str(line["label"]),
                    "value": line["value"],
                    "by": str(line.get("made_by", by)),
                }
    elif isinstance(value, dict) or (value is None and schema.get("properties")):
        yield from _properties(item, value if isinstance(value, dict) else {}, schema, by, edited)
    else:
        by = "person" if here in edited else by
        yield {"label": str(item["label"]), "value": value, "missing": value is None, "by": by}


def _properties(
    item: Object, value: Object, schema: Object, by: str, edited: set[paths.Path]
) -> Iterator[Row]:
    here = paths.parse(str(item["path"]))
    gaps = item.get("missing")
    missing = {paths.parse(str(gap)) for gap in gaps} if isinstance(gaps, list) else set()
    known = schema.get("properties")
    properties: Object = known if isinstance(known, dict) else {}
    for name in dict.fromkeys([*properties, *value]):
        path, inner = (*here, name), value.get(name)
        if inner is None and path not in missing:
            continue
        row: Row = {
            "label": title(name, properties.get(name)),
            "value": money(name, inner, value),
            "key": name,
            "missing": inner is None,
            "by": "person" if path in edited or here in edited else by,
        }
        if row["by"] != "person":
            _add_source(row, item, name, inner)
        yield row


def title(name: str, schema: JSON) -> str:
    given = schema.get("title") if isinstance(schema, dict) else None
    return visible(str(given or words.label(name)))


def money(name: str, value: JSON, beside: Object) -> JSON:
    """An amount with its currency, where the values beside it name one."""
    currency = beside.get("currency")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_money(name):
        return value
    is_known = isinstance(currency, str) and _CURRENCY.fullmatch(currency)
    return words.money(value, str(currency)) if is_known else value


def is_money(name: str) -> bool:
    return bool(_MONEY.search(name))


def _add_source(row: Row, item: Object, name: str, value: JSON) -> None:
    sources = item.get("sources")
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    source = sources.get(pointer) if isinstance(sources, dict) else None
    if not isinstance(source, dict):
        return
    said = str(source.get("text", "")).strip()
    if said and said not in (value, row["value"]):
        row["said"] = visible(said)
    confidence = source.get("confidence")
    row["unsure"] = isinstance(confidence, (int, float)) and confidence < UNSURE


class Gist(TypedDict):
    """What tells a review from the others in a list: an amount, and what else is short."""

    amount: str
    text: str


def gist(review: Review) -> Gist:
    return in_short(card(review).rows)


def in_short(rows: Iterable[Row]) -> Gist:
    """The first amount among them, and the first short texts and figures."""
    short = [row for row in rows if _is_short(row)]
    amount = next((row for row in short if is_money(row.get("key", ""))), None)
    others = [_brief(row["value"]) for row in short if row is not amount]
    # An address says less than a name or a number, so it comes last.
    texts = sorted(others, key=lambda text: "@" in text)[:GIST]
    return Gist(amount=_brief(amount["value"]) if amount else "", text=" · ".join(texts))


def _brief(value: JSON) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return words.figure(value) if is_number else visible(str(value))  # type: ignore[arg-type]  # one just looked


def second_looks(value: JSON) -> list[str]:
    """Why a value, or what it holds, may not be what it looks like, in sentences."""
    texts = list(_texts(value))
    hidden = [HIDDEN] if any(holds_hidden(text) for text in texts) else []
    return [*hidden, *lookalikes.remarks(texts)]


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _is_short(row: Row) -> bool:
    value = row.get("value")
    if isinstance(value, bool) or row.get("missing"):
        return False
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= 60)


def currency_of(review: Review) -> JSON:
    """The one that the shown values name; None where they name none."""
    values = (item["value"] for item in review.items)
    return next(
        (value["currency"] for value in values if isinstance(value, dict) and "currency" in value), None
    )


def differences(decision: Decision, currency: JSON = None) -> list[Difference]:
    """What this decision changed, value by value; amounts in the currency that the card names."""
    changes: Any = decision.changes  # Any: an encrypted column holds any JSON
    return in_words(changes or {}, currency)


def in_words(changes: dict[str, Any], currency: JSON = None) -> list[Difference]:  # Any: {"before", "after"}
    """`path → {"before", "after"}`, value by value."""
    made: list[Difference] = []
    beside: Object = {"currency": currency}
    for path, change in changes.items():
        before, after = _flat(change["before"]), _flat(change["after"])
        last = str(paths.parse(path)[-1])
        for inner in dict.fromkeys([*before, *after]):
            if before.get(inner) != after.get(inner):
                label = visible(" · ".join(words.label(part) for part in inner) or words.label(last))
                name = inner[-1] if inner else last
                was, is_now = (money(name, side.get(inner), beside) for side in (before, after))
                made.append({"label": label, "before": was, "after": is_now})
    return made


def _flat(value: JSON, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], JSON]:
    if not isinstance(value, dict) or not value:
        return {at: value}
    return {path: leaf for name, inner in value.items() for path, leaf in _flat(inner, (*at, name)).items()}
