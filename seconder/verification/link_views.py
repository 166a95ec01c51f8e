from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from seconder.accounts.places import zone_of
from seconder.core.doors import open_to_all
from seconder.core.refusals import Refusal
from seconder.core.responses import SeeOther
from seconder.ui import uploads
from seconder.verification import answering, links, pages
from seconder.verification.forms import DecisionForm
from seconder.verification.links import LinkOver, Opened


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever fetches it looks and changes nothing; POST answers, once. No cache keeps a page that a secret opens."""
    try:
        opened = links.find(token)
        zone = zone_of(opened.actor.person.timezone)
        with scope(organization=opened.actor.organization.pk), timezone.override(zone):
            answered = _answer(request, opened) if request.method == "POST" else _look(request, opened)
    except LinkOver as over:
        answered = render(request, "verification/link_over.html", {"detail": over.detail}, status=over.status)
    answered["Cache-Control"] = "no-store"
    return answered


def _look(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What was asked is shown until it was answered by this link: a mail that lies around tells nothing more."""
    if opened.is_used:
        return render(request, "verification/link_over.html", _used(opened))
    return _page(request, opened)


def _answer(request: HttpRequest, opened: Opened) -> HttpResponse:
    form = DecisionForm.of(opened.review, request.POST.dict(), uploads.given(request))
    try:
        links.answer(opened, form)
    except LinkOver:
        raise
    except Refusal as refused:
        return _page(request, opened, form, refused)
    return SeeOther(request.path)


def _page(
    request: HttpRequest, opened: Opened, form: DecisionForm | None = None, refused: Refusal | None = None
) -> HttpResponse:
    page = answering.alone(opened.actor, opened.review, form=form, refused=refused)
    if page["decision"]:
        # By a link one answers what is shown; values are changed by who is signed in.
        page["decision"] |= {"url": request.path, "edit_url": None, "editing": False}
    page |= {"person": opened.actor.person, "page_url": _address(opened)}
    return render(request, "verification/link.html", page, status=refused.status if refused else 200)


def _used(opened: Opened) -> dict[str, object]:
    """An edit of somebody else's starts the vote anew: what was answered before it counts no more."""
    review, me = opened.review, opened.actor.person.pk
    decision = review.decisions.filter(person_id=me, digest=review.digest).first()
    detail = (
        "It works once, and was used. What is asked has changed since: sign in to answer it as it stands now."
    )
    return {
        "said": answering.said(review, decision.verdict) if decision else "",
        "detail": "" if review.status != "open" else detail,
        "page_url": _address(opened),
    }


def _address(opened: Opened) -> str:
    return pages.address(opened.review, opened.actor.organization.slug)
