"""What the pages of people show: plain values for the templates, each asked for once."""

from __future__ import annotations

from typing import Any, TypedDict
from urllib.parse import urlencode

from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.models import Membership, Role, TeamMember
from seconder.accounts.people.belongings import Belonging, bound, owned
from seconder.accounts.people.directory import Wanted, found, page, seen
from seconder.accounts.people.forms import FilterForm, RoleForm
from seconder.accounts.roles import MATRIX, OTHERS, SAYS

Context = dict[str, Any]  # Any: what the template names at its top


class Line(TypedDict):
    url: str
    name: str
    email: str
    you: bool
    state: str
    role: str
    teams: list[str]
    seen: str


def list_page(actor: Actor, asked: dict[str, str]) -> Context:
    slug = actor.organization.slug
    wanted = Wanted(**{name: asked.get(name, "") for name in Wanted.__dataclass_fields__})
    rows = found(actor, wanted)
    kept, following = page(rows, asked.get("after", ""))
    said = {name: value for name, value in vars(wanted).items() if value}
    here = reverse("accounts:people", args=[slug])
    return {
        "people": [line(actor, seat) for seat in kept],
        "count": rows.count(),
        "filter": FilterForm(asked),
        "filtered": bool(said),
        "all_url": here,
        "next_url": f"{here}?{urlencode({**said, 'after': following})}" if following else None,
    }


def line(actor: Actor, seat: Membership) -> Line:
    """Of a seat with its person, own role and teams loaded."""
    return {
        "url": reverse("accounts:person", args=[actor.organization.slug, seat.person_id]),
        "name": seat.person.name,
        "email": seat.person.email,
        "you": seat.person_id == actor.person.pk,
        "state": "active" if seat.is_active else "suspended",
        "role": title_of(seat),
        "teams": [str(team) for team in seat.teams.all()],
        "seen": seen(seat.seen_on),
    }


def title_of(seat: Membership) -> str:
    return seat.custom_role.title if seat.custom_role else seat.role.capitalize()


def giveable(actor: Actor) -> dict[str, str]:
    """Name → title of the roles that this actor may give, the built-in ones first."""
    built_in = {
        name: f"{name.capitalize()}: {SAYS[name]}" for name in MATRIX if MATRIX[name] <= actor.may_give
    }
    own = Role.objects.order_by("title")
    return built_in | {
        role.name: role.title for role in own if OTHERS.intersection(role.verbs) <= actor.may_give
    }


def person_page(actor: Actor, seat: Membership, role: RoleForm | None = None) -> Context:
    """`role`: a form that was refused."""
    manages = can(actor, "people.manage", seat)
    places = TeamMember.objects.filter(membership=seat).select_related("team").order_by("team__name")
    form = role or RoleForm({"role": seat.role_name}, titles=giveable(actor))
    theirs = belongings_of(actor, seat)
    return {
        **(theirs if manages or theirs["you"] else {"seat": seat, "you": False}),
        "role": title_of(seat),
        "state": "active" if seat.is_active else "suspended",
        "seen": seen(seat.seen_on),
        "teams": [{"team": place.team, "is_lead": place.is_lead} for place in places],
        "role_form": form if manages else None,
        "manages": manages and not theirs["you"],
    }


def belongings_of(actor: Actor, seat: Membership) -> Context:
    """What is theirs, and what names them without being theirs."""
    theirs = owned(seat)
    return {
        "seat": seat,
        "you": seat.person_id == actor.person.pk,
        "owned": _shown(actor, theirs),
        "must": any(kind.must for kind in theirs),
        "named_in": _links(actor, bound.naming_person(seat.organization_id, seat.person.email)),
    }


def _shown(actor: Actor, theirs: dict[Any, list[Belonging]]) -> list[Context]:  # Any: belongings.Kind
    return [
        {"noun": kind.noun.capitalize(), "things": _links(actor, things), "must": kind.must}
        for kind, things in theirs.items()
    ]


def _links(actor: Actor, things: list[Belonging]) -> list[dict[str, str]]:
    home = f"/{actor.organization.slug}/"
    return [{"label": thing.label, "url": home + thing.path if thing.path else ""} for thing in things]
