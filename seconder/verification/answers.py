"""What answers a question: anything that its JSON Schema takes, held to by the judge and shown as a form."""

from __future__ import annotations

from typing import Any

from seconder.core.json import JSON, Object, canonical
from seconder.core.refusals import Invalid
from seconder.core.schemas import validator
from seconder.verification.models import Review

LONGEST = 300_000  # bytes of JSON; a file is given as its text


def answer_schema(review: Review) -> Object:
    """What the content digest covers of it; empty where the review is no question."""
    card: Any = review.card  # Any: an encrypted column holds any JSON
    if not isinstance(card, dict):
        return {}  # erased
    if card.get("choices"):  # a question from before there were schemas
        return {"enum": card["choices"]}
    return dict(card["content"].get("answer") or {})


def choices(review: Review) -> list[str]:
    """What may be answered, where it is one of a few words."""
    words = answer_schema(review).get("enum")
    return [str(word) for word in words] if isinstance(words, list) else []


def check_answer(review: Review, answer: JSON) -> None:
    """Raises Invalid, naming the place."""
    if len(canonical(answer)) > LONGEST:
        raise Invalid(
            f"An answer has at most {LONGEST:,} bytes. Give less, or where to find it.", path="answer"
        )
    for fault in validator(answer_schema(review), formats=True).iter_errors(answer):
        where = ".".join(["answer", *(str(part) for part in fault.absolute_path)])
        if (among := choices(review)) and where == "answer":
            raise Invalid(f"Answer one of {', '.join(among)}.", path=where)
        raise Invalid(f"{where}: {fault.message[:200]}", path=where)
