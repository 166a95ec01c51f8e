from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seconder.cli import given
from seconder.cli.terminal import Failed, Json, noun, safe, show, show_all, tell

if TYPE_CHECKING:
    from seconder.cli.calling import Server
    from seconder.cli.following import Told

app = noun("Start runs, follow them, and end or repeat them.")

RunId = Annotated[str, typer.Argument(metavar="ID", help="The run's id.")]
AgentId = Annotated[str, typer.Argument(metavar="AGENT", help="The agent's id.")]
Input = Annotated[
    str,
    typer.Option(
        "--input",
        metavar="JSON|@FILE",
        help='The input: JSON, or a file. A mail (@x.eml) and a text (@x.txt) become {"text": …}.',
    ),
]
Wait = Annotated[
    bool, typer.Option("--wait", help="Follow the run until it ends, or waits for a person; say who.")
]
Rehearse = Annotated[bool, typer.Option("--dry-run", help="Describe effects instead of doing them.")]
Status = Annotated[
    str, typer.Option(help="queued, running, waiting, succeeded, failed, rejected or canceled.")
]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
FromStep = Annotated[str, typer.Option("--from-step", metavar="STEP", help="The step to begin with.")]
Target = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="Where to write; absent: standard output.")
]
Thing = dict[str, Any]  # Any: an answer of the API


@app.command()
def start(
    agent: AgentId, words: Input = "", wait: Wait = False, dry_run: Rehearse = False, as_json: Json = False
) -> None:
    """Start a run of the agent."""
    from seconder.cli.calling import server

    body: Thing = {"input": given.input_of(words), **({"dry_run": True} if dry_run else {})}
    with server() as api:
        begun = api.post(f"/agents/{agent}/runs", body)
        if wait:
            _wait(api, begun["id"], as_json)
        else:
            _begun(begun, as_json)


@app.command("list")
def list_all(status: Status = "", limit: Limit = 50, as_json: Json = False) -> None:
    """List runs, newest first."""
    from seconder.cli.calling import server

    with server() as api:
        runs = api.pages("/runs", limit, **({"status": status} if status else {}))
    rows = runs if as_json else [_row(run) for run in runs]
    show_all(
        rows, as_json=as_json, none="No such runs: bin/seconder runs start AGENT --input JSON starts one."
    )


@app.command("show")
def show_one(run_id: RunId, as_json: Json = False) -> None:
    """Show one run: its steps, what it gave, what it waits for."""
    from seconder.cli.calling import server

    with server() as api:
        _show(api, run_id, as_json)


@app.command()
def evidence(run_id: RunId, file: Target = None, as_json: Json = False) -> None:
    """Write the evidence of a run: one file, a page to read and the same as JSON, signed."""
    from seconder.cli.calling import server

    with server() as api:
        content, key = api.content(f"/runs/{run_id}/evidence"), api.audit_key()
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as failure:
        raise Failed(f"{file} cannot be written: {failure.strerror}.") from failure
    if as_json:
        show({"file": str(file), "run": run_id, "bytes": len(content)}, as_json=True)
    else:
        print(f"{file}: the evidence of run {run_id}; `python seconder/runs/verify_evidence.py {file} {key}`")


@app.command()
def events(run_id: RunId, as_json: Json = False) -> None:
    """Follow what happens in a run, from its beginning to its end; with --json, one event a line."""
    from seconder.cli import following
    from seconder.cli.calling import server

    with server() as api:
        for told in following.events(api, run_id):
            print(_event(told, as_json), flush=True)


@app.command()
def cancel(run_id: RunId, as_json: Json = False) -> None:
    """End a run now. What it asked people is withdrawn."""
    from seconder.cli.calling import server

    with server() as api:
        _begun(api.post(f"/runs/{run_id}/cancellation", {}), as_json)


@app.command()
def retry(run_id: RunId, as_json: Json = False) -> None:
    """Start a new run that goes on where this one failed."""
    from seconder.cli.calling import server

    with server() as api:
        _begun(api.post(f"/runs/{run_id}/retries", {}), as_json)


