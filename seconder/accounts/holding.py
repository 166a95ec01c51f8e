"""Whose key this is: asked with every call of the API, so it is one short question, made into objects by hand."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

from django.db import connection
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.identity.factors import SECOND
from seconder.accounts.keys.text import is_key
from seconder.accounts.models import ApiKey, Organization, Person
from seconder.accounts.roles import verbs_of
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.events.by import Channel

SEEN_EVERY = timedelta(minutes=5)  # how precisely the last use of a key is kept
_PERSON = ["id", "email", "name", "timezone", "is_active"]
_ORGANIZATION = ["id", "slug", "name"]
_QUESTION = """
SELECT k.id, k.is_service, k.scopes, k.last_used_at, m.role, r.name, r.verbs,
       o.requires_second_factor AND NOT EXISTS (
           SELECT FROM mfa_authenticator a WHERE a.user_id = p.id AND a.type = ANY(%s)),
       p.id, p.email, p.name, p.timezone, p.is_active, o.id, o.slug, o.name
FROM accounts_apikey k
JOIN accounts_person p ON p.id = k.person_id AND p.is_active
JOIN accounts_organization o ON o.id = k.organization_id
JOIN accounts_membership m ON m.person_id = p.id AND m.organization_id = o.id AND m.is_active
LEFT JOIN accounts_role r ON r.id = m.custom_role_id
WHERE k.hash = %s AND k.revoked_at IS NULL AND k.expires_at > %s
"""


def holder(secret: str, channel: Channel = "api") -> Actor | None:
    """Who acts with this key; None where it is unknown, expired or revoked, or its person is no active member."""
    if not is_key(secret):
        return None
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [list(SECOND), keyed_hash(secret, "api-keys"), moment])
        row = cursor.fetchone()
    if row is None:
        return None
    key_id, is_service, scopes, last_used_at, role, custom, custom_verbs, lacks_factor = row[:8]
    person = Person.from_db(connection.alias, _PERSON, row[8:13])
    organization = Organization.from_db(connection.alias, _ORGANIZATION, row[13:])
    verbs = verbs_of(role, None if custom is None else json.loads(custom_verbs))
    allowed = None if scopes is None else frozenset(json.loads(scopes))
    if last_used_at is None or moment - last_used_at > SEEN_EVERY:
        _seen(key_id, moment)
    name = custom or role
    return Actor(
        person, organization, name, verbs, channel, "key", is_service, allowed, key_id, bool(lacks_factor)
    )


def found(secret: str) -> ApiKey | None:
    """The key that this is or was, whether or not somebody may act with it."""
    if not is_key(secret):
        return None
    with scopes_disabled():
        keys = ApiKey.objects.select_related("person", "organization")
        return keys.filter(hash=keyed_hash(secret, "api-keys")).first()


def _seen(key_id: uuid.UUID, moment: datetime) -> None:
    with scopes_disabled():
        ApiKey.objects.filter(pk=key_id).update(last_used_at=moment)
