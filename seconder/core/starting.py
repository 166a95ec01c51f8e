"""What stops the start: what the code would store, send, log or set undeclared, each named with what to do about it.

Columns, their owners and their rules of retention are looked at by `data_map` and `owners`; here is all the rest, and
what the database itself holds. `web`, `worker`, `up` and `migrate` ask (`cli.installation.refuse_undeclared`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks

from seconder.core import data_map, log_scan
from seconder.core.cookies import undeclared_cookies
from seconder.core.objects import OBJECTS, VECTORS
from seconder.core.owners import data
from seconder.core.purposes import PURPOSES, widened
from seconder.core.recipients import ANY, RECIPIENTS
from seconder.core.surfaces import SURFACES
from seconder.core.taxonomy import CATEGORIES, EXTENSIONS, SUBJECTS, USES, is_category

TAG = "personal_data"
_VECTORS = ("vector", "halfvec", "sparsevec")


def register() -> None:
    checks.register(undeclared, TAG)


def undeclared(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001  Django's check signature
    **_: Any,  # Any: Django's check signature
) -> list[checks.CheckMessage]:
    found = [fault for look in _LOOKS for fault in look()]
    return [checks.Error(f"{fault}.", id="seconder.E003") for fault in found]


def faults() -> list[str]:
    """A sentence for each thing that stops the start, whatever the database holds."""
    return [message.msg for message in checks.run_checks(tags=[TAG]) if message.is_serious()]


def faults_of_database() -> list[str]:
    """A sentence for each column that only the database knows of."""
    return [
        f"The database has {where}, which no app declares: drop it, or declare it in the app's personal_data.py."
        for where in data_map.undeclared_in_database()
    ]


def _wider_purposes() -> Iterator[str]:
    for name, what in widened():
        yield f"The purpose {name} {what}: narrow it in core.purposes"


def _unknown_words() -> Iterator[str]:
    """Categories, uses and subjects that mean nothing to others."""
    for purpose in PURPOSES.values():
        if purpose.use not in USES:
            yield f"The purpose {purpose.id} is the use {purpose.use!r}, which fideslang does not know"
    named = [
        *((f"{model}.{column}", datum.category) for model, column, datum in data()),
        *((f"The recipient {each.id}", name) for each in RECIPIENTS.values() for name in each.categories),
        *((f"The surface {each.id}", name) for each in SURFACES.values() for name in each.collects),
    ]
    for where, category in named:
        if not is_category(category):
            yield f"{where} names the category {category!r}, which core.taxonomy does not know: use one of fideslang's"
    for model, column, datum in data():
        if datum.subject not in SUBJECTS:
            yield f"{model}.{column} is of a subject {datum.subject!r}, which core.taxonomy does not know: add it there"
    for key in sorted(set(EXTENSIONS) & CATEGORIES | {key for key in EXTENSIONS if not key.startswith("x.")}):
        yield f"The category {key} of our own must begin with `x.`: fideslang's names are its own"


def _recipients() -> Iterator[str]:
    """Of those whom the code itself knows by their hosts; of the others the operator says it (`transfers`)."""
    for each in RECIPIENTS.values():
        if ANY in each.hosts or each.reaches:
            continue
        missing = [name for name in ("hosts", "entity", "countries") if not getattr(each, name)]
        if missing and each.enabled():
            yield (
                f"The recipient {each.id} is declared without {', '.join(missing)}: "
                "say where it is reached, who that is and in which countries"
            )


def _objects() -> Iterator[str]:
    """Folders of the object store, where it is one on this machine."""
    place = urlsplit(settings.OBJECT_STORE_URL)
    folder = Path(unquote(place.path))
    if place.scheme != "file" or not folder.is_dir():
        return
    for each in sorted(folder.iterdir()):
        if (
            each.name not in OBJECTS and each.name != "lost+found"
        ):  # which a file system of its own begins with
            yield (
                f"The object store has {each.name!r}, a prefix that nobody declared: "
                "declare it with core.objects.declare_objects, or remove it"
            )


def _vectors() -> Iterator[str]:
    from django.db import connection

    existing = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            place = f"{model._meta.db_table}.{field.column}"
            existing.add(place)
            if (field.db_type(connection) or "").startswith(_VECTORS) and place not in VECTORS:
                yield f"{place} keeps vectors, which nobody declared: use core.objects.declare_vectors"
    for store in VECTORS.values():
        for place in (store.place, store.made_from):
            if place not in existing:
                yield f"The vector store {store.place} names {place}, which does not exist: mend its declaration"


_LOOKS: list[Callable[[], Iterable[str]]] = [
    _wider_purposes,
    _unknown_words,
    _recipients,
    undeclared_cookies,
    log_scan.undeclared_fields,
    _objects,
    _vectors,
]
