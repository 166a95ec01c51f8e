from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.policy import policy
from seconder.cli.records import datamap
from seconder.cli.terminal import Failed, Json, noun, show

if TYPE_CHECKING:
    from seconder.privacy.erasure.planning import Plan
    from seconder.privacy.subject import Subject

app = noun("Answer what people ask about their data.")
app.command()(policy)
app.command()(datamap)

Who = Annotated[str, typer.Argument(metavar="PERSON", help="Their e-mail address.")]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", help="SLUG=ADDRESS: who takes over what is theirs in an organization; repeat for more."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without, only what would be done is printed.")]


@app.command()
def erase(person: Who, to: To = None, yes: Yes = False, as_json: Json = False) -> None:
    """Erase a person, or whoever has only an address here: print what would be done, and with --yes do it now."""
    with opened():
        from seconder.privacy.erasure.planning import plan
        from seconder.privacy.subject import Subject

        subject = Subject.at(person)
        shown = plan(subject)
        if not shown.lines:
            raise Failed(f"Nothing is held of {person}.")
        heirs = _heirs(to or [])
        if not yes:
            _print_plan(shown, as_json=as_json)
            return
        _erase(subject, heirs, as_json=as_json)


@app.command()
def export(
    person: Who, file: Annotated[Path, typer.Argument(help="The zip file to write.")], as_json: Json = False
) -> None:
    """Write a copy of all that is held of a person, or of whoever has only an address here. Give it to nobody else."""
    with opened():
        from seconder.core.purposes import purpose
        from seconder.privacy.export import archive
        from seconder.privacy.subject import Subject

        with purpose("privacy.requests"):
            content = archive.write(Subject.at(person))
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                written.write(content)
        except OSError as failure:
            raise Failed(f"{file}: {failure.strerror}; choose another name.") from failure
    show({"file": str(file), "bytes": len(content)}, as_json=as_json)


@app.command("sweep")
def sweep_all(as_json: Json = False) -> None:
    """Send somebody who does not exist through an installation of their own, erase them, and search every store for
    what is left. Touches no database but that one."""
    with opened(database=False):
        from seconder.cli.sweep.command import sweep

        sweep(as_json=as_json)


def _erase(subject: Subject, heirs: dict[str, str], *, as_json: bool) -> None:
    from datetime import timedelta

    from seconder.accounts.models import Person
    from seconder.core.clock import now
    from seconder.privacy.erasure import clearing, performing
    from seconder.privacy.models import Erasure

    if subject.id:
        found = Person.objects.get(pk=subject.id)
        made = performing.ask(found, heirs=heirs, asked_by=None, grace=timedelta(0))
    else:
        made = Erasure.objects.create(address=subject.address, begins_at=now())
    try:
        is_done = performing.perform(made.pk)
    except clearing.Busy as busy:
        raise Failed(f"All rows are deleted; the database's files follow by themselves. {busy}") from busy
    made.refresh_from_db()
    gone = sum(made.counts.values())
    if as_json:
        show({"id": str(made.pk), "state": made.state, "rows": gone, "remarks": made.remarks}, as_json=True)
    elif is_done:
        print(f"Erased: {gone} rows deleted, their key destroyed.", *made.remarks, sep="\n")
    else:
        print("A worker is at it already.")


def _heirs(words: list[str]) -> dict[str, str]:
    """organization id → person id."""
    from seconder.cli import admission

    found = {}
    for word in words:
        slug, _, address = word.partition("=")
        found[str(admission.found(slug).pk)] = str(admission.known(address).pk)
    return found


def _print_plan(shown: Plan, *, as_json: bool) -> None:
    if as_json:
        lines = [
            {"data": line.label, "title": line.kind.title, "rows": line.count, "then": line.verb}
            for line in shown.lines
        ]
        seats = [
            {
                "organization": one.seat.organization.slug,
                "things": list(one.things),
                "to": one.heirs[0].person.email if one.heirs else None,
            }
            for one in shown.seats
        ]
        show({"data": lines, "organizations": seats, "named_by": list(shown.naming)}, as_json=True)
        return
    for line in shown.lines:
        print(f"{line.count:>7}  {line.kind.title}: {line.says}")
    for one in shown.seats:
        things = ", ".join(one.things) or "nothing to hand over"
        goes = f"goes to {one.heirs[0].person.email}" if one.heirs else "nobody else is there: it ends"
        print(f"{one.seat.organization.slug}: {things}; {goes}")
    for name in shown.naming:
        print(f"The agent {name} asks them by address; the default reviewers are asked instead.")
    print("Nothing was done. Add --yes to do it; then nobody can bring it back.")
