"""What everybody declares at sign-up. By itself, because allauth builds its own forms on this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from seconder.accounts import notice
from seconder.accounts.models import Person
from seconder.accounts.names import seen
from seconder.core.clock import now

OLD_ENOUGH = 16


@dataclass(frozen=True)
class Declared:
    """The name, and when and to which version of the notice somebody agreed."""

    name: str
    policy_version: str
    at: datetime

    @classmethod
    def of(cls, filled: dict[str, Any]) -> Declared:  # Any: what a form found right
        """Just now, in a form. Without a name colleagues see the username."""
        name = filled["name"] or filled.get("username") or filled["email"].partition("@")[0]
        return cls(name, notice.accepted(), now())

    def kept(self) -> dict[str, str]:
        """As it lies in the session."""
        return {"name": self.name, "policy_version": self.policy_version, "at": self.at.isoformat()}

    @classmethod
    def from_kept(cls, kept: dict[str, str]) -> Declared:
        return cls(kept["name"], kept["policy_version"], datetime.fromisoformat(kept["at"]))

    def by(self, person: Person) -> None:
        """Writes it onto the person; the caller saves."""
        person.name, person.policy_version = self.name, self.policy_version
        person.policy_accepted_at = person.declared_age_at = self.at


class Declarations(forms.Form):
    """What is declared at every sign-up, whether with a password or through an identity provider."""

    name = forms.CharField(
        max_length=200, required=False, label="Name", help_text="What colleagues call you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    is_old_enough = forms.BooleanField(
        label=f"I am {OLD_ENOUGH} or older",
        error_messages={"required": f"Seconder is for people of {OLD_ENOUGH} and older."},
    )
    accepts_policy = forms.BooleanField(
        label="I have read the privacy notice",
        error_messages={"required": "Read the privacy notice (below) and tick this to go on."},
    )

    def clean_name(self) -> str:
        return seen(self.cleaned_data["name"])

    def signup(self, _request: HttpRequest, user: Person) -> None:
        """Called by allauth once the person has a row."""
        Declared.of(self.cleaned_data | {"username": user.username, "email": user.email}).by(user)
        user.save(update_fields=["name", "policy_version", "policy_accepted_at", "declared_age_at"])