@app.command()
def fork(run_id: RunId, from_step: FromStep, words: Input = "", as_json: Json = False) -> None:
    """Start a new run from one of the steps on, with other input if it is given."""
    from seconder.cli.calling import server

    body: Thing = {"from_step": from_step, **({"input": given.input_of(words)} if words else {})}
    with server() as api:
        _begun(api.post(f"/runs/{run_id}/forks", body), as_json)


def _begun(run: Thing, as_json: bool) -> None:
    show(run, as_json=True) if as_json else print(f"{run['id']}  {run['status']}")


def _wait(api: Server, run_id: str, as_json: bool) -> None:
    from seconder.cli import following

    tell(f"run {run_id}")
    for told in following.events(api, run_id):
        if told.name == "end":
            break
        tell(_event(told, as_json=False))
        if told.name == "run.waiting" and _is_asked(api, run_id):
            break
    status = _show(api, run_id, as_json)
    if status not in ("succeeded", "waiting"):
        raise Failed(f"The run {status}; `bin/seconder runs show {run_id}` says why.")


def _is_asked(api: Server, run_id: str) -> bool:
    """Whether it waits for a person, and not only for a time to try again."""
    run = api.get(f"/runs/{run_id}")
    return run["status"] == "waiting" and bool(_open(api, run))


def _open(api: Server, run: Thing) -> list[Thing]:
    reviews = (
        [api.get(f"/reviews/{review}") for review in run["reviews"]] if run["status"] == "waiting" else []
    )
    return [review for review in reviews if review["status"] == "open"]


def _show(api: Server, run_id: str, as_json: bool) -> str:
    run = api.get(f"/runs/{run_id}")
    if as_json:
        show(run, as_json=True)
    else:
        _print(run, _open(api, run))
    return str(run["status"])


def _print(run: Thing, asked: list[Thing]) -> None:
    from seconder.cli.cards import person

    error = run["error"] or {}
    show(
        {
            **_row(run),
            **({"parent": run["parent_run_id"]} if run["parent_run_id"] else {}),
            **({"finished": run["finished_at"]} if run["finished_at"] else {}),
            **({"why": error.get("message")} if error else {}),
            **(
                {"output": json.dumps(run["output"], ensure_ascii=False)} if run["output"] is not None else {}
            ),
        },
        as_json=False,
    )
    print()
    steps = [
        {"step": step["id"], "status": step["status"], "cost": _cost(step), "gave": _gave(step)}
        for step in run["steps"]
    ]
    show_all(steps, as_json=False, none="")
    for review in asked:
        print()
        print(safe(f"Waits for {' or '.join(map(person, review['assignees']))}: {review['question']}"))
        print(f"  bin/seconder reviews show {review['id']}")


def _row(run: Thing) -> dict[str, object]:
    return {
        "id": run["id"],
        "agent": f"{run['agent_id']} (version {run['agent_version']})",
        "status": run["status"],
        "created": run["created_at"],
    }


def _gave(step: Thing) -> str:
    if step["error"]:
        return str(step["error"].get("message", ""))
    text = "" if step["output"] is None else json.dumps(step["output"], ensure_ascii=False)
    return text if len(text) <= 90 else text[:89] + "…"


def _cost(step: Thing) -> str:
    return f"{step['cost']['amount']} {step['cost']['currency']}" if step["cost"] else ""


def _event(told: Told, as_json: bool) -> str:
    if as_json:
        return json.dumps({"id": told.id, "event": told.name, **told.data}, ensure_ascii=False)
    if told.name == "end":
        return f"the run {told.data.get('status', 'ended')}"
    facts = ", ".join(
        f"{name} {_word(value)}" for name, value in told.data.get("facts", {}).items() if name in _TOLD
    )
    return f"{told.data.get('at', '')}  {told.name:<18}  {facts}".rstrip()


_TOLD = (
    "step",
    "verdict",
    "outcome",
    "tool",
    "because",
    "attempt",
    "on_timeout",
)  # ids and hashes say little to people


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
