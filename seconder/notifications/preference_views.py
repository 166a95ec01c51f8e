"""The page in one's account on which one chooses what one hears by mail, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from seconder.accounts.gate import AskedBySelf
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.own import own_pages
from seconder.core.doors import SELF, door
from seconder.notifications.kinds import ALWAYS, KINDS, WAYS
from seconder.notifications.models import Preferences
from seconder.notifications.preferring import Chosen, choose
from seconder.ui.forms import given

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class PreferencesForm(OnlyDeclared):
    digest_hour = forms.ChoiceField(choices=_HOURS, label="The digest comes at")
    digest_days = forms.MultipleChoiceField(
        choices=[(str(number), day) for number, day in enumerate(DAYS)],
        widget=forms.CheckboxSelectMultiple, label="On these days",
    )  # fmt: skip
    quiet_from = forms.ChoiceField(choices=[("", "Never"), *_HOURS], required=False, label="Quiet from")
    quiet_until = forms.ChoiceField(choices=[("", "Never"), *_HOURS], required=False, label="Until")

    def __init__(self, kept: Preferences, data: Any = None) -> None:  # Any: what was posted
        super().__init__(data, initial=_initial(kept))
        for kind in KINDS.values():
            self.fields[kind.name] = forms.ChoiceField(choices=list(WAYS.items()), label=kind.label)
        self.order_fields([*KINDS])

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", "Quiet hours have a beginning and an end; choose both or neither.")
        return cleaned

    def chosen(self) -> Chosen:
        said = self.cleaned_data
        return Chosen(
            ways={name: said[name] for name in KINDS},
            digest_hour=int(said["digest_hour"]),
            digest_days=[int(day) for day in said["digest_days"]],
            quiet=[int(said["quiet_from"]), int(said["quiet_until"])] if said["quiet_from"] else [],
        )


def _initial(kept: Preferences) -> dict[str, object]:
    hours = {name: getattr(kept, name) for name in ("digest_hour", "quiet_from", "quiet_until")}
    return {
        **{kind.name: kept.way(kind) for kind in KINDS.values()},
        **{name: "" if hour is None else str(hour) for name, hour in hours.items()},
        "digest_days": [str(day) for day in kept.digest_days],
    }


@door(SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AskedBySelf) -> HttpResponse:
    kept = Preferences.of(request.person)
    form = PreferencesForm(kept, request.POST if request.method == "POST" else None)
    if form.is_bound and given(form, lambda: choose(request.person, form.chosen())) is not None:
        messages.success(request, "You hear as you chose from now on.")
        return redirect("notifications:preferences")
    shown = {
        "form": form,
        "always": ALWAYS,
        "zone": request.person.timezone,
        "own_pages": own_pages(request.path),
    }
    return render(request, "notifications/preferences.html", shown, status=422 if form.errors else 200)
