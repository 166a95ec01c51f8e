from __future__ import annotations

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """After a POST: look there, with GET, whatever the method was."""

    status_code = 303
