"""What a person's page of the ledger shows: recipients as rows, kinds of data as columns; when and why on opening."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypedDict

from django.db.models import F, Max, Sum, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Organization, Person
from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS
from seconder.privacy.disclosures import words
from seconder.privacy.holdings.words import category
from seconder.privacy.models import Disclosure

LATEST = 5  # of each recipient, on the page of all


class Entry(TypedDict):
    """One line: when, why, in which work. `url` leads there, where it is the reader's own."""

    at: datetime
    times: int
    why: str
    work: str
    url: str
    home: str
    others: int


class Cell(TypedDict):
    kind: str
    times: int


class Row(TypedDict):
    id: str
    name: str
    who: str
    cells: list[Cell]
    times: int
    last_at: datetime
    entries: list[Entry]
    has_more: bool


class Table(TypedDict):
    kinds: list[str]
    rows: list[Row]


def table(person: Person) -> Table:
    """Three queries, however long the ledger is."""
    counts, last_at = _counted(person)
    kinds = sorted({each for of_one in counts.values() for each in of_one}, key=category)
    latest = _latest(person)
    names = sorted(counts, key=lambda name: last_at[name], reverse=True)
    return {"kinds": [category(one) for one in kinds], "rows": [
        {
            "id": name,
            "name": words.recipient(name),
            "who": _who(name),
            "cells": [{"kind": category(one), "times": counts[name].get(one, 0)} for one in kinds],
            "times": max(counts[name].values()),
            "last_at": last_at[name],
            "entries": latest[name][:LATEST],
            "has_more": len(latest[name]) > LATEST,
        }
        for name in names
    ]}  # fmt: skip


def entries(person: Person, rows: Iterable[Disclosure]) -> list[Entry]:
    homes = _homes(person)
    return [_entry(row, homes) for row in rows]


def _counted(person: Person) -> tuple[dict[str, dict[str, int]], dict[str, datetime]]:
    """By recipient: how often each kind went there, and when something last did."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[str, datetime] = {}
    mine = Disclosure.objects.filter(person_id=person.pk).values("recipient", "categories")
    for found in mine.annotate(sum=Sum("times"), last=Max("last_at")).order_by():
        name = found["recipient"]
        last[name] = max(last.get(name, found["last"]), found["last"])
        for each in found["categories"]:
            counts[name][each] += found["sum"]
    return counts, last


def _latest(person: Person) -> dict[str, list[Entry]]:
    newest = Window(RowNumber(), partition_by="recipient", order_by=F("last_at").desc())
    rows = Disclosure.objects.filter(person_id=person.pk).annotate(place=newest).filter(place__lte=LATEST + 1)
    homes = _homes(person)
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in rows.order_by("-last_at"):
        found[row.recipient].append(_entry(row, homes))
    return found


def _who(name: str) -> str:
    """The company and the countries, as far as anybody said."""
    known = RECIPIENTS.get(name)
    return ", ".join(filter(None, [known.entity, *known.countries])) if known else ""


def _homes(person: Person) -> dict[uuid.UUID, Organization]:
    with scopes_disabled():
        seats = Membership.objects.active().filter(person=person).select_related("organization")
        return {seat.organization_id: seat.organization for seat in seats}


def _entry(row: Disclosure, homes: Mapping[uuid.UUID, Organization]) -> Entry:
    home = homes.get(row.organization_id) if row.organization_id else None
    purpose = PURPOSES.get(row.purpose)
    return {
        "at": row.last_at,
        "times": row.times,
        "why": purpose.words if purpose else row.purpose,
        "work": words.work(row.reference),
        "url": _url(row.reference, home),
        "home": home.name if home else "",
        "others": row.others,
    }


def _url(reference: str, home: Organization | None) -> str:
    """Of a run; its page opens to whoever asked for it, and only those have its id in their ledger."""
    what, _, rest = reference.partition(":")
    return reverse("runs:run", args=[home.slug, rest.partition(":")[0]]) if home and what == "run" else ""
