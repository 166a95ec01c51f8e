"""All that is counted. A measure or a cell that is not declared here is refused: there is no other way in."""

from __future__ import annotations

import re
from dataclasses import dataclass

USAGE, VISITS, OTHERS = "analytics.usage", "analytics.visits", "analytics.others"  # names of `core.purposes`
_NAME = re.compile(r"[\w.:+ -]{1,80}", re.ASCII)  # of routes, events, browsers, systems, pairs of routes


class UnknownMeasure(ValueError):
    """Nobody declared this measure, or that it has such a cell."""


@dataclass(frozen=True)
class Measure:
    """`words` and `of` head its table. `cap`: the cells that one person may be counted in on one day. `cells`: all that
    there are, in order; empty: names as `_NAME` has them."""

    id: str
    words: str
    of: str
    cap: int
    cells: tuple[str, ...] = ()
    purpose: str = USAGE

    def has(self, cell: str) -> bool:
        return cell in self.cells if self.cells else bool(_NAME.fullmatch(cell))


LASTED = ("under a minute", "1 to 5 minutes", "5 to 15 minutes", "15 to 60 minutes", "over an hour")
LENGTHS = ("1 page", "2 to 5 pages", "6 to 20 pages", "over 20 pages")
UNKNOWN = "unknown"
# Elements that count clicks, by what stands in `data-counts`.
CLICKS = ("find", "shortcuts", "copy", "print")

# What counts as a deed, by the name of its event.
FEATURES = (
    "run.queued",
    "run.canceled",
    "review.voted",
    "review.decided",
    "review.delegated",
    "review.claimed",
    "allowance.given",
    "second_look.answered",
    "agent.published",
    "proposal.accepted",
    "invitation.created",
    "invitation.accepted",
    "membership.away",
    "key.created",
)

_ALL = (
    Measure("people", "People active", "Who", 1, ("everybody",)),
    Measure("visitors", "Visitors who were not signed in, by address", "Who", 1, ("everybody",)),
    Measure("routes", "Pages and calls", "Page or call", 60),
    Measure("public", "Pages opened without signing in", "Page", 20),
    Measure("features", "What people did", "Deed", len(FEATURES), FEATURES),
    Measure("clicks", "Clicks", "Element", len(CLICKS), CLICKS),
    Measure("hours", "Hours of access", "Hour, UTC", 24, tuple(f"{hour:02}" for hour in range(24))),
    Measure("visits", "How long visits lasted", "Duration", len(LASTED), LASTED),
    Measure("lengths", "Pages in a visit", "Pages", len(LENGTHS), LENGTHS),
    Measure("browsers", "Browsers", "Browser", 4),
    Measure("systems", "Systems", "System", 4),
    Measure("devices", "Devices", "Kind", 4, ("computer", "phone", "tablet", UNKNOWN)),
    Measure("countries", "Countries", "Country", 3),
    Measure("regions", "Regions", "Region", 3),
    Measure("ways", "Pages one after the other", "Two pages, in either order", 60, purpose=VISITS),
    Measure(
        "public ways", "Public pages one after the other", "Two pages, in either order", 20, purpose=VISITS
    ),
)
MEASURES = {measure.id: measure for measure in _ALL}
RESPONSE = "response"  # seconds by route, of nobody
BOUNDS = (
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
)  # seconds; above the last there is one more


def measure_of(name: str) -> Measure:
    try:
        return MEASURES[name]
    except KeyError:
        raise UnknownMeasure(f"{name!r} is no measure: declare it in telemetry.measures.") from None


def bucket_of(seconds: float) -> int:
    """The number of the first bound that is not below; one more than the last where there is none."""
    return next((number for number, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
