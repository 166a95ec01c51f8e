"""The page of one run: what it is, what state it is in, what one can do now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.naming import people
from seconder.agents import in_words
from seconder.core.clock import now
from seconder.events.catalogue import NAMES
from seconder.events.models import Event
from seconder.runs import about
from seconder.runs.history import History, kin
from seconder.runs.models import Run
from seconder.runs.pages import Context, either, name_of
from seconder.verification import inbox
from seconder.verification import pages as review_pages

FOLLOWED = " ".join(
    sorted(name for name in NAMES if name.split(".")[0] in ("run", "step", "review", "effect"))
)
_TODO = {
    "rejected": "Change what was asked for and run the agent again, or try this one again.",
    "canceled": "Run the agent again if it is still wanted.",
    "missing-value": "Give an input that says it, or have the review before this step fill the gap.",
    "tool": "Try again from the failed step; what was done before stays done and is not repeated.",
    "unknown-outcome": "Find out whether it happened, then try again from the failed step.",
    "workers-lost": "Ask whoever runs this installation to look at the workers' log and memory, then try again from "
    "the failed step.",
    "review-changed": "Do not go on by hand: whoever runs this installation should look at its record.",
}
_TRY = "Try again from the failed step. If it fails in the same way, its author should look at the agent."


def page(actor: Actor, run: Run) -> Context:
    # Asked first: what happens while the rest is read is told again, rather than missed.
    seen = Event.objects.of_run(run.pk).aggregate(last=Max("seq"))["last"] or 0
    history = History(actor, run)
    here = reverse("runs:run", args=[actor.organization.slug, run.pk])
    mine = _mine(actor, history)
    may_start = can(actor, "runs.start")
    return {
        "run": _run(actor, run, history, here),
        "steps": history.steps(),
        "live_url": f"/api/v1/runs/{run.pk}/events?after={seen}",
        "live_names": FOLLOWED,
        "fragment_url": here,
        "runs_url": reverse("runs:list", args=[actor.organization.slug]),
        "review_url": mine,
        "evidence_url": _url("evidence", actor, run),
        "access_url": _url("access", actor, run) if can(actor, "people.read") else None,
        "cancel_url": _url("cancellation", actor, run)
        if not run.has_ended and can(actor, "runs.control")
        else None,
        "retry_url": _url("retries", actor, run)
        if may_start and run.status in ("failed", "rejected", "canceled")
        else None,
        "fork_url": _url("forks", actor, run)
        if may_start and (run.has_ended or run.status == "waiting")
        else None,
    }


def _url(name: str, actor: Actor, run: Run) -> str:
    return reverse(f"runs:{name}", args=[actor.organization.slug, run.pk])


def _mine(actor: Actor, history: History) -> str | None:
    """The review that this actor may decide now."""
    if not history.open_reviews:
        return None
    first = inbox.decidable(actor).filter(run_id=history.run.pk).only("pk").order_by("due_at").first()
    return review_pages.address(first, actor.organization.slug) if first else None


def _run(actor: Actor, run: Run, history: History, here: str) -> Context:
    slug = actor.organization.slug
    names = people([run.requester_id])
    parent, children = kin(run, actor)
    return {
        "name": run.agent.name,
        "about": about.of([run])[run.pk],
        "url": here,
        "status": run.status,
        "agent": run.agent.name,
        "agent_url": reverse("agents:agent", args=[slug, run.agent.slug])
        if can(actor, "agents.read")
        else None,
        "agent_version": run.version.number,
        "newer_version": run.agent.latest_id != run.version_id,
        "is_rehearsal": run.is_rehearsal,
        "requester": name_of(names, run.requester_id),
        "started_at": run.created_at,
        "finished_at": run.finished_at,
        "duration": ((run.finished_at or now()) - run.created_at).total_seconds(),
        "cost": history.cost,
        "currency": "USD",
        "over": run.has_ended,
        "waiting": _waiting(actor, history) if run.status == "waiting" else None,
        "error": _error(run),
        "parent": {"url": _at(parent, slug), "label": _from(run, parent)} if parent else None,
        "children": [{"url": _at(child, slug), "label": _again(child)} for child in children],
        "input": run.input,
        "output": run.output if history.ends_in_words else None,
    }


def _at(run: Run, organization: str) -> str:
    return reverse("runs:run", args=[organization, run.pk])


def _from(run: Run, parent: Run) -> str:
    return (
        f"again from {in_words.name(run.from_step)}" if run.from_step else f"again after it {_ended(parent)}"
    )


def _ended(run: Run) -> str:
    return {"rejected": "was rejected", "canceled": "was canceled"}.get(run.status, run.status)


def _again(run: Run) -> str:
    what = f"From {in_words.name(run.from_step)}" if run.from_step else "From where it stopped"
    return f"{what}: {run.status}"


def _waiting(actor: Actor, history: History) -> Context:
    """What it waits for: people, or a time."""
    reviews = history.open_reviews
    if not reviews:
        return {"sentence": _pause(history), "question": "", "due_at": None, "url": None, "yours": False}
    first = min(reviews, key=lambda review: review.due_at)
    asked = history.seats[first.pk]
    more = f" (and {len(reviews) - 1} more)" if len(reviews) > 1 else ""
    who = either(["you" if seat["you"] else seat["name"] for seat in asked])
    return {
        "sentence": f"Waits for {who}",
        "question": f"{first.question}{more}",
        "due_at": first.due_at,
        "url": review_pages.address(first, actor.organization.slug),
        "yours": any(seat["you"] for seat in asked),
    }


def _pause(history: History) -> str:
    later: list[datetime] = [row.retry_at for row in history.rows.values() if row.retry_at]
    return "A step did not work and is tried again soon" if later else "Waits to go on"


def _error(run: Run) -> Context | None:
    error = run.error
    if not isinstance(error, dict):
        return None
    step, kind = in_words.name(str(error.get("step", ""))), str(error.get("type", ""))
    what = {"rejected": f"Rejected at {step}", "canceled": f"Canceled at {step}"}.get(
        run.status, f"{step} failed"
    )
    return {"what": what, "why": str(error.get("message", "")), "todo": _TODO.get(kind, _TRY)}
