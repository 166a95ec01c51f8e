from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.organizations.logos import WHAT
from seconder.accounts.organizations.naming import LONGEST_NAME


class FoundingForm(OnlyDeclared):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Name",
        help_text="What colleagues call it, like Brightwater Ltd. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    slug = forms.CharField(
        max_length=LONGEST_NAME, label="Address", required=False,
        help_text="Stands in every link, for good: letters a to z, digits and hyphens. "
        "Left empty, it is made from the name.",
    )  # fmt: skip


class NameForm(OnlyDeclared):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AddressForm(OnlyDeclared):
    address = forms.CharField(
        required=False, label="Postal address", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands at the end of mail that its reader can stop: digests and news. Laws ask for it.",
    )  # fmt: skip


class LogoForm(OnlyDeclared):
    logo = forms.FileField(
        label="Picture", help_text=WHAT, widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})
    )  # fmt: skip
