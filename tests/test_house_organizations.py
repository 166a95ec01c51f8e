"""The rules of the house about organizations: a query that forgot which one is an error, things are loaded through who
asks, and no organization can take an address of the site's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from seconder.accounts.models.organization import TAKEN_SLUGS
from seconder.testing import Cast

ROOT = Path(__file__).resolve().parent.parent
OURS = [model for model in apps.get_models() if model.__module__.startswith("seconder.")]
# What belongs to a person or to the installation rather than to an organization.
BEYOND = {
    "accounts.Attempt": "counts tries of people and networks",
    "accounts.Letter": "mail to a person, sealed",
    "accounts.Organization": "is one",
    "accounts.Person": "may belong to many",
    "accounts.RepeatedCall": "is found by the caller",
    "accounts.SecurityEvent": "is a person's; an organization sees those of its members",
    "accounts.Session": "is a person's",
    "accounts.SignInLink": "is a person's",
    "accounts.TakenName": "is taken everywhere",
    "privacy.Disclosure": "is a person's; no organization sees what went where of whom",
    "privacy.Notice": "is what everybody was told",
    "privacy.Consent": "is a person's",
    "privacy.ChoiceCount": "counts browsers of the whole installation",
    "privacy.PolicyVersion": "is of the whole installation",
    "privacy.PolicyNotice": "is a person's",
    "privacy.RecipientNews": "is an address's",
    "privacy.Stop": "is of the whole installation",
    "core.DataKey": "is a person's",
    "core.Delivery": "is a person's; an organization sees what tells about it",
    "core.DeniedRead": "is about the code",
    "core.ProviderEvent": "is what a mail provider told, and nobody's",
    "core.Suppression": "is an address's",
    "privacy.RetentionRun": "is about the whole installation",
    "privacy.Erasure": "is a person's",
    "privacy.Export": "is a person's",
    "privacy.ExportPart": "is a person's",
    "verification.Absence": "is a person's",
    "accounts.DayOff": "is a person's",
    "accounts.WorkingHours": "is a person's",
    "notifications.Preferences": "is a person's",
    "telemetry.Aggregate": "counts people of the whole installation",
    "telemetry.ErrorGroup": "is the program's",
    "telemetry.ImportedAggregate": "counts people of the whole installation",
    "telemetry.Measurement": "counts people of the whole installation",
    "telemetry.NoiseBudget": "is of all releases of the installation",
    "telemetry.Release": "is the register of the whole installation",
    "telemetry.Timing": "counts answers of the whole installation",
    "events.ChainHead": "is the sealer's, which seals all organizations at once",
}
# Loaded by whoever has the verb, all of it.
WHOLE = {"events.Event": "audit.read"}


def _has_organization(model: type[models.Model]) -> bool:
    return any(field.attname == "organization_id" for field in model._meta.concrete_fields)


SCOPED = [model for model in OURS if _has_organization(model) and model._meta.label not in BEYOND]


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_a_query_that_names_no_organization_is_an_error(model: type[models.Model]) -> None:
    rows = model._default_manager
    for query in (
        lambda: list(rows.all()),
        lambda: rows.first(),
        lambda: rows.exists(),
        lambda: rows.exclude(pk=None).exists(),
        lambda: rows.in_bulk(),
        lambda: rows.count(),
    ):
        with pytest.raises(ScopeError):
            query()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_belongs_to_an_organization_or_says_why_not(model: type[models.Model]) -> None:
    if model in SCOPED or model._meta.label in BEYOND:
        return
    above = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    assert above & set(SCOPED), f"{model._meta.label} hangs under nothing that is of an organization"


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_things_are_loaded_through_who_asks(model: type[models.Model]) -> None:
    assert hasattr(model._default_manager, "visible_to") or model._meta.label in WHOLE


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        yield from [route] if isinstance(each, URLPattern) else _routes(each, route)


@pytest.mark.django_db
def test_a_scope_shows_one_organization_only(cast: Cast) -> None:
    from seconder.accounts.models import Membership

    with scopes_disabled():
        assert Membership.objects.count() == 6
    with scope(organization=cast.elsewhere.pk):
        assert [seat.person.name for seat in Membership.objects.all()] == ["Charlie"]


def test_no_organization_can_take_an_address_of_the_site() -> None:
    top = [route.removeprefix("^").split("/")[0] for route in _routes(get_resolver())]
    assert {first for first in top if re.fullmatch(r"[\w-]+", first)} <= TAKEN_SLUGS
    assert {"api", "account", "invitations", "sign-in"} <= TAKEN_SLUGS


# Doors that load otherwise, and why that is right there.
LOADED_OTHERWISE = {
    ("seconder/accounts/organizations/views.py", "Membership"): "one's own, in all organizations",
    ("seconder/accounts/own_roles/views.py", "Membership"): "counts them",
    ("seconder/accounts/people/views.py", "Membership"): "one's own",
    ("seconder/accounts/security/views.py", "SecurityEvent"): "one's own",
    ("seconder/events/api.py", "Event"): "audit.read is about the whole record",
    ("seconder/runs/api.py", "Event"): "of a run that was loaded through the asker",
}


def test_pages_and_calls_load_nothing_otherwise() -> None:
    names = {model.__name__ for model in SCOPED} | {"SecurityEvent"}
    found = {
        (str(path.relative_to(ROOT)), model)
        for path in sorted((ROOT / "seconder").rglob("*.py"))
        if path.name in ("views.py", "api.py", "public_views.py")
        for model, method in re.findall(r"\b([A-Z]\w+)\.objects\.(\w+)", path.read_text())
        if model in names and method != "visible_to"
    }
    assert found == set(LOADED_OTHERWISE), "load through the asker: Model.objects.visible_to(request.actor)"
