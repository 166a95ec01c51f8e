"""Running sums per counterparty: every use of a tool in the organization, whichever agent and step it comes from.

A use counts once it happened, while nobody knows whether it did, from when it was allowed, and, for who is not yet
approved, from a person's approval. Effects are taken in when somebody asks for the sum, so that no other agent pays
for it. One at a time per organization and tool: two uses that each stay below a threshold do not both pass where
together they do not.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from seconder.agents.file import AgentFile
from seconder.agents.file.sums import Sum
from seconder.agents.tools import Tool
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.json import Object, digest
from seconder.core.rows import load
from seconder.runs.models import Effect, Tally
from seconder.verification.models import Review

BATCH = 1000
Arguments = Any  # Any: an encrypted column holds any JSON


@dataclass(frozen=True)
class Use:
    """One use of a tool that is asked for. `is_approved`: a person said yes to just this."""

    organization_id: uuid.UUID
    run_id: uuid.UUID
    key: str
    tool: Tool
    arguments: Object
    is_approved: bool = False


@dataclass(frozen=True)
class Standing:
    """What a sum is for one counterparty, this use included; `total` is None where nobody can tell."""

    party: str
    total: Decimal | None
    count: int


Sums = dict[Sum, list[Standing]]


def key_of(run: uuid.UUID, step: str, call: str) -> str:
    """Of the effect of a model's call."""
    return f"{run}-{step}-{digest(call)[:16]}"


def judge(file: AgentFile, use: Use, *, may_reserve: bool) -> tuple[str, Sums]:
    """allow, ask or deny, and the sums that this was judged by. What is allowed, or a person approved, counts from here
    on, where `may_reserve`; the answer to a use that counts already stands, and is not made again."""
    with transaction.atomic():
        _one_at_a_time(use)
        found = standings(file, use)
        if _counts_already(use):
            return "allow", found
        ruled = decide(file, use, found)
        if may_reserve and (ruled == "allow" or (use.is_approved and ruled == "ask")):
            _write(use.key, use.run_id, use.organization_id, use.arguments, found, now())
    return ruled, found


def decide(file: AgentFile, use: Use, found: Sums) -> str:
    is_effect = use.tool.kind_of(use.arguments) == "effect"
    return file.decide(
        use.tool.name,
        use.arguments,
        effect=is_effect,
        args_schema=use.tool.arguments,
        running=lambda added_up: _highest(added_up, found[added_up]),
    )


def _highest(added_up: Sum, standing: list[Standing]) -> Object | None:
    """Of several counterparties the one that has most. None where it is not known of each, or of nobody."""
    totals = [one.total for one in standing if one.total is not None]
    if not standing or len(totals) < len(standing):
        return None
    count = max(one.count for one in standing)
    return {"total": float(max(totals)), "count": count} if added_up.of else {"count": count}


def standings(file: AgentFile, use: Use) -> Sums:
    """Of each sum that the policy reads: what it is for each counterparty of this use, with it."""
    sums = file.sums(use.tool.name)
    waiting = (
        [] if use.is_approved or not sums else list(_approved(use))
    )  # before the effects they may become
    return {added_up: list(_standing(added_up, use, waiting)) for added_up in sums}


def _standing(added_up: Sum, use: Use, waiting: list[tuple[str, Object]]) -> Iterator[Standing]:
    since = now() - added_up.span
    is_whole = _take_in(added_up, use, since)
    parties = {
        _hashed(one, use.organization_id): shown for one, shown in added_up.parties(use.arguments).items()
    }
    counted = _counted(added_up, use, list(parties), since)
    seen = _keys(added_up, [key for key, _ in waiting])
    mine = added_up.amount(use.arguments)
    for party, shown in parties.items():
        total, count, is_known = counted.get(party, (Decimal(0), 0, True))
        amounts = [mine, total if is_known and is_whole else None]
        for key, arguments in waiting:
            others = {_hashed(one, use.organization_id) for one in added_up.parties(arguments)}
            if key not in seen and party in others:
                amounts, count = [*amounts, added_up.amount(arguments)], count + 1
        known = [amount for amount in amounts if amount is not None]
        yield Standing(shown, sum(known, Decimal(0)) if len(known) == len(amounts) else None, count + 1)


def _hashed(party: str, organization: uuid.UUID) -> str:
    return keyed_hash(f"{organization} {party}", "counterparty")


def _one_at_a_time(use: Use) -> None:
    with connection.cursor() as cursor:
        name = f"sums {use.organization_id} {use.tool.name}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


