"""The file that a person takes away: a JSON file for each kind of data, a schema of all of them, and a page to read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from importlib import resources

from django.conf import settings
from django.template.loader import render_to_string

from seconder.core.clock import now, rfc3339
from seconder.core.json import JSON
from seconder.privacy.export.gathering import Gathered, gather
from seconder.privacy.subject import Subject

FORMAT = "seconder-export/1"
# What apps above add as files that another installation takes in: (name, content).
Files = Callable[[Subject], Iterable[tuple[str, bytes]]]
files: list[Files] = []


def write(subject: Subject) -> bytes:
    """A zip file, made in memory: it lies on no disk in clear."""
    made = io.BytesIO()
    parts = list(gather(subject))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", _index(parts))
        archive.writestr("style.css", resources.files(__package__).joinpath("style.css").read_text("utf-8"))
        archive.writestr("schema.json", _json(_schema(parts)))
        for part in parts:
            archive.writestr(f"data/{part.label}.json", _json([*part.rows]))
        for of in files:
            for name, content in of(subject):
                archive.writestr(name, content)
    return made.getvalue()


def _schema(parts: list[Gathered]) -> JSON:
    tables: JSON = {
        part.label: {
            "title": part.kind.title,
            "why": part.kind.why,
            "rows": len(part.rows),
            "columns": {**part.columns},
            "left_out": {**part.left_out},
        }
        for part in parts
    }
    return {"format": FORMAT, "made_at": rfc3339(now()), "made_by": settings.BASE_URL, "tables": tables}


def _index(parts: list[Gathered]) -> str:
    shown = [
        {
            "label": part.label,
            "kind": part.kind,
            "count": len(part.rows),
            "heads": [told["label"] for told in part.columns.values()],
            "rows": [[_words(row.get(name)) for name in part.columns] for row in part.rows],
            "left_out": list(part.left_out.values()),
        }
        for part in parts
    ]
    return render_to_string(
        "privacy/export/index.html", {"parts": shown, "site": settings.BASE_URL, "at": now()}
    )


def _words(value: JSON) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return "" if value is None else str(value)


def _json(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
