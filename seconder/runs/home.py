"""Home: what waits for one, what runs and ended last, and the first step when there is nothing yet."""

from __future__ import annotations

from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.agents.models import Agent
from seconder.runs import pages
from seconder.runs.pages import Context
from seconder.verification import inbox
from seconder.verification import pages as review_pages

REVIEWS, RUNS = 5, 8


def page(actor: Actor) -> Context:
    slug = actor.organization.slug
    waiting, more = inbox.page([inbox.mine(actor)], inbox.TABS["mine"], size=REVIEWS)
    runs, _ = pages.page(pages.listed(actor), size=RUNS)
    return {
        "first_name": actor.person.name.split()[0] if actor.person.name.split() else "",
        "reviews": review_pages.lines(waiting, slug),
        "has_more": bool(more),
        "reviews_count": inbox.count([inbox.mine(actor)]) if more else len(waiting),
        "inbox_url": reverse("verification:inbox", args=[slug]),
        "runs": pages.lines(runs, slug),
        "runs_url": reverse("runs:list", args=[slug]),
        "agents_url": reverse("agents:list", args=[slug]),
        "agents_count": Agent.objects.visible_to(actor).filter(latest__isnull=False).count(),
        "may_start": can(actor, "runs.start"),
        "may_see_agents": can(actor, "agents.read"),
        "fragment_url": reverse("runs:home", args=[slug]),
    }
