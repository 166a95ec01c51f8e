"""What has served is deleted when its time is over, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from seconder.accounts import jobs
from seconder.accounts.models import RepeatedCall, SignInLink
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
    for age in (-HOUR, HOUR):
        session = SessionStore()
        session.set_expiry(now() + age)
        session.create()
    jobs.forget_old()
    (kept,) = Session.objects.all()
    assert kept.expire_date > now()
