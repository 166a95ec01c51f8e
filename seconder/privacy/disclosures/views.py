from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seconder.accounts.freshness import fresh
from seconder.accounts.gate import AskedBySelf
from seconder.accounts.own import own_pages
from seconder.core.calls import PageQuery, page
from seconder.core.doors import SELF, door
from seconder.core.refusals import NotFound
from seconder.privacy.disclosures import files, pages, words
from seconder.privacy.models import Disclosure

SIZE = 50
_FILES = {"csv": (files.as_csv, "text/csv; charset=utf-8"), "json": (files.as_json, "application/json")}


@door(SELF)
@require_safe
def disclosures(request: AskedBySelf) -> HttpResponse:
    """Who received which kinds of one's own data."""
    shown = {**pages.table(request.person), "own_pages": own_pages(request.path)}
    return render(request, "privacy/disclosures/list.html", shown)


@door(SELF)
@require_safe
def disclosures_to(request: AskedBySelf, recipient: str) -> HttpResponse:
    """All that went to one recipient. `?cursor=` goes on."""
    mine = Disclosure.objects.filter(person_id=request.person.pk, recipient=recipient)
    rows, following = page(mine, PageQuery(limit=SIZE, cursor=request.GET.get("cursor") or None))
    if not rows:
        raise NotFound("Nothing of yours went there.")
    shown = {
        "name": words.recipient(recipient),
        "entries": pages.entries(request.person, rows),
        "next_url": f"?cursor={following}" if following else None,
        "own_pages": own_pages(request.path),
    }
    return render(request, "privacy/disclosures/recipient.html", shown)


@door(SELF)
@fresh
@require_safe
def disclosures_file(request: AskedBySelf, form: str) -> HttpResponse:
    """The whole ledger of one's own, to keep."""
    made, kind = _FILES[form]
    answer = HttpResponse(made(request.person), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="disclosures.{form}"'
    return answer
