"""The agents in `examples/`, published into the demo organization."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seconder.accounts.actor import Actor
from seconder.agents import publishing
from seconder.core.refusals import Refusal

FOLDER = Path(__file__).resolve().parents[2] / "examples"


def publish(actor: Actor) -> Iterator[str]:
    """Publishes each example as its latest version; yields a line for each that is refused and goes on."""
    for file in sorted(FOLDER.glob("*.yaml")):
        try:
            publishing.publish(actor, file.read_bytes())
        except Refusal as refusal:
            yield f"examples/{file.name} was not published: {refusal.detail}"
