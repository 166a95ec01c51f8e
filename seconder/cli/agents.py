from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seconder.cli import given
from seconder.cli.terminal import Failed, Json, noun, show, show_all, tell

if TYPE_CHECKING:
    from seconder.cli.calling import Server

app = noun("Publish agents from files, look at them, and get them back as files.")

File = Annotated[Path, typer.Option("--file", "-f", help="The agent's file, YAML or JSON.")]
AgentId = Annotated[str, typer.Argument(metavar="ID", help="The agent's id.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Thing = dict[str, Any]  # Any: an answer of the API


@app.command()
def apply(file: File, as_json: Json = False) -> None:
    """Publish the file as the agent's next version; the same file again makes none."""
    from seconder.cli.calling import server

    content, kind = given.file(file)
    agent_id = _id(content, file)
    with server() as api:
        before = _version(api, agent_id)
        status, agent = api.send("PUT", f"/agents/{agent_id}", content, kind)
    for warning in agent["warnings"]:
        tell(f"warning: {warning}")
    if as_json:
        show(agent, as_json=True)
    elif status == 201:
        print(f"{agent['id']}: published, version {agent['version']}.")
    elif agent["version"] == before:
        print(f"{agent['id']}: nothing is new; version {agent['version']} stays.")
    else:
        print(f"{agent['id']}: version {agent['version']}, after {before}.")


@app.command()
def validate(file: File, as_json: Json = False) -> None:
    """Check the file against the organization (its people, teams and tools) and store nothing."""
    found = _checked(file)
    if as_json:
        show(found, as_json=True)
    for fault in [] if as_json else found["faults"]:
        print(_fault(fault))
    for warning in [] if as_json else found["warnings"]:
        tell(f"warning: {warning}")
    if not found["valid"]:
        count = len(found["faults"])
        raise Failed(f"{file} has {count} fault{'' if count == 1 else 's'}; nothing was stored.")
    if not as_json:
        print(f"{file} is in order; `bin/seconder agents apply -f {file}` publishes it.")


@app.command()
def diff(file: File, as_json: Json = False) -> None:
    """Show what the file would change in the published agent."""
    found = _checked(file)
    if not found["valid"]:
        raise Failed(
            f"{_fault(found['faults'][0])}; `bin/seconder agents validate -f {file}` lists all faults."
        )
    if as_json:
        show({"version": found["version"], "differences": found["differences"]}, as_json=True)
    elif found["version"] is None:
        print("This agent is not published yet; all of it is new.")
    elif not found["differences"]:
        print(f"No difference to version {found['version']}.")
    else:
        print("\n".join(line for one in found["differences"] for line in _difference(one)))


@app.command("list")
def list_all(limit: Limit = 100, as_json: Json = False) -> None:
    """List the agents."""
    from seconder.cli.calling import server

    with server() as api:
        agents = api.pages("/agents", limit)
    rows = agents if as_json else [_row(agent) for agent in agents]
    show_all(
        rows,
        as_json=as_json,
        none="None yet: bin/seconder agents apply -f examples/purchase-order-processor.yaml",
    )


@app.command("show")
def show_one(agent_id: AgentId, as_json: Json = False) -> None:
    """Show one agent and its steps."""
    from seconder.cli.calling import server

    with server() as api:
        agent = api.get(f"/agents/{agent_id}")
    if as_json:
        show(agent, as_json=True)
        return
    show({**_row(agent), "description": agent["description"]}, as_json=False)
    print()
    steps = [
        {"step": step["id"], "kind": _kind(step), "what": _what(step)} for step in agent["file"]["steps"]
    ]
    show_all(steps, as_json=False, none="")


@app.command()
def export(agent_id: AgentId, as_json: Json = False) -> None:
    """Print the agent as a file that can be edited and applied again."""
    from seconder.agents.file.export import to_document, to_yaml
    from seconder.cli.calling import server

    with server() as api:
        file = api.get(f"/agents/{agent_id}")["file"]
    show(to_document(file), as_json=True) if as_json else print(to_yaml(file), end="")


def _checked(file: Path) -> Thing:
    from seconder.agents.file.faults import Refused
    from seconder.cli.calling import server

    content, kind = given.file(file)
    try:
        agent_id = _id(content, file)
    except Refused as unreadable:
        faults = [dataclasses.asdict(fault) for fault in unreadable.faults]
        return {"valid": False, "version": None, "faults": faults, "warnings": [], "differences": []}
    with server() as api:
        _, found = api.send("POST", f"/agents/{agent_id}/validations", content, kind)
    return dict(found)


def _id(content: bytes, file: Path) -> str:
    """The id in the file, which is also its address."""
    from seconder.agents.file.reading import read

    found = read(content).get("id")
    if not isinstance(found, str) or not found or "/" in found:
        raise Failed(f"{file} has no `id` that could stand in an address; give it one, like id: order-check.")
    return found


def _version(api: Server, agent_id: str) -> int | None:
    from seconder.cli.calling import Refused

    try:
        version: int = api.get(f"/agents/{agent_id}")["version"]
    except Refused as refused:
        if refused.status != 404:
            raise
        return None
    return version


def _row(agent: Thing) -> dict[str, object]:
    owner = agent["owner"]
    return {
        "id": agent["id"],
        "name": agent["name"],
        "version": agent["version"],
        "owner": owner["name"] or owner["id"],
    }


def _kind(step: Thing) -> str:
    return {"ai": "prompt"}.get(step["kind"], str(step["kind"])) if "kind" in step else "step"


def _what(step: Thing) -> str:
    said = step.get("prompt") or step.get("tool") or (step.get("review") or {}).get("question") or ""
    line = " ".join(str(said).split())
    return line if len(line) <= 80 else line[:79] + "…"


def _fault(fault: Thing) -> str:
    shown = f" ({fault['value']})" if fault["value"] else ""
    return f"{fault['path'] or 'The file'} {fault['message']}{shown}"


def _difference(one: Thing) -> list[str]:
    import json

    lines = [one["path"]]
    for sign, value in (("-", one["before"]), ("+", one["after"])):
        if value is not None:
            lines.append(
                f"  {sign} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            )
    return lines
