from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.telemetry.gate.noise import LEAST, MOST
from seconder.telemetry.measures import MEASURES
from seconder.telemetry.releases.handing_out import Wanted

_DAY = forms.DateInput(attrs={"type": "date"})
LONGEST = 200  # characters


class ReleaseForm(OnlyDeclared):
    measure = forms.ChoiceField(
        label="Numbers of what?", choices=[(m.id, m.words) for m in MEASURES.values()]
    )
    first = forms.DateField(label="From", widget=_DAY)
    last = forms.DateField(label="To", widget=_DAY, help_text="The last day; it must be over.")
    recipient = forms.CharField(label="Who gets them?", max_length=LONGEST)
    contract = forms.CharField(
        label="What binds them",
        max_length=LONGEST,
        help_text="The agreement in which they promise not to look for anybody in the numbers.",
    )
    epsilon = forms.DecimalField(
        label="Noise (epsilon)",
        required=False,
        min_value=LEAST,
        max_value=MOST,
        help_text="Empty: exact numbers. The smaller, the more noise; each is taken from the year's budget.",
    )

    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)
