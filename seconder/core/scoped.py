"""Managers whose queries raise unless an organization is in scope: `objects = Scoped.from_queryset(RunQuerySet)()`.

The scope holds the organization's id: `with scope(organization=organization.pk)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django_scopes import ScopedManager

Row = TypeVar("Row", bound=models.Model)

if TYPE_CHECKING:  # the library is untyped and makes its managers in a function

    class Scoped(models.Manager[Row]):
        """For rows with a foreign key `organization`."""

    class ScopedById(models.Manager[Row]):
        """For rows that only hold `organization_id`."""

else:
    Scoped = type(ScopedManager(organization="organization"))
    ScopedById = type(ScopedManager(organization="organization_id"))
