from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, program, show

app = program("Write the database to one file.")

File = Annotated[Path, typer.Argument(help="The file to write.")]


@app.command()
def backup(file: File, as_json: Json = False) -> None:
    """Write the database to one file, also while Seconder is up. SECRET_KEY is not in it: keep it apart."""
    with opened():
        from seconder.cli import archive

        manifest = archive.write(file)
    size = file.stat().st_size
    if as_json:
        show({"file": str(file), "bytes": size, **asdict(manifest)}, as_json=True)
    else:
        print(
            f"Wrote {file} ({size / 1024:.0f} KiB). It needs this installation's SECRET_KEY to be restored."
        )