_NOT_TAKEN_IN = """
WHERE tool = %s AND claimed_at > %s AND run_id IN (SELECT id FROM runs_run WHERE organization_id = %s)
AND lease IS NOT NULL AND NOT EXISTS (SELECT FROM runs_tally t WHERE t.key = runs_effect.key AND t.sum = %s)
LIMIT %s
"""  # a retry's copy of what happened in the run before has no lease, and does not count once more


def _take_in(added_up: Sum, use: Use, since: datetime) -> bool:
    """Whether that is all of them. A BATCH at a time, so that nobody waits long for the lock: until all are in, the sum
    is not known, and people are asked."""
    given = [use.tool.name, since, use.organization_id, added_up.id, BATCH]
    effects = load(Effect, _NOT_TAKEN_IN, given, without=("result",))
    rows = [
        row
        for effect in effects
        for row in _rows(
            added_up, effect.key, effect.run_id, use.organization_id, effect.arguments, effect.claimed_at
        )
    ]
    Tally.objects.bulk_create(rows)
    return len(effects) < BATCH


def _rows(
    added_up: Sum, key: str, run: uuid.UUID, organization: uuid.UUID, arguments: Arguments, at: datetime
) -> Iterator[Tally]:
    """Of arguments that were erased nobody can tell to whom they went, so they count for nobody."""
    given: Object = arguments if isinstance(arguments, dict) else {}
    parties = [_hashed(one, organization) for one in added_up.parties(given)] if given else []
    for party in parties or [""]:
        yield Tally(
            key=key,
            sum=added_up.id,
            party=party,
            run_id=run,
            amount=added_up.amount(given),
            at=at,
        )


def _write(
    key: str, run: uuid.UUID, organization: uuid.UUID, arguments: Object, sums: Iterable[Sum], at: datetime
) -> None:
    Tally.objects.filter(key=key).delete()
    by_id = {added_up.id: added_up for added_up in sums}  # over one time or another
    rows = [row for one in by_id.values() for row in _rows(one, key, run, organization, arguments, at)]
    Tally.objects.bulk_create(rows)


# What is allowed and not claimed yet counts while its run may still come to it.
_SUM = """
SELECT t.party, coalesce(sum(t.amount), 0), count(*), bool_and(t.amount IS NOT NULL)
FROM runs_tally t LEFT JOIN runs_effect e ON e.key = t.key LEFT JOIN runs_run r ON r.id = t.run_id
WHERE t.sum = %s AND t.party = ANY(%s) AND t.at > %s AND t.key <> %s
AND (e.status <> 'failed' OR (e.key IS NULL AND r.finished_at IS NULL))
GROUP BY t.party
"""


def _counted(
    added_up: Sum, use: Use, parties: list[str], since: datetime
) -> dict[str, tuple[Decimal, int, bool]]:
    """The amount and the number of the others, by counterparty, and whether each amount is known."""
    with connection.cursor() as cursor:
        cursor.execute(_SUM, [added_up.id, parties, since, use.key])
        return {party: (total, count, is_known) for party, total, count, is_known in cursor.fetchall()}


_COUNTS = """
SELECT EXISTS (SELECT FROM runs_tally t WHERE t.key = %s)
AND NOT EXISTS (SELECT FROM runs_effect e WHERE e.key = %s AND e.status = 'failed')
"""


def _counts_already(use: Use) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [use.key, use.key])
        return bool(cursor.fetchone()[0])


# What was approved wakes its run, which then is due or in a worker's hand until the effect is claimed.
_APPROVED = """
WHERE kind = 'action' AND outcome = 'approved' AND run_id IN
(SELECT id FROM runs_run WHERE organization_id = %s AND next_at IS NOT NULL AND finished_at IS NULL)
AND NOT EXISTS (SELECT FROM runs_effect e WHERE e.review_id = verification_review.id)
"""


def _approved(use: Use) -> Iterator[tuple[str, Object]]:
    """(key, arguments) of each other use of this tool that a person approved and that is about to happen."""
    for review in load(Review, _APPROVED, [use.organization_id]):
        card: Arguments = review.card
        key = key_of(review.run_id, review.step_id, review.call_id)
        if isinstance(card, dict) and card["content"].get("tool") == use.tool.name and key != use.key:
            arguments: Arguments = review.items[0]["value"]
            yield key, arguments


def _keys(added_up: Sum, keys: list[str]) -> set[str]:
    """Those of them that are among the counted already."""
    rows = Tally.objects.filter(key__in=keys, sum=added_up.id) if keys else Tally.objects.none()
    return set(rows.values_list("key", flat=True))
