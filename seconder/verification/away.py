"""The page on which people say when they are out of office, and who stands in: one's own, across organizations."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.models import Membership, Person
from seconder.accounts.naming import people
from seconder.accounts.own import own_pages
from seconder.core.clock import now
from seconder.core.doors import SELF, door
from seconder.core.json import Object
from seconder.core.refusals import NotFound
from seconder.events.by import By
from seconder.events.recording import record
from seconder.verification.behind import agents
from seconder.verification.models import Absence

LONGEST = timedelta(days=366)


class AbsenceForm(OnlyDeclared):
    """Days are those of the person's own time zone, the last one included."""

    starts = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    stand_in = forms.EmailField(
        label="Who stands in", help_text="The e-mail address of a colleague who may decide."
    )
    where = forms.ChoiceField(
        required=False, label="For what", help_text="Where several apply, the narrowest does."
    )

    def __init__(self, person: Person, data: Any = None) -> None:  # Any: what was posted
        super().__init__(data)
        self.person = person
        self.seats = seats_of(person)
        self.fields["where"].choices = [("", "Everything that I am asked"), *self._places()]  # type: ignore[attr-defined]  # a ChoiceField

    def _places(self) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = []
        for seat in self.seats:
            home = seat.organization
            made.append((f"{home.pk}/", f"{home.name}: everything"))
            if actor := Actor.of_person(self.person, home, "web"):
                with scope(organization=home.pk):
                    made += [
                        (f"{home.pk}/{slug}", f"{home.name}: {name}") for slug, name in agents(actor).items()
                    ]
        return made

    def clean(self) -> dict[str, object]:
        given = super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day is before the first.")
        elif ends and ends < timezone.localdate():
            self.add_error("ends", "That day is over.")
        elif starts and ends and ends - starts > LONGEST:
            self.add_error("ends", "That is more than a year; say it in parts.")
        if self.cleaned_data.get("stand_in") and "where" in self.cleaned_data:
            homes = self._organizations(self.cleaned_data["where"])
            self._find_stand_in(self.cleaned_data["stand_in"], homes)
        return given

    def _organizations(self, where: str) -> list[uuid.UUID]:
        return (
            [uuid.UUID(where.partition("/")[0])] if where else [seat.organization_id for seat in self.seats]
        )

    def _find_stand_in(self, email: str, homes: list[uuid.UUID]) -> None:
        """A colleague who may be asked in at least one of these; elsewhere the person stays asked."""
        with scopes_disabled():
            rows = Membership.objects.assignable().filter(organization__in=homes, person__email__iexact=email)
            found = rows.select_related("person").first()
        if found is None:
            self.add_error("stand_in", "No colleague there has this address and may decide.")
        elif found.person_id == self.person.pk:
            self.add_error("stand_in", "That is you. Name somebody else.")
        else:
            self.colleague = found.person

    def save(self) -> Absence:
        given = self.cleaned_data
        organization, _, agent = given["where"].partition("/")
        made = Absence(
            person_id=self.person.pk,
            stand_in_id=self.colleague.pk,
            starts_at=_midnight(given["starts"]),
            ends_at=_midnight(given["ends"] + timedelta(days=1)),
            organization_id=uuid.UUID(organization) if organization else None,
            agent=agent,
        )
        with transaction.atomic():
            made.save()
            for seat in self.seats:
                if made.organization_id in (None, seat.organization_id):
                    facts: Object = {
                        "starts": made.starts_at.isoformat(),
                        "ends": made.ends_at.isoformat(),
                        "stand_in": str(made.stand_in_id),
                        "agent": agent,
                    }
                    record("membership.away", seat, _by(self.person), None, **facts)
        return made


def seats_of(person: Person) -> list[Membership]:
    with scopes_disabled():
        rows = Membership.objects.active().filter(person=person).select_related("organization")
        return list(rows.order_by("organization__name"))


def _midnight(day: date) -> datetime:
    """When that day begins for whoever asks: the door sets their time zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _by(person: Person) -> By:
    return By("person", person.pk, "web", "session")


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def absence_list(request: AskedBySelf) -> HttpResponse:
    form = AbsenceForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, f"{form.colleague.name} stands in for you then.")
        return redirect("verification:absences")
    rows = list(Absence.objects.filter(person_id=request.person.pk, ends_at__gt=now()).order_by("starts_at"))
    shown = {
        "form": form,
        "absences": _shown(form, rows),
        "zone": request.person.timezone,
        "own_pages": own_pages(request.path),
    }
    return render(request, "verification/absences.html", shown, status=422 if form.errors else 200)


def _shown(form: AbsenceForm, rows: list[Absence]) -> list[dict[str, object]]:
    names = people(row.stand_in_id for row in rows)
    places = dict(form.fields["where"].choices)  # type: ignore[attr-defined]  # as above
    return [
        {
            "row": row,
            "last": row.ends_at - timedelta(seconds=1),
            "stand_in": names[row.stand_in_id]["name"] or "Somebody who has left",
            "where": places.get(f"{row.organization_id or ''}/{row.agent}".removeprefix("/"), row.agent),
        }
        for row in rows
    ]


@door(SELF)
@require_POST
def absence_ending(request: AskedBySelf, absence: uuid.UUID) -> HttpResponse:
    """Ends it now, or calls it off where it has not begun."""
    with transaction.atomic():
        found = Absence.objects.select_for_update().filter(pk=absence, person_id=request.person.pk).first()
        if found is None:
            raise NotFound("There is no such absence of yours. It may have ended already.")
        found.delete()
        for seat in seats_of(request.person):
            if found.organization_id in (None, seat.organization_id):
                record("membership.back", seat, _by(request.person), agent=found.agent)
    messages.success(request, "You are asked again yourself.")
    return redirect("verification:absences")
