"""What answers a question: anything that its JSON Schema takes, held to by the judge and shown as a form."""

from __future__ import annotations

from seconder.core.json import JSON, Object, canonical
from seconder.core.refusals import Invalid
from seconder.core.schemas import validator
from seconder.verification.models import Review

LONGEST = 300_000  # bytes of JSON; a file is given as its text


def answer_schema(review: Review) -> Object:
    """Empty where the review is no question."""
    card = review.card
    schema = card.get("answer") if isinstance(card, dict) else None
    return schema if isinstance(schema, dict) else {}


def choices(review: Review) -> list[str]:
    """What may be answered, where it is one of a few words."""
    words = answer_schema(review).get("enum")
    return [str(word) for word in words] if isinstance(words, list) else []


def check_answer(review: Review, answer: JSON) -> None:
    """Raises Invalid, naming the place."""
    if among := choices(review):
        if answer not in among:
            raise Invalid(f"Answer one of {', '.join(among)}.", path="answer")
        return
    if len(canonical(answer)) > LONGEST:
        raise Invalid(
            f"An answer has at most {LONGEST:,} bytes. Give less, or where to find it.", path="answer"
        )
    for fault in validator(answer_schema(review), formats=True).iter_errors(answer):
        where = ".".join(["answer", *(str(part) for part in fault.absolute_path)])
        raise Invalid(f"{where}: {fault.message[:200]}", path=where)
