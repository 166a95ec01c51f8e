"""Noise on numbers that the gate let through (differential privacy, by OpenDP), and the budget that it spends.

OpenDP is an extra that an operator may install; without it a release with noise is refused, in words."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F

from seconder.core.clock import now
from seconder.core.refusals import Conflict, Invalid
from seconder.telemetry.models import NoiseBudget

LEAST, MOST = Decimal("0.01"), Decimal(5)  # epsilon of one release


class NoBudget(Conflict):
    type, title = "privacy-budget-spent", "The privacy budget does not reach"


def is_there() -> bool:
    return importlib.util.find_spec("opendp") is not None


def demand_library() -> None:
    if not is_there():
        raise Invalid(
            "Noise needs the package opendp, which is not installed here. Install it (pip install opendp), or release "
            "exact numbers.",
            path="epsilon",
        )


def spend(epsilon: Decimal) -> None:
    """Takes it from this year's budget, in the caller's transaction. Raises NoBudget; nothing spent comes back."""
    if not LEAST <= epsilon <= MOST:
        raise Invalid(f"Epsilon is between {LEAST} and {MOST}.", path="epsilon")
    year = now().year
    NoiseBudget.objects.get_or_create(year=year)
    left = NoiseBudget.objects.filter(year=year, spent__lte=F("total") - epsilon)
    if not left.update(spent=F("spent") + epsilon):
        row = NoiseBudget.objects.get(year=year)
        raise NoBudget(
            f"Of this year's budget {row.total - row.spent} is left, and this needs {epsilon}.",
            path="epsilon",
        )


def noisy(figures: Mapping[str, int], epsilon: Decimal, reach: int) -> dict[str, int]:
    """`reach`: how much all figures together change at most when one person had not been there."""
    demand_library()
    opendp = importlib.import_module("opendp.prelude")
    opendp.enable_features("contrib")
    space = opendp.atom_domain(T=int), opendp.absolute_distance(T=int)
    laplace = opendp.m.make_laplace(*space, scale=reach / float(epsilon))
    return {cell: max(0, laplace(people)) for cell, people in figures.items()}
