from __future__ import annotations

from seconder.cli.installation import opened
from seconder.cli.terminal import program
from seconder.cli.tether import Tether, begin
from seconder.core import failures

app = program("Run the worker process alone: it advances runs and does what waits in the queue.")


@app.command()
def worker(tether: Tether = None) -> None:
    """Run the worker process alone: it advances runs and does what waits in the queue."""
    with opened(database=tether is None):
        from seconder.engine import worker as engine

        begin(tether)
        failures.guard()
        engine.run()
