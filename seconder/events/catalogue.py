"""All names of events, each with what it means. Apps add theirs in `events.py`; an unknown name is refused."""

NAMES: dict[str, str] = {}


def catalogue(**names: str) -> None:
    """`catalogue(run__queued="…")` adds `run.queued`."""
    for name, meaning in names.items():
        dotted = name.replace("__", ".")
        if dotted in NAMES:
            raise ValueError(f"{dotted} is in the catalogue already")
        NAMES[dotted] = meaning
