"""The page on which people say when they are out of office, and who stands in: one's own, across organizations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.models import Membership, Person
from seconder.accounts.naming import people
from seconder.accounts.own import own_pages
from seconder.core.clock import now
from seconder.core.doors import SELF, door
from seconder.events.by import By
from seconder.ui.forms import given
from seconder.verification.behind import agents_of
from seconder.verification.being_away import come_back, go_away, seats_of
from seconder.verification.models import Absence

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=3653)  # ten years


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
        seen = agents_of([Actor.of_seat(seat, "web") for seat in self.seats])
        made: list[tuple[str, str]] = []
        for home in (seat.organization for seat in self.seats):
            made.append((f"{home.pk}/", f"{home.name}: everything"))
            theirs = seen.get(home.pk, {})
            made += [(f"{home.pk}/{slug}", f"{home.name}: {name}") for slug, name in theirs.items()]
        return made

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        today = timezone.localdate()
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day is before the first.")
        elif ends and ends < today:
            self.add_error("ends", "That day is over.")
        elif ends and ends - today > FARTHEST:
            self.add_error("ends", "That is more than ten years away; name an earlier day.")
        elif starts and ends and ends - starts > LONGEST:
            self.add_error("ends", "That is more than a year; say it in parts.")
        if self.cleaned_data.get("stand_in") and "where" in self.cleaned_data:
            homes = self._organizations(self.cleaned_data["where"])
            self._find_stand_in(self.cleaned_data["stand_in"], homes)
        return cleaned

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
        said = self.cleaned_data
        organization, _, agent = said["where"].partition("/")
        return go_away(
            self.person,
            self.colleague,
            said["starts"],
            said["ends"],
            by=_by(self.person),
            organization=uuid.UUID(organization) if organization else None,
            agent=agent,
        )


def _by(person: Person) -> By:
    return By("person", person.pk, "web", "session")


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def absence_list(request: AskedBySelf) -> HttpResponse:
    form = AbsenceForm(request.person, request.POST if request.method == "POST" else None)
    if form.is_bound and given(form, form.save) is not None:
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
    come_back(request.person, absence, _by(request.person))
    messages.success(request, "You are asked again yourself.")
    return redirect("verification:absences")
