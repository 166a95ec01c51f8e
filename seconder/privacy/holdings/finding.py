from __future__ import annotations

import functools
import operator
from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from seconder.core.data_map import data_map
from seconder.core.retention import RULES, RetentionRule
from seconder.core.vocabulary import Datum, Erasure
from seconder.privacy.holdings.words import Kind, kind_of
from seconder.privacy.subject import Subject

# What speaks for the whole of a table: the first of these that any of its columns has.
_ORDER: tuple[Erasure, ...] = ("delete", "destroy key", "restrict", "pseudonymise")


@dataclass(frozen=True)
class Holding:
    """One table's part of what is held of somebody. `ways`: which rows, and which columns of those rows are theirs;
    a row may be theirs in several ways (who asked, who decided), each with columns of its own."""

    label: str
    model: type[models.Model]
    ways: tuple[tuple[models.Q, dict[str, Datum]], ...]

    @property
    def kind(self) -> Kind:
        return kind_of(self.label)

    @property
    def data(self) -> dict[str, Datum]:
        return {column: datum for _, columns in self.ways for column, datum in columns.items()}

    @property
    def rows(self) -> models.QuerySet[models.Model]:
        """Of every organization: it is the person who asks, about themselves."""
        return self.rows_where(*(found for found, _ in self.ways))

    @property
    def erase(self) -> Erasure:
        verbs = {datum.erase for datum in self.data.values()}
        return next(verb for verb in _ORDER if verb in verbs)

    @property
    def deletes(self) -> models.QuerySet[models.Model]:
        """The rows that go with the person: those with something of theirs that is deleted."""
        return self.rows_where(
            *(
                found
                for found, columns in self.ways
                if "delete" in {datum.erase for datum in columns.values()}
            )
        )

    def rows_where(self, *ways: models.Q) -> models.QuerySet[models.Model]:
        rows: models.QuerySet[models.Model] = self.model._base_manager.all()
        return rows.filter(functools.reduce(operator.or_, ways)) if ways else rows.none()

    @property
    def keeps(self) -> list[RetentionRule]:
        """The rules that keep it, each once."""
        return [RULES[keep] for keep in dict.fromkeys(datum.keep for datum in self.data.values())]


def holdings(subject: Subject) -> list[Holding]:
    """Every table in which something of theirs may be, in the order of the tables' names; empty ones too."""
    found = []
    for label, table in sorted(data_map().items()):
        ways = _ways(table, subject)
        if ways:
            found.append(Holding(label, _model(label), ways))
    return found


def _ways(table: dict[str, Datum | None], subject: Subject) -> tuple[tuple[models.Q, dict[str, Datum]], ...]:
    by_path: dict[tuple[str, str], dict[str, Datum]] = defaultdict(dict)
    for column, datum in table.items():
        if datum and subject.finds(datum) is not None:
            by_path[datum.owner, datum.known_by][column] = datum
    ways = []
    for columns in by_path.values():
        found = subject.finds(next(iter(columns.values())))
        assert found is not None  # asked just above
        ways.append((found, columns))
    return tuple(ways)


def _model(label: str) -> type[models.Model]:
    model: type[models.Model] = apps.get_model(label)
    return model
