from __future__ import annotations

from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, show, show_all

What = Annotated[str, typer.Argument(metavar="diff", help="What has changed since the latest version.")]


def policy(what: What, as_json: Json = False) -> None:
    """Say what differs between the privacy policy that is published and this installation as it is, and how much each
    difference weighs. Somebody who runs the installation publishes it, under Privacy, Policy."""
    if what != "diff":
        raise typer.BadParameter(f"there is no {what!r} of the policy, only diff")
    with opened():
        from seconder.privacy.policy.publishing import draft

        found = draft()
        rows = [{"about": each.about, "weight": each.weight, "change": each.words} for each in found.changes]
        latest = found.latest.number if found.latest else None
        said = {
            "latest": latest,
            "is_new": found.is_new,
            "weight": found.weight,
            "digest": found.document.digest,
        }
    if as_json:
        show({**said, "changes": rows}, as_json=True)
    elif latest is None:
        print("No version is published yet; `seconder migrate` makes the first.")
    elif not found.is_new:
        print(f"Nothing: version {latest} says what is so here.")
    else:
        show_all(rows, as_json=False, none="Only words of the text have changed.")
