"""The form of a question, made from the JSON Schema of its answer, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seconder.core.json import JSON, Object
from seconder.ui import fields, uploads
from seconder.ui.fields import Field
from seconder.verification.answers import answer_schema
from seconder.verification.models import Review

NAME = "answer"
_YES_NO = [("true", "Yes"), ("false", "No")]


def answer_fields(
    review: Review, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> list[Field]:
    """A control for each value of the answer: as typed before, or empty."""
    made = fields.fields_of(_as_object(review), errors=errors, prefix=_prefix(review))
    return [_control(review, one) for one in uploads.as_typed(made, typed)]


def read_answer(review: Review, typed: Mapping[str, str]) -> tuple[JSON, dict[str, str]]:
    """The answer as its schema has it, and a sentence for each field that cannot be read."""
    schema = _as_object(review)
    values, errors = fields.read(schema, typed, _prefix(review))
    for name in _unticked(schema, typed, _prefix(review)):
        errors[name] = "Choose yes or no."
    if NAME in errors and answer_schema(review).get("enum"):
        errors[NAME] = "Choose one of the answers."
    return (values if _is_object(review) else values.get(NAME)), errors


def _is_object(review: Review) -> bool:
    return bool(answer_schema(review).get("properties"))


def _prefix(review: Review) -> str:
    return f"{NAME}." if _is_object(review) else ""


def _as_object(review: Review) -> Object:
    schema = answer_schema(review)
    return schema and fields.as_object(schema, NAME, "Your answer")


def _control(review: Review, one: Field) -> Field:
    one = replace(one, label=one.label.removeprefix("Answer · "))
    if one.kind == "boolean":
        # A box cannot tell no from not answered.
        return replace(one, kind="radio", options=_YES_NO, required=True)
    return replace(one, kind="radio") if one.kind == "choice" and not _is_object(review) else one


def _unticked(schema: Object, typed: Mapping[str, str], prefix: str) -> Iterator[str]:
    for one in fields.fields_of(schema, prefix=prefix):
        if one.kind == "boolean" and typed.get(one.name) not in ("true", "false"):
            yield one.name
