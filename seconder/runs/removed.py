"""What of a step's input was not given to its model (`agents.redacting`), as people read it."""

from __future__ import annotations

from seconder.core.json import Object


def _small(found: tuple[str, object]) -> str:
    return found[0].casefold()


def removed(notes: Object) -> str:
    """`1 card number, 2 IBANs`; "" for nothing."""
    found = notes.get("removed")
    counts = found if isinstance(found, dict) else {}
    return ", ".join(
        f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in sorted(counts.items(), key=_small)
    )
