from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.privacy.matters.register import TEXT, Terms
from seconder.privacy.models.matter import KINDS

_DAY = forms.DateInput(attrs={"type": "date"})


class MatterForm(OnlyDeclared):
    kind = forms.ChoiceField(label="What is it?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    party = forms.CharField(
        max_length=TEXT, label="To whom", help_text="The company, and who there.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    why = forms.CharField(
        max_length=TEXT,
        label="What for",
        help_text="The matter, and the paper that binds them.",
        widget=forms.Textarea,
    )
    is_personal = forms.BooleanField(
        required=False,
        label="It tells of single people",
        help_text="Then somebody else says yes first. Without it only numbers, and texts without people.",
    )
    begins_on = forms.DateField(label="From", widget=_DAY)
    ends_on = forms.DateField(label="Until", widget=_DAY, help_text="The last day, 90 days later at most.")

    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


class HandoverForm(OnlyDeclared):
    what = forms.CharField(max_length=TEXT, label="What was handed over", widget=forms.Textarea)
    people = forms.IntegerField(min_value=0, initial=0, label="Of how many people it tells")
