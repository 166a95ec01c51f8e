from __future__ import annotations

from seconder.cli import installation
from seconder.cli.terminal import program
from seconder.cli.tether import Tether, begin
from seconder.core import failures

app = program("Run the worker process alone: it advances runs and does what waits in the queue.")


@app.command()
def worker(tether: Tether = None) -> None:
    """Run the worker process alone: it advances runs and does what waits in the queue."""
    with installation.opened(database=tether is None):
        from seconder.engine import worker as engine

        installation.refuse_undeclared()
        begin(tether)
        failures.guard()
        installation.refuse_undeclared_tables()
        engine.run()
