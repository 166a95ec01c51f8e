from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from seconder.cli import installation
from seconder.cli.terminal import Json, program, show

app = program("Read the database back from a backup.")

File = Annotated[Path, typer.Argument(help="A file that `seconder backup` wrote.")]
Force = Annotated[bool, typer.Option("--force", help="Replace what the database holds now.")]


@app.command()
def restore(file: File, force: Force = False, as_json: Json = False) -> None:
    """Read the database back from a backup, all or nothing, and migrate it to this version."""
    with installation.opened():
        from seconder.cli import archive

        manifest = archive.read(file, force=force)
        applied = installation.migrate()
    if as_json:
        show({"file": str(file), "applied": applied, **asdict(manifest)}, as_json=True)
    else:
        print(f"Restored the backup of {manifest.made_at[:19].replace('T', ' ')} UTC.")
