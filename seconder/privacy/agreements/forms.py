from __future__ import annotations

from django import forms

from seconder.accounts.identity.forms import OnlyDeclared
from seconder.core.purposes import PURPOSES
from seconder.privacy.agreements.recording import LONGEST_NOTICE, LONGEST_TEXT, Terms, hash_of_file
from seconder.privacy.models.agreement import REGIONS, STANDINGS

_DAY = forms.DateInput(attrs={"type": "date"})


class AgreementForm(OnlyDeclared):
    standing = forms.ChoiceField(
        label="What is this organization?", choices=list(STANDINGS.items()), widget=forms.RadioSelect
    )
    version = forms.CharField(
        max_length=50, label="Version", help_text="As the document names it, like 2026-11.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        label="The text that was signed",
        widget=forms.Textarea,
        strip=False,
    )
    file = forms.FileField(
        required=False, label="Or the file", help_text="Kept are its name and its SHA-256, not the file.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.txt,.md,.docx,.odt"}),
    )  # fmt: skip
    region = forms.ChoiceField(label="Where may the data be?", choices=list(REGIONS.items()))
    purposes = forms.MultipleChoiceField(
        label="What may be done with it?",
        choices=[(each.id, each.words) for each in PURPOSES.values()],
        widget=forms.CheckboxSelectMultiple,
    )
    notice_days = forms.IntegerField(
        min_value=0,
        max_value=LONGEST_NOTICE,
        initial=30,
        label="Days of notice before a new sub-processor begins",
    )
    signed_by = forms.CharField(
        max_length=2500, label="Signed by", widget=forms.Textarea,
        help_text="One a line, with whom they signed for: Jane Doe, Acme GmbH.",
    )  # fmt: skip
    signed_on = forms.DateField(label="Signed on", widget=_DAY)
    effective_from = forms.DateField(label="In force from", widget=_DAY)
    effective_until = forms.DateField(
        label="Until",
        required=False,
        widget=_DAY,
        help_text="The last day. Empty: until another version begins.",
    )

    def terms(self) -> Terms:
        """Raises TooLarge, Invalid for a file that cannot be one."""
        said = self.cleaned_data
        file = said["file"]
        return Terms(
            standing=said["standing"],
            version=said["version"],
            region=said["region"],
            purposes=said["purposes"],
            notice_days=said["notice_days"],
            signed_by=said["signed_by"].splitlines(),
            signed_on=said["signed_on"],
            effective_from=said["effective_from"],
            effective_until=said["effective_until"],
            text=said["text"],
            file_name=file.name if file else "",
            file_hash=hash_of_file(file.file) if file else "",
        )
