from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from seconder.accounts import places
from seconder.accounts.hours import week as weeks
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.core.working_time import Hours, Week

_DATE = {"type": "date"}


class DayField(forms.CharField):
    """The hours of one day, as people write them."""

    def __init__(self, name: str) -> None:
        super().__init__(required=False, max_length=200, label=name.capitalize())

    def clean(self, value: object) -> Hours:
        try:
            return weeks.read(super().clean(value))
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class WeekForm(OnlyDeclared):
    """A day that is left empty is a day without work."""

    def __init__(self, week: Week, data: Any = None) -> None:  # Any: what was posted
        kept = {name: weeks.text(hours) for name, hours in zip(weeks.DAYS, week, strict=True)}
        super().__init__(data, initial=kept)
        self.fields |= {name: DayField(name) for name in weeks.DAYS}

    @property
    def week(self) -> Week:
        return tuple(self.cleaned_data[name] for name in weeks.DAYS)


class UsualForm(WeekForm):
    def __init__(self, week: Week, zone: str, data: Any = None) -> None:  # Any: as above
        super().__init__(week, data)
        choices = [
            (name, name.replace("_", " "))
            for name in dict.fromkeys([*places.zones(), *([zone] * bool(zone))])
        ]
        self.fields["timezone"] = forms.ChoiceField(
            required=False, label="Time zone", choices=[("", "None"), *choices], initial=zone,
            help_text="Of members who have chosen none.",
        )  # fmt: skip


class DaysOffForm(OnlyDeclared):
    first = forms.DateField(label="First day", widget=forms.DateInput(attrs=_DATE))
    last = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs=_DATE),
        help_text="Empty: that one day.",
    )


class HolidayForm(OnlyDeclared):
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs=_DATE))
    name = forms.CharField(
        max_length=100, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class CalendarForm(OnlyDeclared):
    calendar = forms.FileField(
        label="Calendar", widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text="A file that ends in .ics, as calendars export it. Its whole days from today on become holidays.",
    )  # fmt: skip
