"""Statements made by hand read and write what Django's own would."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.rows import ids, insertion, load
from seconder.engine import write
from seconder.testing import Cast
from seconder.verification.models import Assignment, Review

ODD = 'Zoë said: "\\o/"\n\t{,}\u2028 €\U0001f4a1'


def a_review(cast: Cast) -> Review:
    review = Review(
        organization=cast.demo,
        kind="review",
        run_id=new_id(),
        step_id=ODD,
        agent="clerk",
        agent_version=2**31 - 1,
        requester_id=cast.dana.pk,
        owner_id=cast.alice.pk,
        question=ODD,
        content_digest="",
        digest="",
        rule={"approve": {"count": 2}, "reject": "any", "odd": [ODD, None, 1.5, True]},
        due_at=datetime(2027, 1, 1, tzinfo=UTC),  # without a fraction of a second
        opened_at=now(),
    )
    review.card = {"items": [{"path": "a", "value": 12000.0}], "content": {"b": ODD}, "expires": ""}
    return review


def values(row: Review) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Review._meta.concrete_fields}


@pytest.mark.django_db
def test_what_is_inserted_is_loaded_and_is_what_django_reads(cast: Cast) -> None:
    made = [a_review(cast) for _ in range(3)]
    write([insertion(made)])

    with scopes_disabled():
        for review in made:
            assert values(Review.objects.get(pk=review.pk)) == values(review)
    loaded = load(Review, "WHERE id = ANY(%s::uuid[]) ORDER BY id DESC", [ids(one.pk for one in made)])
    assert [values(one) for one in loaded] == [values(one) for one in reversed(made)]
    loaded[0].status = "withdrawn"
    loaded[0].save()


@pytest.mark.django_db
def test_what_is_left_out_is_read_when_it_is_asked_for(cast: Cast) -> None:
    review = a_review(cast)
    write([insertion([review])])
    (loaded,) = load(Review, "WHERE id = %s", [review.pk], without=("card", "question"))
    assert loaded.get_deferred_fields() == {"card", "question"}
    with scopes_disabled():
        assert loaded.question == ODD


@pytest.mark.django_db
def test_what_the_database_refuses_is_refused(cast: Cast) -> None:
    review = a_review(cast)
    write([insertion([review])])
    with pytest.raises(IntegrityError), transaction.atomic():
        write([insertion([review])])
    write([insertion([Assignment(review=review, person_id=cast.bob.pk)])])
    assert review.assignments.count() == 1
