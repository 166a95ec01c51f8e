"""The form that runs an agent: made from its input schema, and read back; a mail or a text may be a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seconder.agents.models import AgentVersion
from seconder.core.json import Object
from seconder.ui import fields, uploads
from seconder.ui.fields import Field


@dataclass
class RunForm:
    """`given` is the input; `errors` maps a field's name to a sentence."""

    given: Object = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, version: AgentVersion, posted: Mapping[str, str], files: uploads.Files) -> RunForm:
        typed, wrong = uploads.typed(posted, files)
        given, errors = fields.read(_schema(version), typed)
        return cls(given, errors | wrong, typed)


def input_fields(version: AgentVersion, form: RunForm | None = None) -> list[Field]:
    """A control for each value of the input: as typed before, or empty. A long text also takes a file."""
    made = fields.fields_of(_schema(version), errors=form.errors if form else None)
    return uploads.as_typed(made, form.typed if form else None)


def _schema(version: AgentVersion) -> Object:
    schema: Object = version.file["input"]
    return schema
