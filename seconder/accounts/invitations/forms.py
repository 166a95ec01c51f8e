from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.accounts.invitations.inviting import LONGEST_MESSAGE
from seconder.accounts.invitations.table import LARGEST
from seconder.accounts.models import Team
from seconder.core.refusals import TooLarge

SUGGESTED = 50


class InvitationForm(OnlyDeclared):
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label="Role")
    teams = forms.CharField(
        required=False, label="Teams", max_length=500,
        help_text="Short names with commas between, like finance, legal. A new one is made where you may make teams.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    message = forms.CharField(
        required=False, label="Message", max_length=LONGEST_MESSAGE, widget=forms.Textarea,
        help_text="Stands in the letter as yours.",
    )  # fmt: skip

    def __init__(self, *given: object, titles: dict[str, str], **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # whatever Django gives a form
        self.fields["role"].choices = list(titles.items())  # type: ignore[attr-defined]  # a ChoiceField
        known = Team.objects.order_by("name").values_list("name", "title")[:SUGGESTED]
        self.fields["teams"].suggestions = list(known)  # type: ignore[attr-defined]  # read by `ui.forms`

    def clean_teams(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["teams"].split(",") if name.strip()]


class ListForm(OnlyDeclared):
    """A file, or the same text pasted."""

    file = forms.FileField(
        required=False, label="File", allow_empty_file=True,
        help_text="CSV with the columns email, role, team and message; only email is needed. At most 10,000 lines.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )  # fmt: skip
    text = forms.CharField(
        required=False, label="Or paste the lines", strip=False, widget=forms.Textarea,
        help_text="For example: jane@example.com,reviewer,finance,Welcome",
    )  # fmt: skip

    def content(self) -> bytes:
        """What was given, whichever way."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return str(self.cleaned_data["text"]).encode()
        if (file.size or 0) > LARGEST:
            raise TooLarge(f"This list is larger than {LARGEST // 1024 // 1024} MB. Split it.")
        return bytes(file.read())
