"""Records as JSON lines in `results/`, and as tables in Markdown: medians, and ours against each peer."""

import json
import os
import statistics
import time
from pathlib import Path

from benchmarks.places import RESULTS

Record = dict[str, object]
SAME = {"rates": ("workers",), "latency": (), "waiting": ("waiting",), "restart": ("waiting",), "cold": ()}
TITLES = {
    "rates": "As fast as it goes, {workers} worker(s)",
    "latency": "From decision to finished, at rest",
    "waiting": "{waiting} runs waiting",
    "restart": "A killed worker's successor, {waiting} runs waiting",
    "cold": "A worker's start and rest",
}
NOT_NUMBERS = {"peer", "what", "workers", "runs", "waiting", "at", "load"}
HIGHER_IS_BETTER = ("_per_s",)


class Sheet:
    """One benchmark's results: a file that grows line by line, so that a broken run keeps what it had."""

    def __init__(self, name: str, **facts: object):
        RESULTS.mkdir(exist_ok=True)
        self.path: Path = RESULTS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
        self.records: list[Record] = []
        self.write({"what": "facts", **facts})

    def write(self, record: Record) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(record) + "\n")

    def add(self, peer: str, record: Record) -> None:
        kept = {"peer": peer, **record, "load": round(os.getloadavg()[0], 2), "at": time.strftime("%H:%M:%S")}
        self.records.append(kept)
        self.write(kept)
        print(json.dumps(kept), flush=True)


def middle(records: list[Record], measure: str) -> float:
    return statistics.median(float(str(record[measure])) for record in records if measure in record)


def ratio(measure: str, ours: float, theirs: float) -> str:
    """How many times better ours is; below 1 it is worse."""
    better, worse = (ours, theirs) if measure.endswith(HIGHER_IS_BETTER) else (theirs, ours)
    return f"{better / worse:.2g}×" if worse > 0 and better >= 0 else "–"


def table(title: str, groups: dict[str, list[Record]], ours: str) -> list[str]:
    """One measurement: a row per measure, a column per peer, then a column per comparison with ours."""
    measures = list(
        dict.fromkeys(key for rows in groups.values() for key in rows[0] if key not in NOT_NUMBERS)
    )
    others = [peer for peer in groups if peer != ours] if ours in groups else []
    heads = [*groups, *(f"{ours} is better than {peer} by" for peer in others)]
    lines = [f"### {title}", "", f"| | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    for measure in measures:
        values = {peer: middle(rows, measure) for peer, rows in groups.items() if measure in rows[0]}
        cells = [f"{values[peer]:g}" if peer in values else "–" for peer in groups]
        cells += [
            ratio(measure, values[ours], values[peer]) if ours in values and peer in values else "–"
            for peer in others
        ]
        lines.append(f"| {measure.replace('_', ' ')} | {' | '.join(cells)} |")
    return [*lines, ""]


def markdown(records: list[Record], ours: str = "seconder") -> str:
    """All tables; medians where a measurement was repeated."""
    kinds: dict[tuple, dict[str, list[Record]]] = {}
    for record in records:
        what = str(record["what"])
        if what in SAME:
            kind = (what, *(record[key] for key in SAME[what]))
            kinds.setdefault(kind, {}).setdefault(str(record["peer"]), []).append(record)
    lines: list[str] = []
    for (what, *_), groups in sorted(
        kinds.items(), key=lambda item: (list(TITLES).index(item[0][0]), item[0])
    ):
        first = next(iter(groups.values()))[0]
        lines += table(TITLES[what].format(**first), groups, ours)
    return "\n".join(lines)
