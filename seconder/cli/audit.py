from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Failed, Json, noun, show, show_all, tell

if TYPE_CHECKING:
    from seconder.accounts.models import Organization
    from seconder.events.verify import Verdict

app = noun("Export the record of what happened, and verify it.")

Target = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="Where to write; absent: standard output.")
]
Source = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="An export, verified offline; absent: this installation."),
]
Slug = Annotated[str, typer.Option(help="The organization's slug.")]
Key = Annotated[str, typer.Option(help="The key that must have signed it: 64 hexadecimal digits.")]


@app.command()
def export(file: Target = None, organization: Slug = "", as_json: Json = False) -> None:
    """Write an organization's record as JSON lines that end in a signed head."""
    with opened():
        from seconder.events.export import export as lines

        (chosen,) = _chosen(organization, "export")
        if file is None:
            sys.stdout.buffer.writelines(lines(chosen.pk))
            return
        count = _write(file, lines(chosen.pk)) - 1
        if as_json:
            show({"file": str(file), "organization": chosen.slug, "records": count}, as_json=True)
        else:
            print(
                f"{file}: {count} records of {chosen.slug} and a signed head; `bin/seconder audit verify {file}`"
            )


@app.command()
def verify(file: Source = None, organization: Slug = "", key: Key = "", as_json: Json = False) -> None:
    """Verify an export, or the record in this installation's database; names the first broken place."""
    if file is None:
        _verify_database(organization, as_json)
    else:
        _verify_file(file, key, as_json)


def _verify_file(file: Path, key: str, as_json: bool) -> None:
    from seconder.events.verify import verify as verdict_on

    try:
        with file.open("rb") as lines:
            verdict = verdict_on(lines, key or None)
    except OSError as failure:
        raise typer.BadParameter(f"{file} cannot be read: {failure.strerror}.") from failure
    if as_json:
        show(asdict(verdict), as_json=True)
    if not verdict.ok:
        raise Failed(f"{file}: {verdict.message}")
    if not as_json:
        print(f"{file}: {verdict.message}")


def _verify_database(organization: str, as_json: bool) -> None:
    with opened():
        from seconder.events.export import verify_chain

        found = [(one.slug, verify_chain(one.pk)) for one in _chosen(organization, "verify")]
    rows = [_row(slug, verdict) for slug, verdict in found]
    show_all(rows, as_json=as_json, none="There is no organization yet, so there is no record.")
    for slug, verdict in found:
        if not verdict.ok:
            raise Failed(f"{slug}: {verdict.message}")


def _row(slug: str, verdict: Verdict) -> dict[str, object]:
    return {"organization": slug, "ok": verdict.ok, "records": verdict.count, "said": verdict.message}


def _chosen(slug: str, verb: str) -> list[Organization]:
    """The organization that was named; of none, all to verify, and the oldest one to export."""
    from seconder.accounts.models import Organization
    from seconder.cli import admission

    if slug:
        return [admission.found(slug)]
    everyone = list(Organization.objects.order_by("pk"))
    if verb == "verify":
        return everyone
    if not everyone:
        raise Failed("There is no organization yet, so there is no record; `bin/up` makes the demo.")
    if len(everyone) > 1:
        tell(
            f"Of {len(everyone)} organizations this is {everyone[0].slug}; --organization SLUG names another."
        )
    return everyone[:1]


def _write(file: Path, lines: Iterable[bytes]) -> int:
    """How many lines were written. The file appears whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    count = 0
    try:
        with draft.open("wb") as target:
            for line in lines:
                target.write(line)
                count += 1
        draft.replace(file)
    except OSError as failure:
        draft.unlink(missing_ok=True)
        raise Failed(f"{file} cannot be written: {failure.strerror}.") from failure
    return count
