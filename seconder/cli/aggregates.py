from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Failed, Json, noun, show, show_all

if TYPE_CHECKING:
    from seconder.telemetry.importing.taking import Taken

app = noun("Take in sums that other providers counted.")

File = Annotated[Path, typer.Argument(help="CSV with a heading, or a JSON list of objects.")]
Source = Annotated[str, typer.Option(help="Who counted, like Plausible.")]


@app.command("import")
def take(file: File, source: Source, as_json: Json = False) -> None:
    """Take in numbers of people: day, measure, cell, people. A column about persons is refused."""
    with opened():
        from seconder.telemetry.importing.taking import take_usage

        _show(take_usage, file, source, as_json=as_json)


@app.command("import-errors")
def take_errors(file: File, source: Source, as_json: Json = False) -> None:
    """Take in errors: kind, release, count, first_at, last_at. A message is refused."""
    with opened():
        from seconder.telemetry.importing import taking

        _show(taking.take_errors, file, source, as_json=as_json)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List what was taken in, by source."""
    with opened():
        from django.db.models import Count, Max, Min

        from seconder.telemetry.models import ImportedAggregate

        rows = ImportedAggregate.objects.values("source").order_by("source")
        found = rows.annotate(
            numbers=Count("id"), first=Min("day"), last=Max("day"), imported_at=Max("imported_at")
        )
        shown = [{**row, "first": str(row["first"]), "last": str(row["last"])} for row in found]
        show_all(shown, as_json=as_json, none="None yet: seconder aggregates import FILE --source NAME")


def _show(verb: Callable[[Path, str], Taken], file: Path, source: str, *, as_json: bool) -> None:
    try:
        taken = verb(file, source)
    except OSError as failure:
        raise Failed(f"{file} cannot be read: {failure.strerror}.") from failure
    show({"taken": taken.rows, "left_out": taken.left_out}, as_json=as_json)
