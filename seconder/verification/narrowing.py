"""What the inbox is narrowed down to: agent, risk, due and requester. It only looks, so it never refuses."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta

from django import forms
from django.utils import timezone

from seconder.accounts.actor import Actor
from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.verification.behind import agents
from seconder.verification.inbox import Parts
from seconder.verification.models.review import URGENCY, ReviewQuerySet

DUE = {"hour": "Within an hour", "today": "Today", "week": "Within a week", "over": "Overdue"}
RISKS = {"high": "High", "normal": "Normal", "low": "Low"}
WORDS = ("agent", "risk", "due", "requester")
LONGEST = 100  # characters of a name


@dataclass(frozen=True)
class Narrowing:
    """ "" leaves it open; `requester` is a part of a name."""

    agent: str = ""
    risk: str = ""
    due: str = ""
    requester: str = ""

    @classmethod
    def of(cls, asked: dict[str, str]) -> Narrowing:
        agent, risk, due, requester = (
            asked.get(name, "")[:LONGEST].replace("\x00", "").strip() for name in WORDS
        )
        return cls(agent, risk, due, requester)

    @property
    def said(self) -> dict[str, str]:
        """What is asked for, as an address says it."""
        return {name: text for name, text in asdict(self).items() if text}

    def narrowed(self, tabs: dict[str, Parts], actor: Actor) -> dict[str, Parts]:
        """What is left of each tab."""
        people = self._requesters(actor) if self.requester else []
        return {name: [self._narrowed(part, people) for part in parts] for name, parts in tabs.items()}

    def _narrowed(self, rows: ReviewQuerySet, requesters: list[uuid.UUID]) -> ReviewQuerySet:
        if self.agent:
            rows = rows.filter(agent=self.agent)
        if self.risk in RISKS:
            # Said by its place in the index `review_urgent` as well, which leads to it.
            place = 0 if self.risk == "high" else 1
            rows = rows.alias(urgency=URGENCY).filter(urgency=place, risk=self.risk)
        if self.requester:
            rows = rows.filter(requester_id__in=requesters)
        return self._due(rows)

    def _requesters(self, actor: Actor) -> list[uuid.UUID]:
        """Ids rather than a subquery: the database then knows how many reviews are theirs."""
        named = Membership.objects.filter(
            organization=actor.organization, person__name__icontains=self.requester
        )
        return list(named.values_list("person_id", flat=True))

    def _due(self, rows: ReviewQuerySet) -> ReviewQuerySet:
        if self.due == "over":
            return rows.filter(due_at__lte=now())
        midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
        ends = {
            "hour": now() + timedelta(hours=1),
            "today": midnight + timedelta(days=1),
            "week": now() + timedelta(days=7),
        }
        return rows.filter(due_at__lt=ends[self.due]) if self.due in ends else rows


class NarrowingForm(forms.Form):
    agent = forms.ChoiceField(required=False, label="Agent")
    risk = forms.ChoiceField(required=False, label="Risk", choices=[("", "Any"), *RISKS.items()])
    due = forms.ChoiceField(required=False, label="Due", choices=[("", "Any time"), *DUE.items()])
    requester = forms.CharField(required=False, label="Asked by", max_length=LONGEST)

    def __init__(self, actor: Actor, narrowing: Narrowing) -> None:
        super().__init__(initial=narrowing.said)
        self.fields["agent"].choices = [("", "Any"), *agents(actor).items()]  # type: ignore[attr-defined]  # a ChoiceField
