"""Two owners who go at the same moment: one goes, one stays."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django_scopes import scope

from seconder.accounts.models import Membership
from seconder.accounts.people import changing, leaving
from seconder.core.refusals import Refusal
from seconder.testing import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Way = Callable[[Cast, str, str], None]


def _leave(cast: Cast, me: str, _other: str) -> None:
    leaving.leave(cast.actor(me))


def _step_down(cast: Cast, me: str, _other: str) -> None:
    changing.change_role(cast.actor(me), _seat(cast, me), "viewer")


def _demote_the_other(cast: Cast, me: str, other: str) -> None:
    changing.change_role(cast.actor(me), _seat(cast, other), "viewer")


def _suspend_the_other(cast: Cast, me: str, other: str) -> None:
    changing.suspend(cast.actor(me), _seat(cast, other))


def _remove_the_other(cast: Cast, me: str, other: str) -> None:
    leaving.remove(cast.actor(me), _seat(cast, other))


def _seat(cast: Cast, name: str) -> Membership:
    return Membership.objects.select_related("person", "custom_role").get(person=cast.people[name])


@pytest.mark.parametrize("first", [_leave, _step_down, _remove_the_other])
@pytest.mark.parametrize(
    "second", [_leave, _step_down, _demote_the_other, _suspend_the_other, _remove_the_other]
)
def test_one_owner_is_always_left(cast: Cast, first: Way, second: Way) -> None:
    cast.add("olga", "owner")
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def go(way: Way, me: str, other: str) -> None:
        try:
            with scope(organization=cast.demo.pk):
                cast.actor(me)  # the connection is open by then
                ready.wait()
                way(cast, me, other)
            outcomes.append("done")
        except Refusal as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=(first, "alice", "olga")),
        threading.Thread(target=go, args=(second, "olga", "alice")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(organization=cast.demo.pk):
        owners = Membership.objects.active().filter(role="owner").count()
    assert owners >= 1, outcomes
    assert "done" in outcomes
