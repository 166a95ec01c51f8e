"""What one more answer leads to: the end that the agent names, or first to others who are asked as well."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace

from seconder.verification.behind import Behind
from seconder.verification.models import Assignment, Decision, Review
from seconder.verification.rule import outcome

WAITS = "It waits until enough of those who are asked have answered."


def after(
    behind: Behind,
    review: Review,
    seats: Iterable[Assignment],
    decisions: Iterable[Decision],
    me: uuid.UUID,
    later: list[str],
) -> Behind:
    """`behind`, where the next vote is not the last that is needed: neither its button nor its card promises then what
    comes only when others have agreed. The vote is that of `me`, or of anybody who is asked and has not voted. `later`:
    the names of those of the next stage."""
    asked = {seat.person_id: seat.teams for seat in seats if seat.stage == review.stage}
    votes = {
        one.person_id: one.verdict
        for one in decisions
        if one.digest == review.digest and one.stage == review.stage
    }
    voter = me if me in asked else next((person for person in asked if person not in votes), None)
    if review.status != "open" or review.kind == "question" or voter is None:
        return behind
    if outcome(review.rule, asked, {**votes, voter: "reject"}) != "rejected":
        behind = replace(behind, if_rejected=WAITS)
    if outcome(review.rule, asked, {**votes, voter: "approve"}) != "approved":
        return replace(behind, approving="", doing="", if_approved=WAITS)
    if later:
        return replace(behind, approving="", doing="", if_approved=f"The next are asked: {', '.join(later)}.")
    return behind
