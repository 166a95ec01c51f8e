"""Files given in place of typing: mails and plain text, read into the field that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from seconder.core import eml
from seconder.ui.fields import Field

FILE = ".file"  # added to a field's name: the control that takes a file in its place
TAKES = ".eml,.txt,.csv,.md,.json,.html,text/plain,message/rfc822"
LARGEST = 5 * 1024 * 1024  # bytes
ROWS = 8  # lines of a control for a long text
Files = Mapping[str, "UploadedFile[bytes]"]


def given(request: HttpRequest) -> Files:
    return {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}


def as_typed(made: Iterable[Field], typed: Mapping[str, str] | None = None) -> list[Field]:
    """Controls with what was typed before, or as they stand where nothing was. A long text also takes a file."""
    shown = (one if typed is None else replace(one, value=typed.get(one.name, "")) for one in made)
    return [replace(one, takes=TAKES, rows=ROWS) if one.kind == "longtext" else one for one in shown]


def typed(posted: Mapping[str, str], files: Files) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed, with the text of each file in the place of its field; and a sentence for each field whose file
    cannot be read."""
    made = {name: text.replace("\r\n", "\n") for name, text in posted.items()}
    wrong: dict[str, str] = {}
    for name, file in files.items():
        try:
            made[name.removesuffix(FILE)] = text_in(file)
        except ValueError as fault:
            wrong[name.removesuffix(FILE)] = str(fault)
    return made, wrong


def text_in(file: UploadedFile[bytes]) -> str:
    """The text of an uploaded mail or text file. ValueError holds the sentence that is shown at the field."""
    name = file.name or "This file"
    if (file.size or 0) > LARGEST:
        raise ValueError(
            f"{name} is larger than {LARGEST // 2**20} MB. Give a smaller file or paste the text."
        )
    return text_of(name, file.read())


def text_of(name: str, raw: bytes) -> str:
    """The text of a mail or a text file of that name. ValueError holds a sentence that names it."""
    if name.lower().endswith(".eml") or eml.looks_like_mail(raw[:20_000].decode("latin-1")):
        try:
            return eml.text_of(raw)
        except eml.UnreadableMailError as fault:
            raise ValueError(f"{name}: {fault}") from fault
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not a mail and not plain text. Give a .eml or a .txt file.") from None
    if "\x00" in text:
        raise ValueError(f"{name} is not plain text. Give a .eml or a .txt file.")
    return text.replace("\r\n", "\n")
