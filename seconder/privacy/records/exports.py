"""The records of processing in the forms that other programs read; the same registry gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from seconder.core.registry import Registry
from seconder.privacy.records import as_dpv, as_fideslang, as_json


@dataclass(frozen=True)
class Form:
    """`file`: the name under which it is saved."""

    words: str
    file: str
    media_type: str
    write: Callable[[Registry], str]


def _json(declared: Registry) -> str:
    return json.dumps(as_json.records(declared), indent=2, ensure_ascii=False) + "\n"


def _dpv(declared: Registry) -> str:
    return json.dumps(as_dpv.graph(declared), indent=2, ensure_ascii=False) + "\n"


FORMS = {
    "json": Form("JSON", "records-of-processing.json", "application/json", _json),
    "fideslang": Form("Fideslang (YAML)", "seconder.fides.yml", "application/yaml", as_fideslang.written),
    "dpv": Form("DPV (JSON-LD)", "records-of-processing.jsonld", "application/ld+json", _dpv),
}
