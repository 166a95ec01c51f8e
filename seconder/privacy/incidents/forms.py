from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.privacy.incidents.kinds_of_data import KINDS
from seconder.privacy.incidents.register import LONGEST_TEXT, LONGEST_TITLE, MOST_PEOPLE, TOLD, Known
from seconder.privacy.models.incident import RISKS, ROLES


def _moment(label: str, help_text: str = "", *, required: bool = False) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


def _text(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=forms.Textarea, help_text=help_text
    )


class IncidentForm(OnlyDeclared):
    title = forms.CharField(
        max_length=LONGEST_TITLE,
        label="What is it, in a line?",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = _text("What happened?", "What you know now. More can be added at any time.", required=True)
    aware_at = _moment(
        "When did you come to know of it?", "From here the 72 hours count. In UTC.", required=True
    )
    began_at = _moment("When did it begin?", "In UTC, as far as known.")
    ended_at = _moment("When did it end?", "In UTC. Empty while it goes on, or is not known.")
    role = forms.ChoiceField(
        label="Whose data is it?", choices=list(ROLES.items()), widget=forms.RadioSelect, initial="controller"
    )
    kinds = forms.MultipleChoiceField(
        label="Which kinds of data?",
        required=False,
        choices=[(kind, label) for kind, (label, _) in KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.IntegerField(
        label="How many people, roughly?", required=False, min_value=0, max_value=MOST_PEOPLE
    )
    risk = forms.ChoiceField(
        label="How large is the risk to them?", choices=list(RISKS.items()), initial="unknown"
    )
    consequences = _text("What may follow for them?")
    measures = _text("What was done about it, and what will be?")

    def known(self) -> Known:
        return Known(**self.cleaned_data)


class EntryForm(OnlyDeclared):
    text = _text("What happened, was found, was decided?", required=True)


class NoticeForm(OnlyDeclared):
    to = forms.ChoiceField(label="Who was told?", choices=list(TOLD.items()))
    happened_at = _moment("When?", "In UTC. Empty: just now.")
    how = _text("How, and by whom?", "More than 72 hours after it was known: why so late.")


class ClosureForm(OnlyDeclared):
    lessons = _text(
        "What was learned?", "What made it possible, and what keeps it from happening again.", required=True
    )


class ReopeningForm(OnlyDeclared):
    why = _text("Why is it opened again?", required=True)
