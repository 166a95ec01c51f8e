"""Allowing the like for a while, on the card of an action: how long, how often, and what is like it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from seconder.core import durations
from seconder.core.amounts import amount
from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.ui import words
from seconder.ui.fields import Field
from seconder.verification.allowing import FEW, USUAL, may_be_given
from seconder.verification.likeness import domain_of
from seconder.verification.models import Review

LASTS, TIMES = "allow.lasts", "allow.most"
_SPANS = [timedelta(minutes=15), USUAL, timedelta(hours=4), timedelta(hours=24)]
_SAME, _ANY = "", json.dumps({"any": True})


def allowance_fields(review: Review, typed: Mapping[str, str]) -> list[Field]:
    """None where the like cannot be allowed."""
    if not may_be_given(review):
        return []
    spans = [(durations.short(span), durations.words(span)) for span in _SPANS]
    lasts, times = typed.get(LASTS, durations.short(USUAL)), typed.get(TIMES, str(FEW))
    return [
        Field(LASTS, "For how long", "choice", lasts, required=True, options=spans),
        Field(TIMES, "How many at most", "integer", times),
        *(_field(name, argument, value, typed) for name, argument, value in _arguments(review)),
    ]


def _field(name: str, argument: str, value: JSON, typed: Mapping[str, str]) -> Field:
    label = visible(words.label(argument))
    if _is_number(value):
        return Field(name, f"{label}, at most", "number", typed.get(name, str(value)))
    return Field(
        name, label, "choice", typed.get(name, _SAME), options=_choices(value), blank="Exactly the same"
    )


def _choices(value: JSON) -> list[tuple[str, str]]:
    each = value if isinstance(value, list) else [value]
    domains = {domain_of(one) for one in each}
    domain = next(iter(domains)) if len(domains) == 1 else ""
    ending = [(json.dumps({"ends_with": domain}), f"Any address that ends with {domain}")] if domain else []
    return [*ending, (_ANY, "Anything")]


def read_allowance(review: Review, typed: Mapping[str, str]) -> Object:
    """As `allowing.wanted` takes it, which says what is wrong with it."""
    like: Object = {}
    for name, argument, value in _arguments(review):
        said = typed.get(name, _SAME).strip()
        if said != _SAME:
            like[argument] = {"at_most": said} if _is_number(value) else _json(said)
    times = typed.get(TIMES, "").strip() or str(FEW)
    most: JSON = int(times) if times.isascii() and times.isdigit() and len(times) < 5 else times
    return {"lasts": typed.get(LASTS) or None, "most": most, "like": like}


def _arguments(review: Review) -> Iterator[tuple[str, str, JSON]]:
    """(name of the field, argument, value)."""
    given: Any = review.items[0]["value"] if review.items else None  # Any: an encrypted column holds any JSON
    for number, (argument, value) in enumerate(sorted(given.items()) if isinstance(given, dict) else ()):
        yield f"allow.{number}", argument, value


def _is_number(value: JSON) -> bool:
    return amount(value) is not None and not isinstance(value, str)


def _json(text: str) -> JSON:
    try:
        found: JSON = json.loads(text)
    except (ValueError, RecursionError):
        return text  # no rule: said by the judge
    return found
