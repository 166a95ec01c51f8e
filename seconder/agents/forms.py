"""The form that runs an agent: made from its input schema, and read back; a mail or a text may be a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.files.uploadedfile import UploadedFile

from seconder.agents.models import AgentVersion
from seconder.core import eml
from seconder.core.json import Object
from seconder.ui import fields
from seconder.ui.fields import Field

FILE = ".file"  # added to a field's name: the control that takes a file in its place
TAKES = ".eml,.txt,.csv,.md,.json,.html,text/plain,message/rfc822"
LARGEST = 5 * 1024 * 1024  # bytes


@dataclass
class RunForm:
    """`given` is the input; `errors` maps a field's name to a sentence."""

    given: Object = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, version: AgentVersion, posted: Mapping[str, str], files: Mapping[str, UploadedFile[bytes]]
    ) -> RunForm:
        typed = {name: text.replace("\r\n", "\n") for name, text in posted.items()}
        wrong: dict[str, str] = {}
        for name, file in files.items():
            try:
                typed[name.removesuffix(FILE)] = text_in(file)
            except ValueError as fault:
                wrong[name.removesuffix(FILE)] = str(fault)
        given, errors = fields.read(_schema(version), typed)
        return cls(given, errors | wrong, typed)


def input_fields(version: AgentVersion, form: RunForm | None = None) -> list[Field]:
    """A control for each value of the input: as typed before, or empty. A long text also takes a file."""
    made = []
    for one in fields.fields_of(_schema(version), errors=form.errors if form else None):
        value = form.typed.get(one.name, "") if form else one.value
        takes = TAKES if one.kind == "longtext" else ""
        made.append(replace(one, value=value, takes=takes, rows=8 if takes else one.rows))
    return made


def text_in(file: UploadedFile[bytes]) -> str:
    """The text of an uploaded mail or text file. ValueError holds the sentence that is shown at the field."""
    name = file.name or "This file"
    if (file.size or 0) > LARGEST:
        raise ValueError(
            f"{name} is larger than {LARGEST // 2**20} MB. Give a smaller file or paste the text."
        )
    raw: bytes = file.read()
    if name.lower().endswith(".eml") or eml.looks_like_mail(raw[:20_000].decode("latin-1")):
        return eml.text_of(raw)
    try:
        text: str = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not a mail and not plain text. Give a .eml or a .txt file.") from None
    if "\x00" in text:
        raise ValueError(f"{name} is not plain text. Give a .eml or a .txt file.")
    return text.replace("\r\n", "\n")


def _schema(version: AgentVersion) -> Object:
    schema: Object = version.file["input"]
    return schema
