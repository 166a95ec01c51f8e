"""Somebody with something in every corner, and a look into every table for what is left of them."""

from __future__ import annotations

import uuid

from django.db import connection
from django_scopes import scope, scopes_disabled

from seconder.accounts import usernames
from seconder.accounts.invitations.inviting import invite
from seconder.accounts.models import ApiKey, Membership, Person, SecurityEvent, Session, SignInLink
from seconder.accounts.sessions import SessionStore
from seconder.core.clock import now
from seconder.events.by import By
from seconder.runs.tests.conftest import Stage
from seconder.verification.being_away import go_away


def settle(stage: Stage, name: str = "dana") -> tuple[Person, list[str]]:
    """Gives this builder of demo something of each kind; the words that must be nowhere once they are erased."""
    token = uuid.uuid4().hex[:12]
    person = stage.cast.people[name]
    words = [f"{token}-mail", f"{token}-name", f"{token}-place", f"{token}.user"]
    person.email, person.name = f"{words[0]}@example.org", f"Dana {words[1]}"
    person.save()
    person.emailaddress_set.update(email=person.email)  # type: ignore[attr-defined]  # allauth's, of its one owner
    usernames.take(person, f"{token}.user"[:30])
    Person.objects.filter(pk=person.pk).update(username=f"{token}.user"[:30])
    SessionStore().create()
    Session.objects.update(person=person)
    SignInLink.create(person)
    SecurityEvent.objects.create(kind="session.began", person=person, browser=words[2])
    ask = {
        "id": "ask",
        "review": {"question": "Fine?", "assign": {"people": [person.email, "bob@example.com"]}},
    }
    stage.run(stage.publish(ask), text=f"{token}-text")
    ApiKey.create(person, stage.cast.demo, name="nightly")
    actor = stage.cast.actor("alice")
    with scope(organization=stage.cast.demo.pk):
        invite(actor, f"{token}-guest@example.org", "member", [], "Come")
    today = now().date()
    go_away(person, stage.cast.bob, today, today, by=By("person", person.pk))
    return Person.objects.get(pk=person.pk), words


def left_of(*words: str) -> dict[str, list[str]]:
    """table → the words that stand in one of its rows."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS t WHERE strpos(lower(t::text), lower(%s)) > 0', [word]
                )
                if cursor.fetchone()[0]:
                    found.setdefault(table, []).append(word)
    return found


def seats_in(organization: uuid.UUID) -> set[str]:
    with scopes_disabled():
        rows = Membership.objects.filter(organization=organization)
        return set(rows.values_list("person__email", flat=True))
