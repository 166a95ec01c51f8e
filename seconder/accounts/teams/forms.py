from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.organizations.naming import LONGEST_NAME


class TeamForm(OnlyDeclared):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Short name",
        help_text="What agents' files call it, for good: letters a to z, digits and hyphens, like night-shift.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(
        max_length=LONGEST_NAME, required=False, label="Name",
        help_text="What people read. You can change it later.", widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class TitleForm(OnlyDeclared):
    title = forms.CharField(
        max_length=LONGEST_NAME, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
