"""A Django form as the controls of the design system (`seconder.ui.fields.Field`)."""

from __future__ import annotations

from django import forms
from django.forms.boundfield import BoundField

from seconder.ui.fields import Field

_TYPES = {"email": "email", "password": "password", "url": "url", "date": "date", "number": "integer"}


def fields_of(form: forms.BaseForm) -> list[Field]:
    """The visible controls in their order. What was typed comes back, except passwords."""
    return [_field(bound) for bound in form.visible_fields()]


def _field(bound: BoundField) -> Field:
    widget, kind = bound.field.widget, _kind(bound)
    value = bound.value()
    return Field(
        name=bound.html_name,
        label=str(bound.label),
        kind=kind,
        value="" if value is None or kind == "password" or value is False else str(value),
        help=str(bound.help_text),
        error=" ".join(str(error) for error in bound.errors),
        required=bound.field.required,
        options=[(str(key), str(name)) for key, name in getattr(bound.field, "choices", ()) if key != ""],
        autocomplete=str(widget.attrs.get("autocomplete", "")),
    )


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "boolean"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.Select):
        return "choice"
    if isinstance(widget, forms.Textarea):
        return "longtext"
    if widget.attrs.get("autocomplete") == "one-time-code":
        return "code"
    return _TYPES.get(widget.attrs.get("type") or getattr(widget, "input_type", ""), "text")
