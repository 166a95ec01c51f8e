"""`privacy datamap`: the records of processing, printed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, show_all

Form = Annotated[str, typer.Option("--format", help="fideslang (YAML) or dpv (JSON-LD), for other programs.")]


def datamap(form: Form = "", as_json: Json = False) -> None:
    """Print what is held, what for, and who receives it: from the declarations, without the database."""
    with opened(database=False):
        from seconder.core.registry import registry
        from seconder.privacy.records import activities
        from seconder.privacy.records.exports import FORMS

        if form and (form not in FORMS or as_json):
            raise typer.BadParameter("fideslang or dpv, and not together with --json", param_hint="--format")
        if form or as_json:
            sys.stdout.write(FORMS[form or "json"].write(registry()))
            return
        rows = [
            {
                "purpose": each.id,
                "held": ", ".join(kind.words for kind in each.kinds) or "nothing",
                "received_by": ", ".join(one.name for one in each.recipients) or "nobody outside",
            }
            for each in activities(registry())
        ]
        show_all(rows, as_json=False, none="Nothing is declared.")
