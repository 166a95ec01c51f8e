"""As fideslang has it: a system with its declarations, and the tables as a dataset."""

from __future__ import annotations

from collections import defaultdict

import yaml

from seconder import __version__
from seconder.core.json import JSON, Object
from seconder.core.registry import Registry
from seconder.core.taxonomy import SUBJECTS
from seconder.privacy.records.activities import Activity, activities

KEY = "seconder"
DATABASE = "seconder_database"
_BASES = {
    "contract": "Contract",
    "consent": "Consent",
    "legal obligation": "Legal obligations",
    "legitimate interest": "Legitimate interests",
}


def written(declared: Registry) -> str:
    said = {"system": [_system(declared)], "dataset": [_dataset(declared)]}
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)


def _system(declared: Registry) -> Object:
    return {
        "fides_key": KEY,
        "name": "Seconder",
        "description": f"Version {__version__}; registry {declared.digest}",
        "system_type": "Service",
        "privacy_declarations": [_declaration(each) for each in activities(declared) if each.kinds],
        "dataset_references": [DATABASE],
    }


def _declaration(each: Activity) -> Object:
    to = sorted(one.name for one in each.recipients)
    shared = sorted({key for one in each.recipients for key in each.received_by(one)})
    return {
        "name": each.purpose.words,
        "data_categories": [kind.category for kind in each.kinds],
        "data_use": each.purpose.use,
        "data_subjects": [*sorted({SUBJECTS[name] for kind in each.kinds for name in kind.subjects})],
        "legal_basis_for_processing": _BASES[each.purpose.bases["EU"]],
        "retention_period": "; ".join(sorted({keep for kind in each.kinds for keep in kind.keeps})),
        "data_shared_with_third_parties": bool(shared),
        "third_parties": "; ".join(to) if shared else None,
        "shared_categories": [*shared],
    }


def _dataset(declared: Registry) -> Object:
    tables: dict[str, list[JSON]] = defaultdict(list)
    for place, datum in sorted(declared.data.items()):
        model, _, column = place.rpartition(".")
        tables[model].append(
            {"name": column, "data_categories": [datum.category], "fides_meta": {"data_type": "string"}}
        )
    return {
        "fides_key": DATABASE,
        "name": "The database",
        "description": "Columns that hold personal data; all others were declared to hold none.",
        "collections": [{"name": model, "fields": fields} for model, fields in sorted(tables.items())],
    }
