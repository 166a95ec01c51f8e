from __future__ import annotations

from seconder.cli.installation import migrate, opened
from seconder.cli.terminal import program

app = program("Run the main job once, here in the terminal, with the built-in model.")


@app.command()
def demo() -> None:
    """Run the main job once, here in the terminal, with the built-in model: a mailed purchase order is read, a
    rule asks for a person, somebody else decides, the confirmation is sent once, and the record is verified."""
    with opened():
        migrate()
        from seconder.cli.walkthrough import Walkthrough

        Walkthrough().walk()
