from __future__ import annotations

from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, noun, show_all, tell

app = noun("See who may receive data from this installation; stop one at once, and resume it.")

Id = Annotated[str, typer.Argument(help="Its id, as `recipients list` prints it.")]


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List who may receive data: what is switched on by the settings, where it is, and what is stopped."""
    with opened():
        from seconder.core.recipients import RECIPIENTS
        from seconder.privacy.disclosures import rules

        stopped = rules.current().stopped
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "state": "stopped" if one.id in stopped else "on" if one.enabled() else "off",
                "hosts": list(one.reached),
                "countries": list(one.countries),
                "transfer": one.transfer,
                "fallback": one.fallback,
            }
            for one in sorted(RECIPIENTS.values(), key=lambda one: one.id)
        ]
        show_all(rows, as_json=as_json, none="None.")


@app.command()
def stop(recipient: Id) -> None:
    """Stop a recipient: from the next second on, nothing goes there from any process, and whoever asks is told why."""
    with opened():
        from seconder.privacy.disclosures import stopping

        stopping.stop(recipient)
        tell(f"Nothing goes to {recipient} any more. To take it back: seconder recipients resume {recipient}")


@app.command()
def resume(recipient: Id) -> None:
    """Resume a recipient that was stopped."""
    with opened():
        from seconder.privacy.disclosures import stopping

        stopping.resume(recipient)
        tell(f"{recipient} may receive data again.")
