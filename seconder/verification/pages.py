"""What the pages of reviews show: plain values for the templates, each asked for once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypedDict

from django.db.models import F
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.naming import people
from seconder.core.json import JSON, Object
from seconder.core.refusals import Refusal
from seconder.verification import attempts, inbox, working
from seconder.verification.after_a_vote import after
from seconder.verification.behind import agent_names, behind
from seconder.verification.card import Difference, card, currency_of, differences, gist, second_looks
from seconder.verification.card import in_words as card_in_words
from seconder.verification.claiming import claimant
from seconder.verification.deciding import hindrance
from seconder.verification.delegating import places
from seconder.verification.models import Assignment, Decision, Delegation, Review
from seconder.verification.rule import in_words

BESIDE = 12  # reviews in the list beside a card
GONE = "Somebody who has left"
VERDICTS = {
    "approve": "approved",
    "edit": "approved",
    "reject": "rejected",
    "request_changes": "changes_requested",
    "answer": "answered",
}
CHANNELS = {
    "mail": "by the link in a mail",
    "api": "through the API",
    "cli": "from a terminal",
    "allowance": "by itself, as this person allowed for a while",
    "system": "by this installation",
}
Names = dict[uuid.UUID, Object]


class Line(TypedDict):
    """A review in a list; `status` of a closed one is its outcome."""

    url: str
    question: str
    gist: str
    amount: str
    agent: str
    requester: str
    opened_at: datetime
    due_at: datetime
    decided_at: datetime | None
    risk: str
    status: str
    claimed_by: str  # "" for nobody
    pick: str  # its id, where it can be answered together with others
    here: bool


def lines(
    reviews: Sequence[Review],
    organization: str,
    here: uuid.UUID | None = None,
    *,
    may_pick: Callable[[Review], bool] = lambda _review: False,
) -> list[Line]:
    """Two queries however many they are."""
    holders = {review.pk: claimant(review) for review in reviews}
    names = people([*(review.requester_id for review in reviews), *filter(None, holders.values())])
    agents = agent_names(reviews) if reviews else {}
    gists = {review.pk: gist(review) for review in reviews}
    return [
        Line(
            url=address(review, organization),
            question=str(review.question),
            gist=gists[review.pk]["text"],
            amount=gists[review.pk]["amount"],
            agent=agents.get(review.pk, review.agent),
            requester=name_of(names, review.requester_id),
            opened_at=review.opened_at,
            due_at=review.due_at,
            decided_at=review.closed_at,
            risk=review.risk,
            status=standing(review),
            claimed_by=name_of(names, holder) if (holder := holders[review.pk]) else "",
            pick=str(review.pk) if may_pick(review) else "",
            here=review.pk == here,
        )
        for review in reviews
    ]


def address(review: Review, organization: str) -> str:
    return reverse("verification:review", args=[organization, review.pk])


def standing(review: Review) -> str:
    """The word for the state: of a decided one, what was decided."""
    return review.outcome if review.status == "decided" and review.outcome else review.status


def name_of(names: Names, person: uuid.UUID) -> str:
    return str(names.get(person, {}).get("name") or GONE)


class Vote(TypedDict):
    by: str
    kind: str
    verdict: str
    note: str
    answer: JSON
    at: datetime
    channel: str
    changes: list[Difference]
    is_own_request: bool


def votes(decisions: Sequence[Decision], names: Names, currency: JSON = None) -> list[Vote]:
    return [
        Vote(
            by=name_of(names, one.person_id),
            kind="person",
            verdict=VERDICTS[one.verdict],
            note=str(one.note or ""),
            answer=one.answer,
            at=one.at,
            channel=CHANNELS.get(one.channel, ""),
            changes=differences(one, currency),
            is_own_request=one.is_own_request,
        )
        for one in decisions
    ]


def decided(reviews: Sequence[Review]) -> dict[uuid.UUID, list[Vote]]:
    """The votes on each of them, in the order in which they came; two queries."""
    rows = list(Decision.objects.filter(review__in=reviews).order_by("at", "pk")) if reviews else []
    names = people(row.person_id for row in rows)
    found: dict[uuid.UUID, list[Vote]] = {review.pk: [] for review in reviews}
    currencies = {review.pk: currency_of(review) for review in reviews}
    for row in rows:
        found[row.review_id] += votes([row], names, currencies[row.review_id])
    return found


class Seat(TypedDict):
    name: str
    kind: str
    you: bool


def seats(reviews: Sequence[Review], me: uuid.UUID) -> dict[uuid.UUID, list[Seat]]:
    """Who is asked, of each; two queries."""
    asked = Assignment.objects.filter(review__in=reviews, stage=F("review__stage"))
    rows = list(asked.order_by("at")) if reviews else []
    names = people(row.person_id for row in rows)
    found: dict[uuid.UUID, list[Seat]] = {review.pk: [] for review in reviews}
    for row in rows:
        you = row.person_id == me
        found[row.review_id].append(Seat(name=name_of(names, row.person_id), kind="person", you=you))
    return found


class Shown:
    """One review with what belongs on its page, read once."""

    def __init__(self, actor: Actor, review: Review) -> None:
        self.actor, self.review = actor, review
        self.seats = list(review.assignments.order_by("at"))
        self.people = [seat.person_id for seat in self.seats if seat.stage == review.stage]
        self.stands_in = {seat.person_id: seat.for_id for seat in self.seats if seat.for_id}
        self.decisions = list(review.decisions.order_by("at", "pk"))
        self.earlier = attempts.before([review]).get(review.pk)
        self.asked_for = self.earlier.decisions.order_by("at").last() if self.earlier else None
        self.passed = list(review.delegations.order_by("at", "pk"))
        self.holder = claimant(review)
        voters = [one.person_id for one in [*self.decisions, self.asked_for] if one]
        givers = (person for one in self.passed for person in (one.from_id, one.to_id, one.by_id))
        self.names = people(
            [
                review.requester_id,
                *(seat.person_id for seat in self.seats),
                *voters,
                *givers,
                *self.stands_in.values(),
                *filter(None, [self.holder]),
            ]
        )
        self.refusal = hindrance(review, actor)
        known, me = behind(actor, review), actor.person.pk
        later = [name_of(self.names, seat.person_id) for seat in self.seats if seat.stage == review.stage + 1]
        self.behind = after(known, review, self.seats, self.decisions, me, later)

    def context(self) -> dict[str, Any]:  # Any: what the template names at its top
        review, me = self.review, self.actor.person.pk
        shown = card(review, self.decisions)
        return {
            "question": review.question,
            "kind": review.kind,
            "status": review.status,
            "outcome": review.outcome,
            "on_timeout": review.on_timeout,
            "agent": self.behind.agent,
            "step": self.behind.step,
            "requester": name_of(self.names, review.requester_id),
            "opened_at": review.opened_at,
            "due_at": review.due_at,
            "due_how": working.said(review),
            "risk": review.risk,
            "self_approval": review.kind != "question"
            and "requester" not in review.forbid
            and review.requester_id == me,
            "newer_version": self.behind.newer_version,
            "rows": [{**row, "remarks": second_looks(row.get("value"))} for row in shown.rows],
            "texts": [{**text, "remarks": second_looks(text["text"])} for text in shown.texts],
            "has_gaps": any(row.get("missing") for row in shown.rows),
            "consequences": self._consequences(),
            "rule": _sentence(in_words(review.rule, len(self.people))),
            "stages": self._stages(),
            "people": [
                {"name": name_of(self.names, one), "kind": "person", "you": one == me} for one in self.people
            ],
            "decisions": votes(self.decisions, self.names, currency_of(review)),
            "decided_by": self._decided_by(),
            "attempt": review.attempt,
            "last_round": review.attempt > attempts.ROUNDS,
            "changes": self._changes(),
            "delegations": [*map(self._passed, self.passed), *self._stand_ins()],
            "claim": self._claim(),
        }

    def _stages(self) -> list[dict[str, str]]:
        """Each with its rule, its people and where it stands, in words; none where there is but one."""
        made = []
        for number, rule in enumerate(self.review.stages, start=1):
            asked = [seat.person_id for seat in self.seats if seat.stage == number]
            people = [name_of(self.names, one) for one in asked]
            made.append(
                {
                    "rule": _sentence(in_words(rule, len(asked))),
                    "people": ", ".join(people),
                    "said": self._stage(number),
                }
            )
        return made

    def _stage(self, number: int) -> str:
        review = self.review
        if number < review.stage or review.outcome == "approved":
            return "said yes"
        if number > review.stage:
            return "comes later" if review.status == "open" else "was not asked"
        return "decides now" if review.status == "open" else "it ended here"

    def places(self) -> dict[str, str | None]:
        """Where one goes from here, signed in; None where that is not theirs."""
        at = [self.actor.organization.slug, self.review.pk]
        return {
            "run_url": f"/{at[0]}/{self.behind.run_path}" if self.behind.run_path else None,
            "access_url": reverse("verification:access", args=at) if can(self.actor, "people.read") else None,
            "delegations_url": self._delegations_url(),
            "claim_url": reverse("verification:claim", args=at) if self.refusal is None else None,
        }

    def _changes(self) -> dict[str, Any] | None:  # Any: what the template names
        """What was asked for at the attempt before, and what is different now."""
        if self.earlier is None:
            return None
        made = attempts.changes(self.earlier, self.review)
        asked = self.asked_for
        return {
            "by": name_of(self.names, asked.person_id) if asked else GONE,
            "note": asked.note if asked else "",
            "at": asked.at if asked else self.earlier.closed_at,
            "rows": card_in_words(made, currency_of(self.review)),
        }

    def _passed(self, one: Delegation) -> dict[str, object]:
        giver, taker, by = (name_of(self.names, person) for person in (one.from_id, one.to_id, one.by_id))
        said = (
            f"{giver} gave this to {taker}"
            if one.by_id == one.from_id
            else f"{by} gave {giver}’s place to {taker}"
        )
        return {"said": said, "note": one.note or "", "at": one.at}

    def _stand_ins(self) -> list[dict[str, object]]:
        name = partial(name_of, self.names)
        return [
            {"said": f"{name(one)} stands in for {name(of)}", "note": ""}
            for one, of in self.stands_in.items()
        ]

    def _delegations_url(self) -> str | None:
        """Where one's own seat, or somebody else's, is given to a colleague."""
        try:
            places(self.review, self.actor, self.refusal)
        except Refusal:
            return None  # nothing is offered that would be refused
        return reverse("verification:delegations", args=[self.actor.organization.slug, self.review.pk])

    def _claim(self) -> dict[str, object] | None:
        if self.holder is None:
            return None
        is_mine = self.holder == self.actor.person.pk
        return {
            "name": name_of(self.names, self.holder),
            "until": self.review.claimed_until,
            "is_mine": is_mine,
        }

    def _decided_by(self) -> str:
        """Who gave the last vote: "you", a name, or nobody."""
        if not self.decisions:
            return ""
        last = self.decisions[-1].person_id
        return "you" if last == self.actor.person.pk else name_of(self.names, last)

    def _consequences(self) -> list[dict[str, str]]:
        review, yours = self.review, self.refusal is None
        who, ending = ("you", "") if yours else ("somebody", "s")
        yes = "answer" if review.kind == "question" else "approve"
        then = {
            f"If {who} {yes}{ending}": self.behind.if_approved,
            f"If {who} reject{ending}": self.behind.if_rejected,
        }
        if "request_changes" in review.answers:
            then[f"If {who} ask{ending} for changes"] = self.behind.if_changed
        return [{"when": when, "what": what} for when, what in then.items() if what]


def beside(actor: Actor, review: Review) -> list[Line]:
    """The list beside a card: what waits for this person, and the card itself where it is not among it."""
    rows, _ = inbox.page([inbox.mine(actor)], inbox.TABS["mine"], size=BESIDE)
    return lines(rows, actor.organization.slug, here=review.pk)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
