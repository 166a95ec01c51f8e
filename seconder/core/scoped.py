"""Managers whose queries raise unless an organization is in scope: `objects = Scoped.from_queryset(RunQuerySet)()`.

The scope holds the organization's id: `with scope(organization=organization.pk)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django_scopes import ScopedManager
from django_scopes.manager import DisabledQuerySet

Row = TypeVar("Row", bound=models.Model)

if TYPE_CHECKING:  # the library is untyped and makes its managers in a function

    class Scoped(models.Manager[Row]):
        """For rows with a foreign key `organization`."""

    class ScopedById(models.Manager[Row]):
        """For rows that only hold `organization_id`."""

else:

    class _Refusing(DisabledQuerySet):
        """Refuses what the library forgets as well."""

        exists = exclude = in_bulk = contains = bulk_update = explain = DisabledQuerySet.error

    def _by(path):  # type: ignore[no-untyped-def]  # see above
        class Manager(type(ScopedManager(organization=path))):
            def get_queryset(self):  # type: ignore[no-untyped-def]
                found = super().get_queryset()
                if isinstance(found, DisabledQuerySet):
                    found.__class__ = _Refusing
                return found

        return Manager

    Scoped = _by("organization")
    ScopedById = _by("organization_id")
