from __future__ import annotations

from typing import Any

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.privacy.policy.publishing import LONGEST_SUMMARY, Draft

_WEIGHTS = {
    "": "As it was found",
    "material": "As one that matters: everybody is told, in the product and by mail",
}


class PublishForm(OnlyDeclared):
    summary = forms.CharField(
        max_length=LONGEST_SUMMARY,
        label="What is new, in a few plain words",
        help_text="People read this in the product and in the mail.",
        widget=forms.Textarea,
    )
    effective_on = forms.DateField(label="In force from", widget=forms.DateInput(attrs={"type": "date"}))
    weight = forms.ChoiceField(label="Tell it", choices=list(_WEIGHTS.items()), required=False)

    def __init__(self, draft: Draft, data: Any = None) -> None:  # Any: what was posted
        super().__init__(data, initial={"effective_on": draft.earliest_found})


class AddressForm(OnlyDeclared):
    email = forms.EmailField(
        max_length=254, label="E-mail address", help_text="You get one mail now, to confirm that it is yours.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
