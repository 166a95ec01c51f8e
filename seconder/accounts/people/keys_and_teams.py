"""What a member may own of this app: service keys, and teams that nobody else leads."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from seconder.accounts.models import ApiKey, Membership, TeamMember
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.core.clock import now
from seconder.events.by import By
from seconder.events.recording import record


def _service_keys(seat: Membership) -> QuerySet[ApiKey]:
    good = ApiKey.objects.filter(revoked_at=None, expires_at__gt=now())
    return good.filter(organization=seat.organization_id, person=seat.person_id, is_service=True).order_by(
        "pk"
    )


def _pass_on_keys(seat: Membership, to: Membership, by: By) -> int:
    """From now on they may what their new person's role allows, less what their scopes leave out."""
    keys = list(_service_keys(seat))
    for key in keys:
        key.person = to.person
        key.save(update_fields=["person"])
        record("key.handed_over", key, by, person=str(to.person_id))
    return len(keys)


def _led_alone(seat: Membership) -> QuerySet[TeamMember]:
    others = TeamMember.objects.filter(team=OuterRef("team"), is_lead=True).exclude(membership=seat)
    led = TeamMember.objects.filter(membership=seat, is_lead=True)
    return led.exclude(Exists(others)).select_related("team").order_by("team__name")


def _pass_on_teams(seat: Membership, to: Membership, by: By) -> int:
    places = list(_led_alone(seat))
    for place in places:
        TeamMember.objects.update_or_create(team=place.team, membership=to, defaults={"is_lead": True})
        place.is_lead = False
        place.save(update_fields=["is_lead"])
        record("team.lead_changed", place.team, by, person=str(to.person_id), is_lead=True)
    return len(places)


SERVICE_KEYS = Kind(
    "service keys",
    lambda seat: [Belonging(key.name) for key in _service_keys(seat)],
    _pass_on_keys,
    needs="keys.own",
    must=True,
)
TEAMS = Kind(
    "teams led",
    lambda seat: [Belonging(str(place.team), f"teams/{place.team_id}/") for place in _led_alone(seat)],
    _pass_on_teams,
)
