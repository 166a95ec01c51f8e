from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.privacy.models.request import KINDS
from seconder.privacy.requests.asking import LONGEST


class OwnForm(OnlyDeclared):
    """What is done at once on one's own pages (a copy, deleting) is not asked for here."""

    kind = forms.ChoiceField(label="What you ask for", choices=list(KINDS.items()), widget=forms.RadioSelect)
    text = forms.CharField(
        max_length=LONGEST, required=False, label="In your words", widget=forms.Textarea,
        help_text="What it is about, if there is more to say. Give no papers of yours: the proof is yours already.",
    )  # fmt: skip


class PublicForm(OwnForm):
    address = forms.EmailField(
        label="Your e-mail address", help_text="A code goes there, if we hold anything of this address."
    )
    field_order = ("address", "kind", "text")


class CodeForm(OnlyDeclared):
    code = forms.CharField(
        max_length=20, label="Code", widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )


class AnswerForm(OnlyDeclared):
    what = forms.ChoiceField(
        label="What you say",
        choices=[
            ("answered", "It is done; the answer is:"),
            ("extended", "It takes up to two months more, because:"),
            ("refused", "We cannot do it, because:"),
        ],
        widget=forms.RadioSelect,
        initial="answered",
    )
    text = forms.CharField(max_length=LONGEST, label="Your words", widget=forms.Textarea)
