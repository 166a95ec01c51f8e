"""Counts of nobody: a token says whom it counted to nobody, and ends with its day. The register names who released."""

from seconder.core.retention import declare_rule
from seconder.core.vocabulary import Datum, declare

declare_rule(
    "its day, 24 h at most",
    since="it was counted",
    days=1,
    why="When the day is over, numbers are made of it.",
)
declare_rule("13 months", since="its day", days=396, why="A year can be compared with the one before.")
declare_rule("25 months", since="the last day it is about", days=761, why="Two years can be compared.")
declare(
    "telemetry.Measurement",
    impersonal="day measure cell mark",
    token=Datum(
        "user.behavior",
        purpose="analytics.usage",
        subject="visitor",
        source="automatic",
        keep="its day, 24 h at most",
        no_owner="It is made with a key that stands in memory only, so that it leads to nobody",
    ),
)
declare("telemetry.Timing", impersonal="id day route bucket count is_closed")
declare(
    "telemetry.ErrorGroup",
    impersonal="id fingerprint kind code stack release route process count first_at last_at state",
)
declare("telemetry.NoiseBudget", impersonal="year total spent")
declare("telemetry.Aggregate", impersonal="id day measure cell people")
declare("telemetry.ImportedAggregate", impersonal="id source day measure cell people imported_at")
_SAID = Datum(
    "user.content.private",
    purpose="service.record",
    keep="25 months",
    erase="restrict",
    no_owner="The operator says who gets numbers, and what binds them",
    free_text=True,
)
declare(
    "telemetry.Release",
    impersonal="id measure first last audience k cells withheld smallest finding method epsilon figures made_at",
    recipient=_SAID,
    contract=_SAID,
    by_id=Datum(
        "user.unique_id.pseudonymous",
        purpose="service.record",
        source="automatic",
        keep="25 months",
        erase="pseudonymise",
        owner="by_id",
    ),
)
