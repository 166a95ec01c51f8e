from __future__ import annotations

from typing import Annotated, Any

import typer

from seconder.cli import cards
from seconder.cli.terminal import Json, noun, show, show_all

app = noun("Look at what is allowed for a while, and take it back.")

Live = Annotated[bool, typer.Option("--live", help="Only what holds now.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Id = Annotated[str, typer.Argument(metavar="ID", help="The allowance's id, from `allowances list`.")]


@app.command("list")
def list_all(live: Live = False, limit: Limit = 50, as_json: Json = False) -> None:
    """List them, newest first."""
    from seconder.cli.calling import server

    with server() as api:
        found = api.pages("/allowances", limit, **({"live": "true"} if live else {}))
    none = "Nothing is allowed for now: every action that needs an approval is asked for."
    show_all(found if as_json else [_row(one) for one in found], as_json=as_json, none=none)


@app.command()
def end(allowance: Id, as_json: Json = False) -> None:
    """Take it back; from now on people are asked again."""
    from seconder.cli.calling import server

    with server() as api:
        made = api.post(f"/allowances/{allowance}/ending", {})
    if as_json:
        show(made, as_json=True)
    else:
        print("It is over; people are asked again.")


def _row(one: dict[str, Any]) -> dict[str, object]:  # Any: an answer of the API
    return {
        "id": one["id"],
        "agent": one["agent_id"],
        "tool": one["tool"],
        "by": cards.person(one["by"]),
        "used": f"{one['used']} of {one['most']}",
        "until": one["ended_at"] or one["ends_at"],
        "live": "yes" if one["is_live"] else "no",
    }
