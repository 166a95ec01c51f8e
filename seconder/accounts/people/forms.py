from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.models import Membership, Team
from seconder.accounts.people.joining import role_names

SUGGESTED = 50


class RoleForm(OnlyDeclared):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *given: object, titles: dict[str, str], **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # whatever Django gives a form
        self.fields["role"].choices = list(titles.items())  # type: ignore[attr-defined]  # a ChoiceField


class ColleagueForm(OnlyDeclared):
    """Names a member by address; the first few are suggested."""

    to = forms.EmailField(label="Colleague", help_text="Their e-mail address.")

    def __init__(self, *given: object, required: bool = True, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # as above
        self.fields["to"].required = required
        members = (
            Membership.objects.active().order_by("person__name").values_list("person__email", "person__name")
        )
        self.fields["to"].suggestions = list(members[:SUGGESTED])  # type: ignore[attr-defined]  # read by `ui.forms`

    def clean_to(self) -> Membership | None:
        if not (email := self.cleaned_data["to"]):
            return None
        rows = Membership.objects.active().select_related("person", "custom_role")
        found = rows.filter(person__email__iexact=email).first()
        if found is None:
            raise forms.ValidationError("Nobody here has this address.")
        return found


class FilterForm(forms.Form):
    """What the list of people is narrowed down to; never refused, as it only looks."""

    text = forms.CharField(required=False, label="Name or address")
    role = forms.ChoiceField(required=False, label="Role")
    team = forms.ChoiceField(required=False, label="Team")
    state = forms.ChoiceField(
        required=False, label="State", choices=[("", "Any"), ("active", "Active"), ("suspended", "Suspended")]
    )

    def __init__(self, *given: object, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # as above
        self.fields["role"].choices = [("", "Any"), *((name, name) for name in role_names())]  # type: ignore[attr-defined]  # as above
        teams = Team.objects.order_by("name")[:200]
        self.fields["team"].choices = [("", "Any"), *((team.name, str(team)) for team in teams)]  # type: ignore[attr-defined]  # as above
