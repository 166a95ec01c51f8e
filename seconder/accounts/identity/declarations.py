"""What everybody declares at sign-up. By itself, because allauth builds its own forms on this one."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from seconder.accounts import notice
from seconder.accounts.models import Person
from seconder.core.clock import now

OLD_ENOUGH = 16


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

    def signup(self, _request: HttpRequest, user: Person) -> None:
        """Called by allauth once the person has a row."""
        user.name = self.cleaned_data["name"] or user.username or user.email.partition("@")[0]
        user.policy_version, user.policy_accepted_at = notice.version(), now()
        user.declared_age_at = now()
        user.save(update_fields=["name", "policy_version", "policy_accepted_at", "declared_age_at"])
