"""The pages of giving a seat in a review to a colleague, and of saying that one looks at it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from seconder.accounts.actor import Actor
from seconder.accounts.gate import Asked
from seconder.accounts.models import Person
from seconder.accounts.people.forms import ColleagueForm
from seconder.core.doors import door
from seconder.core.responses import SeeOther
from seconder.ui.forms import given
from seconder.verification import claiming
from seconder.verification.deciding import hindrance
from seconder.verification.delegating import delegate, places
from seconder.verification.models import Delegation, Review
from seconder.verification.pages import address
from seconder.verification.views import find


class DelegationForm(ColleagueForm):
    """Whose seat goes to whom, and why. One's own needs no reason."""

    field_order = ("from", "to", "note")
    note = forms.CharField(required=False, widget=forms.Textarea, label="Note")

    def __init__(self, actor: Actor, review: Review, data: Any = None) -> None:  # Any: what was posted
        super().__init__(data)
        self.actor, self.review = actor, review
        whose = self._whose()
        # One's own comes first; who has none here chooses whose it is.
        mine = actor.person.email if whose[0][0] == actor.person.email else None
        self.fields["from"] = forms.ChoiceField(label="Whose place", choices=whose, initial=mine)
        self.fields["note"].help_text = "Whoever takes it reads this. Needed where the place is not yours."
        self.order_fields(self.field_order)

    def _whose(self) -> list[tuple[str, str]]:
        """Addresses of those whose place this actor may give away. Raises what stands against each."""
        me = self.actor.person
        theirs = places(self.review, self.actor, hindrance(self.review, self.actor))
        others = Person.objects.filter(pk__in=theirs).exclude(pk=me.pk).order_by("name")
        mine = [(me.email, "Yours")] if me.pk in theirs else []
        return [*mine, *others.values_list("email", "name")]

    def give(self) -> Delegation:
        said = self.cleaned_data
        email = said["to"].person.email
        return delegate(self.review, self.actor, email, note=said["note"], whose=said["from"])


@door("reviews.read", rule="reviews.delegate")
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    one = find(request, review)
    form = DelegationForm(request.actor, one, request.POST if request.method == "POST" else None)
    made = given(form, form.give) if form.is_bound else None
    if made is None:
        shown = {"form": form, "question": one.question, "review_url": address(one, organization)}
        return render(request, "verification/delegation.html", shown, status=422 if form.errors else 200)
    messages.success(request, f"{form.cleaned_data['to'].person.name} is asked now.")
    is_mine = Review.objects.visible_to(request.actor).filter(pk=one.pk).exists()
    return SeeOther(
        address(one, organization) if is_mine else reverse("verification:inbox", args=[organization])
    )


@door("reviews.read", rule="reviews.decide")
@require_POST
def claim(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    one = find(request, review)
    claiming.claim(one, request.actor)
    messages.success(request, "The others see that you look at this, for half an hour.")
    return SeeOther(address(one, organization))


@door("reviews.read")
@require_POST
def claim_ending(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    one = find(request, review)
    claiming.release(one, request.actor)
    messages.success(request, "You look at this no more.")
    return SeeOther(address(one, organization))
