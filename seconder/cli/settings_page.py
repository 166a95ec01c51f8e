from __future__ import annotations

from seconder.cli.terminal import program
from seconder.core import settings_page

app = program("Print the table of settings.")


@app.command()
def settings() -> None:
    """Print the table of settings, as in docs/reference/settings.md."""
    print(settings_page.table(), end="")
