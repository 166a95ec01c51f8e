from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.models import Team
from seconder.accounts.organizations.places import PEOPLE, tabs
from seconder.accounts.people.belongings import bound
from seconder.accounts.people.directory import Wanted, found, page
from seconder.accounts.people.forms import ColleagueForm
from seconder.accounts.people.pages import line
from seconder.accounts.teams.forms import TitleForm

MOST = 500  # teams on the page; an organization with more finds them through its people
Context = dict[str, Any]  # Any: what the template names at its top


def list_page(actor: Actor, path: str) -> Context:
    slug = actor.organization.slug
    active = Count("members", filter=Q(members__is_active=True), distinct=True)
    teams = Team.objects.visible_to(actor).annotate(people=active).order_by("name")[:MOST]
    return {
        "tabs": tabs(actor, PEOPLE, path),
        "teams": [{"team": team, "url": reverse("accounts:team", args=[slug, team.pk])} for team in teams],
        "new_url": reverse("accounts:team-new", args=[slug]) if can(actor, "teams.manage") else None,
    }


def team_page(
    actor: Actor, team: Team, after: str = "", title: TitleForm | None = None, to: ColleagueForm | None = None
) -> Context:
    """`title` and `to`: forms that were refused."""
    slug, manages = actor.organization.slug, can(actor, "teams.manage", team)
    rows = found(actor, Wanted(team=team.name))
    kept, following = page(rows, after)
    here = reverse("accounts:team", args=[slug, team.pk])
    home = f"/{slug}/"
    return {
        "team": team,
        "people": [
            {**line(actor, seat), "person_id": seat.person_id, "is_lead": seat.person_id in team.lead_ids}
            for seat in kept
        ],
        "count": rows.count(),
        "next_url": f"{here}?{urlencode({'after': following})}" if following else None,
        "agents": [
            {"label": agent.label, "url": home + agent.path}
            for agent in bound.naming_team(team.organization_id, team.name)
        ],
        "manages": manages,
        "may_delete": can(actor, "teams.manage"),
        "title_form": (title or TitleForm({"title": str(team)})) if manages else None,
        "to_form": (to or ColleagueForm()) if manages else None,
    }
