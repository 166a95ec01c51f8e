from __future__ import annotations

from typing import Any

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.models import Person
from seconder.privacy.erasure.planning import Plan, Seat
from seconder.privacy.models.erasure import GRACE

WHEN = [
    ("later", f"In {GRACE.days} days; until then I can keep it"),
    ("now", "Now; nobody can bring it back"),
]


class DeletionForm(OnlyDeclared):
    """Who takes over what, when, and one's own address typed out."""

    when = forms.ChoiceField(label="When", choices=WHEN, initial="later", widget=forms.RadioSelect)
    address = forms.CharField(
        max_length=254,
        label="Your e-mail address",
        help_text="Type it out, so that nothing is deleted by a slip.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, person: Person, plan: Plan, data: Any = None) -> None:  # Any: what was posted
        super().__init__(data)
        self.person = person
        # Where nothing goes to anybody, nobody is named: a guest does not learn here who else there is.
        passing_on = [one for one in plan.seats if one.heirs and (one.things or one.seat.role == "owner")]
        self.organizations = {f"heir-{one.seat.organization.slug}": one.seat for one in passing_on}
        for name, one in zip(self.organizations, passing_on, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=f"Who takes over in {one.seat.organization.name}",
                choices=[(str(heir.person_id), heir.person.name) for heir in one.heirs],
                initial=str(one.heirs[0].person_id),
                help_text=_help(one),
            )
        self.order_fields([*self.organizations, "when", "address"])

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if typed.strip().lower() != self.person.email.lower():
            raise forms.ValidationError("This is not the address of your account.")
        return typed

    @property
    def heirs(self) -> dict[str, str]:
        """organization id → person id."""
        return {
            str(seat.organization_id): self.cleaned_data[name] for name, seat in self.organizations.items()
        }


def _help(one: Seat) -> str:
    things = ", ".join(one.things) or "Nothing that somebody has to have"
    return f"{things}. Where nobody else owns the organization, they become an owner."
