from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms

from seconder.accounts.actor import Actor, can
from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.keys.asking import LONGEST_NAME, Wanted, may_hold
from seconder.accounts.roles import MEANS
from seconder.ui import words

DAYS = {7: "A week", 30: "30 days", 90: "90 days", 180: "Half a year", 365: "A year"}


class KeyForm(OnlyDeclared):
    name = forms.CharField(
        max_length=LONGEST_NAME, label="What is it for?", help_text="You find it again by this, like Nightly export.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="Whose is it?",
        choices=[
            ("personal", "Yours: it acts as you"),
            ("service", "A program's: it never decides a review"),
        ],
        widget=forms.RadioSelect,
        initial="personal",
    )
    extent = forms.ChoiceField(
        label="What may it do?",
        choices=[("all", "All that your role allows, now and later"), ("some", "Only what is ticked below")],
        widget=forms.RadioSelect,
        initial="all",
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each is a scope of the key.",
    )
    days = forms.TypedChoiceField(
        label="How long does it last?", choices=list(DAYS.items()), coerce=int, initial=90
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # Any: whatever Django gives a form
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = grouped(may_hold(actor))  # type: ignore[attr-defined]  # a choice field
        if not can(actor, "keys.manage"):
            del self.fields["kind"]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        scopes = said["scopes"] if said["extent"] == "some" else None
        return Wanted(said["name"], scopes, said.get("kind") == "service", said["days"])


def grouped(verbs: frozenset[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Verbs under their nouns, each with what it lets one do."""
    held = [verb for verb in MEANS if verb in verbs]
    return [
        (words.label(noun), [(verb, f"{MEANS[verb]} ({verb})") for verb in theirs])
        for noun, theirs in groupby(held, key=lambda verb: verb.partition(".")[0])
    ]
