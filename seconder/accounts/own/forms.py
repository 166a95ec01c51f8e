from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from seconder.accounts import places, usernames
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.models import Person
from seconder.accounts.names import seen


class ProfileForm(OnlyDeclared):
    """What a person says of themselves. The address is changed elsewhere: it takes a proof and a code."""

    name = forms.CharField(max_length=200, label="Name", help_text="What colleagues call you.")
    username = forms.CharField(
        max_length=30, required=False, label="Username",
        help_text="Seen by colleagues. Small letters and digits. One that you had stays yours and nobody else's.",
    )  # fmt: skip
    timezone = forms.ChoiceField(label="Time zone", help_text="In which times are shown and mail is dated.")

    def __init__(self, person: Person, data: Any = None) -> None:  # Any: what was posted
        kept = {"name": person.name, "username": person.username or "", "timezone": person.timezone}
        super().__init__(data, initial=kept)
        self.person = person
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        choices = dict.fromkeys([*places.zones(), person.timezone])
        wanted = self.data.get("timezone", "")
        if places.is_zone(wanted):
            choices[wanted] = None  # an older name of a zone, which the browser suggested
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in choices]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_name(self) -> str:
        name = seen(self.cleaned_data["name"])
        if not name:
            raise ValidationError("Give a name that can be seen.")
        return name

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"]
        if not typed.strip():
            if self.person.username:
                raise ValidationError("A username can be changed, not given up.")
            return ""
        name = usernames.checked(typed)
        if name != self.person.username:
            usernames.refuse_likeness(name, self.person.email)
            usernames.refuse_haste(self.person)
        return name

    def save(self) -> bool:
        """False where the username was not to be had."""
        person, given = self.person, self.cleaned_data
        try:
            with transaction.atomic():
                if given["username"] and given["username"] != person.username:
                    usernames.take(person, given["username"])
                person.name, person.timezone = given["name"], given["timezone"]
                person.save(update_fields=["name", "username", "timezone"])
        except ValidationError as taken:
            self.add_error("username", taken)
            return False
        return True
