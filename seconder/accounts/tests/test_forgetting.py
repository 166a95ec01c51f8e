"""What has served is deleted when its time is over, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seconder.accounts import jobs
from seconder.accounts.models import Attempt, Letter, RepeatedCall, Session, SignInLink
from seconder.accounts.sessions import SessionStore
from seconder.core.clock import now
from seconder.testing import Cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_sign_in_links_go_when_they_have_expired(cast: Cast) -> None:
    SignInLink.create(cast.bob)
    SignInLink.create(cast.alice)
    SignInLink.objects.filter(person=cast.bob).update(expires_at=now() - HOUR)
    jobs.forget_old()
    assert [link.person for link in SignInLink.objects.all()] == [cast.alice]


def test_answers_to_repeated_calls_go_after_a_day(cast: Cast) -> None:
    for key, age in (("old", 25 * HOUR), ("young", 23 * HOUR)):
        RepeatedCall.objects.create(
            caller_id=cast.bob.pk,
            person_id=cast.bob.pk,
            path="/api/v1/agents",
            key=key,
            request_digest="",
            at=now() - age,
        )
    jobs.forget_old()
    assert [call.key for call in RepeatedCall.objects.all()] == ["young"]


def test_sessions_go_when_they_have_expired() -> None:
    for _ in range(2):
        SessionStore().create()
    old = Session.objects.first()
    assert old
    Session.objects.filter(pk=old.pk).update(expires_at=now() - HOUR)
    jobs.forget_old()
    assert Session.objects.get().pk != old.pk


def test_attempts_and_unsent_letters_go_too() -> None:
    for key, until in (("old", now() - HOUR), ("young", now() + HOUR)):
        Attempt.objects.create(cache_key=key, value="", expires=until)
    Letter.objects.create(content=b"", created_at=now() - 25 * HOUR)
    jobs.forget_old()
    jobs.forget_attempts()
    assert [attempt.cache_key for attempt in Attempt.objects.all()] == ["young"]
    assert not Letter.objects.exists()
