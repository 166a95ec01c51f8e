from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import forms

_TOKEN = re.compile(r"[\w-]{20,100}", re.ASCII)


class LinkForm(forms.Form):
    """A sign-in link, pasted whole or only its last part; `next` is the page that was wanted."""

    link = forms.CharField(max_length=2000, label="Sign-in link")
    next = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)

    def clean_link(self) -> str:
        """The token in it."""
        pasted: str = self.cleaned_data["link"]
        last = urlsplit(pasted.strip()).path.rstrip("/").rpartition("/")[2]
        if not _TOKEN.fullmatch(last):
            raise forms.ValidationError("This is not a sign-in link. It looks like http://…/sign-in/… .")
        return last
