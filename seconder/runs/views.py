from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.actor import can
from seconder.accounts.gate import Asked
from seconder.agents import pages as agent_pages
from seconder.agents.forms import RunForm
from seconder.core.doors import door
from seconder.core.refusals import NotFound, Refusal
from seconder.core.responses import SeeOther
from seconder.runs import evidence, finding, pages, run_page
from seconder.runs.home import page as home_page
from seconder.runs.models import Run
from seconder.ui import uploads
from seconder.ui.context import places

SIGHT = Sight(
    "run",
    "runs.read",
    "runs.read-all",
    {"runs.control": "cancel it", "runs.start": "try it again or fork it"},
)


@door("home.read")
@require_safe
def home(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """What waits for one, what runs, and the first step when there is nothing yet."""
    return render(request, f"ui/home.html{_part(request, 'now')}", home_page(request.actor))


@door("home.read")
@require_safe
def search(request: Asked, organization: str) -> HttpResponse:
    """`?text=` what is looked for. For the palette, which asks with HTMX, its options alone."""
    text = request.GET.get("text", "")[: finding.LONGEST].replace("\x00", "")
    groups = finding.find(request.actor, text, places(request, organization))
    shown = {"text": text, "groups": groups, "count": sum(len(group["hits"]) for group in groups)}
    shown |= {"runs_count": finding.RUNS, "reviews_count": finding.REVIEWS}
    return render(request, f"runs/search.html{_part(request, 'options')}", shown)


@door("runs.read")
@require_safe
def run_list(request: Asked, organization: str) -> HttpResponse:
    """`?status=` one of the tabs · `?agent=` its id · `?after=` the cursor of the page before."""
    here, asked = reverse("runs:list", args=[organization]), request.GET
    status, agent = asked.get("status", ""), asked.get("agent", "").replace("\x00", "")
    rows, following = pages.page(pages.listed(request.actor, status, agent), asked.get("after", ""))
    shown = {
        "tabs": [
            {"label": label, "url": _with(here, status=name, agent=agent), "here": name == status}
            for name, label in pages.TABS.items()
        ],
        "runs": pages.lines(rows, organization),
        "filtered": bool(status or agent),
        "agents_url": reverse("agents:list", args=[organization])
        if can(request.actor, "agents.read")
        else None,
        "next_url": _with(here, status=status, agent=agent, after=following) if following else None,
        "fragment_url": request.get_full_path(),
    }
    return render(request, f"runs/list.html{_part(request, 'list')}", shown)


def _with(here: str, **asked: str) -> str:
    said = {name: value for name, value in asked.items() if value}
    return f"{here}?{urlencode(said)}" if said else here


@door("runs.read")
@require_safe
def run_show(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:  # noqa: ARG001  the door reads it
    page = run_page.page(request.actor, find(request, run))
    return render(request, f"runs/run.html{_part(request, 'fragment')}", page)


@door("runs.read", rule="people.read")
@require_safe
def run_access(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:
    one = find(request, run)
    return access_page(request, one, SIGHT, one.agent.name, reverse("runs:run", args=[organization, run]))


@door("runs.start")
@require_POST
def run_create(request: Asked, organization: str, agent: str) -> HttpResponse:
    """Starts a run of the agent; `dry_run` rehearses it. What cannot be read is said at its field."""
    found = agent_pages.find(request.actor, agent)
    assert found.latest, "an agent without a version is not found"
    form = RunForm.of(found.latest, request.POST.dict(), uploads.given(request))
    error, status = "Some values cannot be read. Nothing was started; what you wrote stands below.", 422
    if not form.errors:
        try:
            run = Run.start(found, request.actor, form.given, dry_run="dry_run" in request.POST)
        except Refusal as refused:
            error, status = refused.detail, refused.status
        else:
            return _to(organization, run)
    page = agent_pages.agent_page(request.actor, found, form, error)
    return render(request, "agents/agent.html", page, status=status)


@door("runs.read")
@require_safe
def run_evidence(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:  # noqa: ARG001  the door reads it
    return evidence.response(request.actor, find(request, run))


@door("runs.control")
@require_POST
def cancellation_create(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:
    one = find(request, run)
    try:
        one.cancel(request.actor)
    except Refusal as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, "The run is canceled.")
    return _to(organization, one)


@door("runs.start")
@require_POST
def retry_create(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:
    return _again(request, organization, find(request, run), "")


@door("runs.start")
@require_POST
def fork_create(request: Asked, organization: str, run: uuid.UUID) -> HttpResponse:
    """A new run from `from_step` on, with the same input."""
    return _again(request, organization, find(request, run), request.POST.get("from_step", ""))


def _again(request: Asked, organization: str, run: Run, from_step: str) -> HttpResponse:
    try:
        made = run.fork(request.actor, from_step) if "from_step" in request.POST else run.retry(request.actor)
    except Refusal as refused:
        messages.error(request, refused.detail)
        return _to(organization, run)
    messages.success(request, "This is a new run; what was finished before is taken over.")
    return _to(organization, made)


def find(request: Asked, run: uuid.UUID) -> Run:
    """Raises NotFound for a run that is not there or not to be seen."""
    seen = Run.objects.visible_to(request.actor).select_related("agent", "version")
    found = seen.filter(pk=run).first()
    if found is None:
        raise NotFound("There is no such run here, or it is not yours to see.")
    return found


def _to(organization: str, run: Run) -> HttpResponse:
    return SeeOther(reverse("runs:run", args=[organization, run.pk]))


def _part(request: HttpRequest, name: str) -> str:
    return f"#{name}" if request.headers.get("HX-Request") == "true" else ""
