"""A Django form as the controls of the design system (`seconder.ui.fields.Field`), and what a rule says to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from seconder.core.refusals import Conflict, Invalid, TooLarge
from seconder.ui.fields import Field

Made = TypeVar("Made")
Choices = Iterable[Any]  # Any: Django has pairs of a value and a name, or of a heading and such pairs

_TYPES = {
    "email": "email",
    "password": "password",
    "url": "url",
    "date": "date",
    "number": "integer",
    "datetime-local": "datetime-local",
}


def fields_of(form: forms.BaseForm) -> list[Field]:
    """The visible controls in their order. What was typed comes back, except passwords."""
    return [_field(bound) for bound in form.visible_fields()]


def given(form: forms.BaseForm, verb: Callable[[], Made]) -> Made | None:
    """Carries out the verb with what is in the form, once that can be read; what the rule has against it stands in the
    form then. None where it was not carried out: show the form again (422)."""
    if not form.is_valid():
        return None
    try:
        return verb()
    except ValidationError as fault:
        form.add_error(None, fault)
    except (Invalid, Conflict, TooLarge) as refused:
        path = str(refused.facts.get("path") or "")
        form.add_error(path if path in form.fields else None, refused.detail)
    return None


def _field(bound: BoundField) -> Field:
    widget, kind = bound.field.widget, _kind(bound)
    value = bound.value()
    return Field(
        name=bound.html_name,
        label=str(bound.label),
        kind=kind,
        value=_typed(bound, kind, value),
        help=str(bound.help_text),
        error=" ".join(str(error) for error in bound.errors),
        required=bound.field.required,
        fixed=bound.field.disabled,
        blank=dict(getattr(bound.field, "choices", ())).get("") or Field.blank,
        suggestions=getattr(bound.field, "suggestions", ()),
        takes=str(widget.attrs.get("accept", "")),
        options=[] if kind == "several" else _options(getattr(bound.field, "choices", ())),
        ticked=[str(each) for each in value or ()] if kind == "several" else (),
        groups=_groups(getattr(bound.field, "choices", ())) if kind == "several" else (),
        autocomplete=str(widget.attrs.get("autocomplete", "")),
    )


def _typed(bound: BoundField, kind: str, value: object) -> str:
    if value is None or value is False or kind in ("password", "several", "file"):
        return ""
    return str(bound.field.widget.format_value(value) if kind in ("date", "datetime-local") else value)


def _options(choices: Choices) -> list[tuple[str, str]]:
    return [(str(key), str(name)) for key, name in choices if key != ""]


def _groups(choices: Choices) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under headings, as Django has them: a heading and its choices in place of a value and its name."""
    headed = [(str(head), _options(below)) for head, below in choices if isinstance(below, list | tuple)]
    plain = _options([each for each in choices if not isinstance(each[1], list | tuple)])
    return [*([("", plain)] if plain else []), *headed]


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "boolean"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "several"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.Select):
        return "choice"
    if isinstance(widget, forms.Textarea):
        return "longtext"
    if widget.attrs.get("autocomplete") == "one-time-code":
        return "code"
    return _TYPES.get(widget.attrs.get("type") or getattr(widget, "input_type", ""), "text")
