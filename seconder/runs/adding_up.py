"""Running sums as a card says them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from seconder.agents.file.sums import Sum
from seconder.core import durations
from seconder.core.json import JSON, Object
from seconder.runs.tallies import Standing, Sums
from seconder.ui import words

NAMED = 5  # counterparties of one sum, those that have most first


def lines(sums: Sums) -> list[JSON]:
    return [line for added_up, standing in sums.items() for line in _lines(added_up, standing)]


def _lines(added_up: Sum, standing: list[Standing]) -> list[JSON]:
    if not standing:
        said = "It is not said whom this goes to, so it cannot be added up."
        return [_line(said)]
    most_first = sorted(standing, key=_rank, reverse=True)
    made: list[JSON] = [_line(_said(added_up, one)) for one in most_first[:NAMED]]
    if rest := len(standing) - NAMED:
        made += [_line(f"And {rest} more, none of them with more than those.")] if rest > 0 else []
    return made


def _rank(one: Standing) -> tuple[bool, Decimal, int]:
    return one.total is None, one.total or Decimal(0), one.count


def _line(said: str) -> Object:
    return {"label": "With this", "value": said, "made_by": ""}


def _said(added_up: Sum, one: Standing) -> str:
    to = f" to {one.party}" if one.party else ""
    uses = f"{one.count} use{'' if one.count == 1 else 's'}"
    span = "24 hours" if added_up.span == timedelta(days=1) else durations.words(added_up.span)
    if one.total is None:
        return (
            f"{uses}{to} in {span}, of which an amount is missing or no number, so they cannot be added up."
        )
    if added_up.of is None:
        return f"{uses}{to} in {span}"
    return f"{words.figure(one.total)}{to} in {span}, over {uses}"
