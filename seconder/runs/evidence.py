"""The evidence of one run, as one file: a page to read, and behind it the same as JSON, signed, to be verified with
`verify_evidence.py` on a machine that knows nothing of this one.

    page  <script …>
    <hash> {"part": "run", …}        each hash covers the one before (of the first: of the page) and its own line
    <hash> {"part": "record", …}     records of the audit chain, each with the hash that it follows on
    <signature> {"count": …, "hash": …, "public_key": …}

It holds what the asker may see of the run, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string

from seconder.accounts.actor import Actor
from seconder.core import ai_notice
from seconder.core.clock import now, rfc3339
from seconder.core.json import JSON, Object, canonical
from seconder.core.refusals import NotFound
from seconder.core.snapshot import snapshot
from seconder.core.visible import visible
from seconder.events.chain import GENESIS, entry
from seconder.events.models import Event
from seconder.events.sealing import seal
from seconder.events.signing import public_key, sign_evidence
from seconder.runs import results, verify_evidence
from seconder.runs.models import Effect, Run
from seconder.runs.showing import serialize
from seconder.runs.verify_evidence import CLOSES, OPENS, sha
from seconder.verification import showing
from seconder.verification.models import Decision, Review

STYLES = ("tokens", "base", "frame", "content", "states", "print")


def response(actor: Actor, run: Run) -> HttpResponse:
    """The file, to be kept rather than shown: a page of this site it is not."""
    made = HttpResponse(bundle(actor, run), content_type="text/html; charset=utf-8")
    made["Content-Disposition"] = f'attachment; filename="evidence-{run.pk}.html"'
    made["Cache-Control"] = "no-store"
    return ai_notice.said(made)


def bundle(actor: Actor, run: Run) -> bytes:
    """`run` with its agent, as this actor found it."""
    moment, parts = _read(actor, run)
    written = _written(parts)
    page = _page(run, parts, moment, is_marked=bool(written))
    lines, before = [], sha(page)
    for part in parts:
        text = _line(part)
        before = sha(bytes.fromhex(before), text)
        lines.append(f"{before} ".encode() + text)
    head = _line(
        {
            "format": 1,
            "run": str(run.pk),
            "organization": str(run.organization_id),
            "count": len(parts),
            "hash": before,
            "at": moment,
            "algorithm": "Ed25519",
            "public_key": public_key(),
            **({"ai_generated": written, "digital_source_type": ai_notice.SOURCE} if written else {}),
        }
    )
    lines.append(f"{sign_evidence(head)} ".encode() + head)
    return page + OPENS + b"\n".join(lines) + CLOSES


def _read(actor: Actor, run: Run) -> tuple[str, list[Object]]:
    """When, and all of it as it stood at that one moment, with a record of everything that had happened: what came
    between sealing and that moment is sealed first."""
    while True:
        seal(wait=True)
        with snapshot():
            moment = str(rfc3339(now()))
            if not Event.objects.of_run(run.pk).unsealed().exists():
                found = Run.objects.visible_to(actor).select_related("agent").filter(pk=run.pk).first()
                if found is None:
                    raise NotFound("There is no such run here.")
                return moment, list(_parts(actor, found))


def _parts(actor: Actor, run: Run) -> Iterator[Object]:
    (whole,) = serialize([run])
    reviews = _reviews(actor, run)
    inner: dict[str, list[Any]] = {
        "step": whole.pop("steps"),
        "effect": _effects(whole.pop("effects")),
        "review": reviews,
    }
    whole["reviews"] = [one["id"] for one in reviews]
    yield {"part": "run", "run": whole}
    for name, rows in inner.items():
        for row in rows:
            yield {"part": name, name: row}
    yield from _records(run)


def _reviews(actor: Actor, run: Run) -> list[dict[str, Any]]:  # Any: as ReviewOut says
    """As the API shows them; of each decision also how strongly its person was signed in, and the digest of the card
    that they saw, which is not the review's own where an edit changed the card afterwards."""
    found = list(Review.objects.visible_to(actor).filter(run_id=run.pk).order_by("id"))
    votes = {str(vote.pk): vote for vote in Decision.objects.filter(review__in=found)}
    shown = showing.serialize(found)
    for review in shown:
        review["decisions"] = [
            {**one, "strength": votes[one["id"]].strength, "digest": votes[one["id"]].digest}
            for one in review["decisions"]
        ]
    return shown


def _effects(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: as EffectOut says
    """With what was done in the lines of a card, which show no secrets; the digest of the arguments, as the record of
    the claim has it; and what came of it in words."""
    rows = Effect.objects.in_bulk([one["key"] for one in shown])
    return [{**one, **_did(rows[one["key"]])} for one in shown]


def _did(row: Effect) -> Object:
    told = results.sentence(row.tool, row.arguments, row.result) if row.status == "done" else ""
    return {
        "did": list[JSON](results.lines(row.tool, row.arguments)),
        "told": told or None,
        "content": row.content_digest,
    }


def _records(run: Run) -> Iterator[Object]:
    """The records of the run, which who sees the run sees as well, with the hash that each follows on."""
    events = list(Event.objects.of_run(run.pk).sealed())
    earlier = Event.objects.filter(seq__in=[(event.seq or 0) - 1 for event in events])
    hashes = {seq: bytes(kept or b"") for seq, kept in earlier.values_list("seq", "hash")}
    for event in events:
        seq = event.seq or 0
        before: JSON = hashes.get(seq - 1, GENESIS).hex()
        record: JSON = entry(event, seq)
        yield {"part": "record", "record": record, "before": before, "hash": bytes(event.hash or b"").hex()}


def _line(value: Object) -> bytes:
    """One line that ends no script."""
    return canonical(value).replace(b"<", b"\\u003c")


def _written(parts: list[Object]) -> list[JSON]:
    """The steps of which a language model wrote the result; the built-in one is none and only quotes."""
    steps: list[Any] = [part["step"] for part in parts if part["part"] == "step"]  # Any: as StepOut says
    return [step["id"] for step in steps if step["model"] not in (None, "builtin")]


def _page(run: Run, parts: list[Object], moment: str, *, is_marked: bool) -> bytes:
    of_kind: dict[str, list[Any]] = {  # with nothing hidden in any text, names and notes too
        kind: [_visible(part[kind]) for part in parts if part["part"] == kind] for kind in _KINDS
    }
    body = render_to_string(
        "runs/evidence.html",
        {
            "agent": visible(run.agent.name),
            "run": of_kind["run"][0],
            "steps": of_kind["step"],
            # A template takes `card.items` for what every mapping has.
            "reviews": [{**one, "shown": one["card"]["items"]} for one in of_kind["review"]],
            "effects": of_kind["effect"],
            "records": of_kind["record"],
            "at": moment,
            "key": public_key(),
            "script": _script(),
        },
    )
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Evidence of run {run.pk}</title>'
    )
    look = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    if is_marked:
        look += f'<meta name="digital-source-type" content="{ai_notice.SOURCE}">'
    return f"{head}{look}<style>{_style()}</style></head><body>{body}\n".encode()


def _visible(value: JSON) -> JSON:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_visible(one) for one in value]
    if isinstance(value, dict):
        return {visible(name): _visible(one) for name, one in value.items()}
    return value


_KINDS = ("run", "step", "effect", "review", "record")


def _style() -> str:
    found = [finders.find(f"ui/{name}.css") for name in STYLES]
    return "\n".join(Path(str(path)).read_text() for path in found)


def _script() -> str:
    return Path(str(verify_evidence.__file__)).read_text()
