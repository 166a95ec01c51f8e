"""How long things are kept: the rules that each `keep` of a `Datum` names by its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class RetentionRule:
    """`words`: as a person reads them, going on "It is kept …" · `since`: what the time is counted from · `days`: how
    many at most, None where no clock ends it but what somebody does · `why`: why so long, and not longer."""

    words: str
    since: str
    days: int | None
    why: str


RULES: dict[str, RetentionRule] = {}  # by the `keep` of a Datum


def declare_rule(keep: str, words: str = "", *, since: str, days: int | None, why: str) -> RetentionRule:
    """`words`: those of `keep` itself, if none are given. Raises ValueError where another rule goes by this name."""
    if keep in RULES:
        raise ValueError(f"the rule {keep!r} is declared twice")
    RULES[keep] = RetentionRule(words or keep, since, days, why)
    return RULES[keep]


_ENDS_BY = "somebody ends it"
_SIGNS_IN = "It is what signs the person in."
_RUNS = settings.KEEP_RUNS_DAYS
_A_YEAR = f"until {'a year' if _RUNS == 365 else f'{_RUNS} days'} after the run has ended, unless it is deleted before"
for _keep, _words, _since, _days, _why in (
    ("account + 30 d", "as long as the account, and up to 30 days after it", "the account's end", None,
     "The account is made of it; the 30 days are for what is under way."),
    ("until changed", "until it is changed", _ENDS_BY, None, _SIGNS_IN),
    ("until removed", "until it is removed", _ENDS_BY, None, _SIGNS_IN),
    ("until revoked", "until it is revoked", _ENDS_BY, None, "A key that works has to be recognised."),
    ("until disconnected", "until it is disconnected", _ENDS_BY, None, "They chose to sign in with that provider."),
    ("until unsubscribed", "until it is unsubscribed", _ENDS_BY, None,
     "News goes to whoever asked for it, and only so long."),
    ("until lifted", "until somebody writes to the address again", _ENDS_BY, None,
     "Who did not want mail is not written to when they come back."),
    ("with the seat", "as long as the seat in the organization", "the seat's end", None,
     "It says who works in the organization."),
    ("with the agent", "as long as the agent", "the agent's end", None,
     "Who answers for an agent is known as long as there is one."),
    ("with the session", "as long as one is signed in there", "the session's end", 90,
     "So that a person recognises where they are signed in."),
    ("14 d idle, 90 d at most", "14 days after the last use, 90 days at most", "the last use", 90,
     "A sign-in that nobody uses is a risk and no help."),
    ("never stored", "not at all", "it arrives", 0,
     "Nobody needs it here; the column is another program's and stays empty."),
    ("until sent, 1 d at most", "until it is sent, a day at most", "it was written", 1,
     "A letter waits to be sent, no longer."),
    ("1 d at most, as a keyed hash", "a day at most, as a keyed hash", "the first try", 1,
     "It counts tries, so that nobody guesses for long."),
    ("24 h", "24 hours", "it was made", 1, "A link ends within a day, and a call is repeated within one."),
    ("7 d after it is ready", "7 days after it is ready", "it is ready", 7,
     "Time to take it away; after that it is a risk and no help."),
    ("30 d", "30 days", "it was given", 30, "Whoever gave the list sees what became of it."),
    ("30 d, cut to /24 or /48", "30 days, cut short", "it happened", 30,
     "A network helps to see misuse while it is fresh."),
    ("30 d after it has ended", "30 days after it has ended", "its end", 30, "Whoever invited sees what became of it."),
    ("90 d", "90 days", "it was made", 90, "Long enough to find out what was sent, and to whom."),
    ("90 d after it ended", "90 days after it ended", "its end", 90, "Reviews of that time name who stood in."),
    ("180 d", "180 days", "it happened", 180, "Misuse is often seen late."),
    ("24 months", "24 months", "it happened", 730, "Whoever asks later where their data went still finds it."),
    ("3 y, pointing to nobody", "3 years, pointing to nobody", "its end", 3 * 365,
     "It can be shown that what was asked for was done."),
    ("3 y after the answer", "3 years after it was answered", "the answer", 3 * 365,
     "It can be shown that what was asked for was answered, and in time."),
    ("until the erasure has ended", "until the deletion has ended", "it was asked for", None,
     "Without it, mail and files could not be found."),
    ("always, as a keyed hash", "always, as a keyed hash", "it was taken", None,
     "A name is nobody else's ever after, so that nobody is taken for somebody who has gone."),
    ("until deleted, default 12 months idle", _A_YEAR, "the run's end", _RUNS,
     "People look at what was done, and why, for about a year."),
    ("with the run", _A_YEAR, "the run's end", _RUNS, "It says what was done with what was given."),
    ("with the run, as a keyed hash", f"{_A_YEAR}, as a keyed hash", "the run's end", _RUNS,
     "Sums of what was paid to whom go back so far at most."),
    ("with the review", _A_YEAR, "the run's end", _RUNS,
     "Who was asked and what they decided belongs to what was done."),
    ("organization's retention of records", "as long as the organization", "the organization's end", None,
     "A record that can be verified is whole or worth nothing; it names people by id only."),
    ("as long as the organization, and what the law asks for", "as long as the organization, and as the law asks",
     "the organization's end", None, "The law asks for these registers."),
):  # fmt: skip
    declare_rule(_keep, _words, since=_since, days=_days, why=_why)


def unknown(keeps: Mapping[str, str]) -> list[str]:
    """Of `where → keep`, one line for each whose words are no rule's."""
    return [
        f"{where} is kept {keep!r}, which is no rule in core.retention"
        for where, keep in sorted(keeps.items())
        if keep not in RULES
    ]
