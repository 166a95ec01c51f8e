"""What goes when its time is over: each app says, in its `disposals.py`, which rows a rule of `core.retention` ends,
and from which of their times it counts. All of them are done by one scheduler (`privacy.retention`), which also sees
what is late. Doing one twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from datetime import tzinfo as _tzinfo
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, Min, Model, Q, QuerySet
from django.utils.timezone import get_default_timezone

from seconder.core.clock import now
from seconder.core.retention import RULES

BATCH = 1_000  # rows of one transaction


@dataclass(frozen=True)
class Disposal:
    """`model`: `app.Model` · `keep`: a rule's · `since`: the columns of time that it counts from; one of them is
    enough · `days`: of the rule, if none are given · `only`: which rows at all · `blanks`: columns that are
    emptied (to these values), where the row itself stays · `with_it`: tables whose rows go with these."""

    model: str
    keep: str
    since: tuple[str, ...]
    days: int | None = None
    only: Q = field(default_factory=Q)
    blanks: Mapping[str, Any] = field(default_factory=dict)  # Any: values of columns
    with_it: tuple[str, ...] = ()
    before: Callable[[list[Any]], None] | None = None  # for these keys: what goes first

    @property
    def name(self) -> str:
        return ".".join([self.model, *self.blanks])

    @property
    def lasts(self) -> timedelta:
        days = RULES[self.keep].days if self.days is None else self.days
        assert days is not None, f"{self.keep} has no days"
        return timedelta(days=days)

    def over(self, moment: datetime) -> QuerySet[Model]:
        """The rows whose time was over at this moment."""
        until, found = moment - self.lasts, Q()
        for column in self.since:
            found |= Q(**{f"{column}__lt": self._of_column(column, until)})
        rows: QuerySet[Model] = _model(self.model)._base_manager.filter(self.only).filter(found)
        return rows.exclude(**self.blanks) if self.blanks else rows

    def dispose(self, moment: datetime | None = None) -> int:
        """How many rows went, or were emptied."""
        rows, gone = self.over(moment or now()), 0
        if self.blanks:
            return rows.update(**self.blanks)
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            if self.before:
                self.before(keys)
            counts = _model(self.model)._base_manager.filter(pk__in=keys).delete()[1]
            gone += counts.get(_model(self.model)._meta.label, 0)
        return gone

    def overdue(self, moment: datetime | None = None) -> timedelta:
        """For how long the oldest of them should be gone; nothing where none should."""
        at = moment or now()
        oldest = [
            self._as_time(first)
            for column in self.since
            if (first := self.over(at).aggregate(first=Min(column))["first"])
        ]
        return max((at - self.lasts - min(oldest), timedelta(0))) if oldest else timedelta(0)

    def _of_column(self, column: str, until: datetime) -> Any:  # Any: a date or a time, as the column has
        is_time = isinstance(_model(self.model)._meta.get_field(column), DateTimeField)
        return until if is_time else until.date()

    @staticmethod
    def _as_time(first: Any) -> datetime:  # Any: as above
        """Of a day its end: before that, nothing of it is late."""
        if isinstance(first, datetime):
            return first
        zone: _tzinfo = get_default_timezone()
        return datetime.combine(first + timedelta(days=1), time.min, zone)


@dataclass(frozen=True)
class Tidying:
    """The same for what is in no table: files."""

    name: str
    keep: str
    run: Callable[[datetime], int]

    def dispose(self, moment: datetime | None = None) -> int:
        return self.run(moment or now())

    def overdue(self, moment: datetime | None = None) -> timedelta:  # noqa: ARG002  a file's lines are looked at by nobody else
        return timedelta(0)


DISPOSALS: dict[str, Disposal | Tidying] = {}


def declare_disposal(one: Disposal | Tidying) -> None:
    if one.name in DISPOSALS or one.keep not in RULES:
        raise ValueError(f"the disposal {one.name} is declared twice, or {one.keep!r} is no rule")
    DISPOSALS[one.name] = one


def dispose(app: str) -> int:
    """All of one app's now, for those who do not want to wait for the scheduler."""
    return sum(one.dispose() for one in DISPOSALS.values() if one.name.startswith(f"{app}."))


def undisposed(data: Mapping[str, str]) -> list[str]:
    """Of `app.model → keep`, each whose rule has days that no disposal ends."""
    ended = {label.lower() for one in DISPOSALS.values() for label in _labels(one)}
    return sorted(label for label, keep in data.items() if RULES[keep].days and label not in ended)


def _labels(one: Disposal | Tidying) -> tuple[str, ...]:
    return (one.model, *one.with_it) if isinstance(one, Disposal) else (one.name,)


def _model(label: str) -> type[Model]:
    model: type[Model] = apps.get_model(label)
    return model
