from __future__ import annotations

from seconder.cli import installation
from seconder.cli.terminal import Json, program, show

app = program("Bring the database's tables up to this version.")


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database's tables up to this version; harmless when they are."""
    with installation.opened():
        installation.refuse_undeclared()
        applied = installation.migrate()
        installation.refuse_undeclared_tables()
    if as_json:
        show({"applied": applied}, as_json=True)
    else:
        print(f"Applied {len(applied)} migrations." if applied else "The tables are those of this version.")
