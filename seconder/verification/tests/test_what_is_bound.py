"""The digests: what changes them and what does not; and what happens when many decide at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections, transaction
from django_scopes import scopes_disabled
from hypothesis import given
from hypothesis import strategies as st

from seconder.core.json import JSON, canonical
from seconder.core.refusals import Refusal
from seconder.testing import make_cast
from seconder.verification.asking import content_digest
from seconder.verification.models import Decision, Review
from seconder.verification.tests.conftest import Desk, await_waiting

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(min_size=1, max_size=5), values, min_size=1, max_size=4)


def bound(value: Any, **content: JSON) -> str:  # Any: any JSON
    return content_digest([{"path": "args", "label": "x", "value": value}], content)


@given(objects)
def test_the_order_of_keys_and_the_spelling_of_a_number_do_not_matter(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert bound(turned) == bound(value)
    as_float = {
        k: float(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in value.items()
    }
    assert bound(as_float) == bound(value)


@given(objects, values, st.data())
def test_another_value_is_another_digest(value: dict[str, Any], other: Any, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    changed = {**value, key: other}
    same = canonical(changed) == canonical(value)
    assert (bound(changed) == bound(value)) is same


@given(objects, st.integers(1, 5), st.integers(1, 5))
def test_another_version_or_schema_is_another_digest(value: dict[str, Any], one: int, two: int) -> None:
    assert (bound(value, version=one) == bound(value, version=two)) is (one == two)
    assert (bound(value, schema=str(one)) == bound(value, schema=str(two))) is (one == two)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_decisions_at_the_same_moment_one_wins() -> None:
    desk = Desk(make_cast(), [])
    names = [f"p{number}" for number in range(50)]
    for name in names:
        desk.cast.add(name, "reviewer")
    review = desk.ask(*names, wake="")
    start, answers = threading.Barrier(50), []

    def vote(name: str) -> None:
        start.wait()
        try:
            desk.decide(review, name, digest=review.digest)
            answers.append(201)
        except Refusal as refusal:
            answers.append(refusal.status)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=vote, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, *[409] * 49]
    assert Decision.objects.count() == 1
    assert desk.events(review) == ["review.opened", "review.decided"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edits", [{"steps.read.output.total": 1}, None])
def test_one_person_in_two_places_in_the_same_moment_votes_once(edits: dict[str, Any] | None) -> None:
    """Both wait for the same lock, so that neither saw the other's vote when it asked."""
    desk = Desk(make_cast(), [])
    review = desk.ask("bob", "cfo", approve="all", wake="")
    answers: list[object] = []

    def vote(**more: Any) -> None:  # Any: as decide()
        try:
            answers.append(desk.decide(review, "bob", digest=review.digest, **more).verdict)
        except Refusal as refusal:
            answers.append(refusal.type)
        finally:
            connections.close_all()

    second = {"verdict": "edit", "edits": edits} if edits else {}
    threads = [threading.Thread(target=vote), threading.Thread(target=vote, kwargs=second)]
    with transaction.atomic(), scopes_disabled():
        Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        for number, thread in enumerate(threads, 1):
            thread.start()
            await_waiting(number)
    for thread in threads:
        thread.join()

    assert sorted(map(str, answers)) == [
        "already-voted",
        "approve",
    ]  # told in whichever order the threads come back
    assert Decision.objects.count() == 1
    assert desk.events(review) == ["review.opened", "review.voted"]
