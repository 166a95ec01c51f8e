from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from seconder.cli.terminal import Json, noun, show, show_all

app = noun("Invite people by mail, look at the invitations, send them again or withdraw them.")

Email = Annotated[str, typer.Argument(help="Their e-mail address.")]
Role = Annotated[str, typer.Option(help="The role that they get.")]
Teams = Annotated[list[str] | None, typer.Option("--team", help="A team of theirs; repeat for more.")]
Message = Annotated[str, typer.Option(help="What stands in the letter as yours.")]
State = Annotated[str, typer.Option(help="invited, accepted, expired or canceled; absent: all.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The invitation's id, from `invitations list`.")]
File = Annotated[Path, typer.Option("--file", "-f", help="A CSV file: email,role,team,message.")]
ListId = Annotated[str, typer.Argument(metavar="ID", help="The list's id, from `invitations import`.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Thing = dict[str, Any]  # Any: an answer of the API


@app.command()
def create(
    email: Email, role: Role = "member", teams: Teams = None, message: Message = "", as_json: Json = False
) -> None:
    """Send a letter with a link that lets in whoever has this address."""
    from seconder.cli.calling import server

    with server() as api:
        made = api.post(
            "/invitations", {"email": email, "role": role, "teams": teams or [], "message": message}
        )
    show(_row(made, as_json=as_json), as_json=as_json)


@app.command("list")
def list_all(state: State = "", limit: Limit = 100, as_json: Json = False) -> None:
    """List the invitations, newest first."""
    from seconder.cli.calling import server

    with server() as api:
        found = api.pages("/invitations", limit, **({"state": state} if state else {}))
    rows = [_row(one, as_json=as_json) for one in found]
    show_all(rows, as_json=as_json, none="None yet: seconder invitations create EMAIL")


@app.command()
def resend(invitation: Id, as_json: Json = False) -> None:
    """Send the letter again, with a new link."""
    _event(invitation, "letters", as_json=as_json)


@app.command()
def cancel(invitation: Id, as_json: Json = False) -> None:
    """Withdraw the invitation: its link opens nothing any more."""
    _event(invitation, "cancellation", as_json=as_json)


@app.command("import")
def import_list(file: File, as_json: Json = False) -> None:
    """Invite everybody on a list; a worker takes the lines one by one."""
    from seconder.cli.calling import server

    with server() as api:
        _, made = api.send("POST", "/invitation-lists", file.read_bytes(), "text/csv")
    show(made, as_json=as_json)


@app.command()
def report(list_id: ListId) -> None:
    """Print what became of each line of a list, as CSV."""
    from seconder.cli.calling import server

    with server() as api:
        print(api.text(f"/invitation-lists/{list_id}/report"), end="")


def _event(invitation: str, what: str, *, as_json: bool) -> None:
    from seconder.cli.calling import server

    with server() as api:
        show(_row(api.post(f"/invitations/{invitation}/{what}", {}), as_json=as_json), as_json=as_json)


def _row(one: Thing, *, as_json: bool) -> Thing:
    if as_json:
        return one
    return {**{key: one[key] for key in ("id", "email", "role", "state")}, "teams": ", ".join(one["teams"])}
