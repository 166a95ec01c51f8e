"""Any rule, any votes, people leaving mid-way and voting twice: through the verb, on real rows.

`bin/test --all -k test_of_any_rule -rP` prints how often each came up.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seconder.accounts.models import Membership
from seconder.accounts.people import changing
from seconder.core.json import JSON, Object
from seconder.core.refusals import AlreadyDecided, AlreadyVoted, NotFound
from seconder.verification.models import Decision, Review
from seconder.verification.rule import APPROVING
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_rule import enough

pytestmark = pytest.mark.django_db
PEOPLE = {"bob": ["finance"], "finance": ["finance"], "cfo": ["legal"], "erin": ["finance", "legal"]}
SIDES: list[JSON] = ["any", "all", {"count": 2}, {"percent": 60}, {"per_team": {"finance": 1, "legal": 1}}]
deeds = st.tuples(
    st.sampled_from(["approve", "reject", "edit", "leave", "again"]), st.sampled_from([*PEOPLE])
)
stories = st.lists(deeds, min_size=1, max_size=8)


class Played:
    """One review with one rule, and what became of it deed by deed."""

    def __init__(self, desk: Desk, rule: Object) -> None:
        self.desk, self.rule = desk, rule
        self.gone: set[str] = set()
        self.review = desk.ask(*PEOPLE, approve=rule["approve"], reject=rule["reject"])

    def now(self) -> Review:
        return self.desk.look(self.review)

    def leave(self, name: str) -> str:
        before = self.now()
        demo, cast = self.desk.cast.demo, self.desk.cast
        with scope(organization=demo.pk):
            seat = Membership.objects.select_related("person", "custom_role").get(person=cast.people[name])
            changing.suspend(cast.actor("alice"), seat)
        self.gone.add(name)
        after = self.now()
        assert (after.status, after.outcome) == (before.status, before.outcome), "leaving decides nothing"
        assert after.digest == before.digest
        if after.status == "open":
            assert self._can_still_end(after), "waits for nobody"
        return "left" if after.rule == before.rule else "left: others are asked"

    def _can_still_end(self, review: Review) -> bool:
        votes = review.votes
        gone = {self.desk.cast.people[name].pk for name in self.gone}
        return any(person not in votes and person not in gone for person in review.seats)

    def vote(self, verdict: str, name: str) -> str:
        more: dict[str, Any] = {}  # Any: as decide()
        if verdict == "edit":
            count = Decision.objects.filter(review=self.review).count()
            more["edits"] = {"steps.read.output.total": count + 1}
        rows = Decision.objects.filter(review=self.review).count()
        try:
            self.desk.decide(self.review, name, verdict, **more)
        except (AlreadyVoted, AlreadyDecided, NotFound) as refused:  # not found: others are asked instead
            assert Decision.objects.filter(review=self.review).count() == rows, (
                "a refused vote leaves nothing"
            )
            return refused.type
        return "voted"

    def check(self) -> str:
        """What stands is what the rule says of the votes: counted once more, by trying."""
        review = self.now()
        votes = Decision.objects.filter(review=review, digest=review.digest)
        by = list(votes.values_list("person_id", flat=True))
        assert len(by) == len(set(by)), "one vote per person"
        if review.outcome != "approved":
            return str(review.outcome or review.status)
        yes = [vote.person_id for vote in votes if vote.verdict in APPROVING]
        assert yes, "nobody approved it"
        if review.rule == self.rule:
            assert enough(self.rule["approve"], review.seats, yes)
        else:  # a share written out, or the default reviewers, of whom any decides
            assert enough(review.rule["approve"], review.seats, yes)
            assert review.rule["approve"] == "any" or "count" in review.rule["approve"]
        return "approved"


def _examples(count: int, desk: Desk) -> Counter[tuple[str, ...]]:
    came: Counter[tuple[str, ...]] = Counter()
    desk.cast.add("erin", "reviewer", ["finance", "legal"])

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(SIDES), st.sampled_from(SIDES), stories)
    def play(approve: JSON, reject: JSON, story: list[tuple[str, str]]) -> None:
        with transaction.atomic():
            played = Played(desk, {"approve": approve, "reject": reject})
            said = Counter[str]()
            for what, name in story:
                if name in played.gone:
                    continue
                said[
                    played.leave(name)
                    if what == "leave"
                    else played.vote("approve" if what == "again" else what, name)
                ] += 1
                ended = played.check()
            came[(_word(approve), _word(reject), ended)] += 1
            came.update({("", "", word): times for word, times in said.items()})
            transaction.set_rollback(True)

    play()
    return came


def _word(side: JSON) -> str:
    return next(iter(side)) if isinstance(side, dict) else str(side)


@pytest.mark.parametrize("count", [40, pytest.param(1500, marks=pytest.mark.long)])
def test_of_any_rule_votes_departures_and_repeats(desk: Desk, count: int) -> None:
    came = _examples(count, desk)
    stories_told = sum(times for (approve, _, _), times in came.items() if approve)
    assert stories_told >= count // 2
    print(f"{'approve':9} {'reject':9} {'stands':11} stories")
    for (approve, reject, ended), times in sorted(came.items()):
        print(f"{approve:9} {reject:9} {ended:11} {times}")
