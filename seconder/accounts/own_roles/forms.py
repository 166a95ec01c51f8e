from __future__ import annotations

from django import forms

from seconder.accounts.actor import Actor
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.keys.forms import grouped
from seconder.accounts.organizations.naming import LONGEST_NAME
from seconder.accounts.own_roles.changing import ALWAYS
from seconder.accounts.roles import OTHERS


class RoleForm(OnlyDeclared):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Short name",
        help_text="What lists and the API call it, for good: letters a to z, digits and hyphens, like auditor.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(
        max_length=LONGEST_NAME, label="Name", help_text="What people read.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    verbs = forms.MultipleChoiceField(
        label="It may", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Only what you may do yourself. The home page and notifications open to everybody.",
    )  # fmt: skip

    def __init__(self, actor: Actor, *given: object, is_new: bool = True, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # whatever Django gives a form
        offered = grouped((OTHERS & actor.may_give) - ALWAYS)
        self.fields["verbs"].choices = offered  # type: ignore[attr-defined]  # a choice field
        if not is_new:
            del self.fields["name"]
