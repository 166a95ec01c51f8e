"""How long things are kept: the rules that each `keep` of a `Datum` names by its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RetentionRule:
    """`words`: as a person reads them · `since`: what the time is counted from · `days`: how many at most, None where
    no clock ends it but what somebody does · `why`: why so long, and not longer."""

    words: str
    since: str
    days: int | None
    why: str


RULES: dict[str, RetentionRule] = {}


def declare_rule(words: str, *, since: str, days: int | None, why: str) -> RetentionRule:
    """Raises ValueError where the words are another rule's already."""
    if words in RULES:
        raise ValueError(f"the rule {words!r} is declared twice")
    RULES[words] = RetentionRule(words, since, days, why)
    return RULES[words]


_ENDS_BY = "somebody ends it"
for _words, _since, _days, _why in (
    (
        "account + 30 d",
        "the account's end",
        30,
        "The account is made of it; the 30 days are for what is under way.",
    ),
    ("until changed", _ENDS_BY, None, "It is what signs the person in."),
    ("until removed", _ENDS_BY, None, "It is what signs the person in."),
    ("until revoked", _ENDS_BY, None, "A key that works has to be recognised."),
    ("until disconnected", _ENDS_BY, None, "The person chose to sign in with that provider."),
    ("until lifted", _ENDS_BY, None, "Who did not want mail is not written to when they come back."),
    ("with the seat", "the seat's end", None, "It says who works in the organization."),
    ("with the agent", "the agent's end", None, "Who answers for an agent is known as long as there is one."),
    ("with the session", "the session's end", 90, "So that a person recognises where they are signed in."),
    ("14 d idle, 90 d at most", "the last use", 90, "A sign-in that nobody uses is a risk and no help."),
    (
        "never stored",
        "it arrives",
        0,
        "Nobody needs it here; the column is another program's and stays empty.",
    ),
    ("until sent, 1 d at most", "it was written", 1, "A letter waits to be sent, no longer."),
    ("1 d at most, as a keyed hash", "the first try", 1, "It counts tries, so that nobody guesses for long."),
    ("24 h", "it was made", 1, "A link ends within a day, and a call is repeated within one."),
    ("30 d", "it was given", 30, "Whoever gave the list sees what became of it."),
    ("30 d, cut to /24 or /48", "it happened", 30, "A network helps to see misuse while it is fresh."),
    ("30 d after it has ended", "its end", 30, "Whoever invited sees what became of it."),
    ("90 d", "it was made", 90, "Long enough to find out what was sent, and to whom."),
    ("90 d after it ended", "its end", 90, "Reviews of that time name who stood in."),
    ("180 d", "it happened", 180, "Misuse is often seen late."),
    (
        "always, as a keyed hash",
        "it was taken",
        None,
        "A name is nobody else's ever after, so that nobody is taken for somebody who has gone.",
    ),
    (
        "until deleted, default 12 months idle",
        "the run's end",
        365,
        "People look at what was done, and why, for about a year.",
    ),
    ("with the run", "the run's end", 365, "It says what was done with what was given."),
    (
        "with the run, as a keyed hash",
        "the run's end",
        365,
        "Sums of what was paid to whom go back so far at most.",
    ),
    (
        "with the review",
        "the run's end",
        365,
        "Who was asked and what they decided belongs to what was done.",
    ),
    (
        "organization's retention of records",
        "the organization's end",
        None,
        "A record that can be verified is whole or worth nothing; it names people by id only.",
    ),
    (
        "as long as the organization, and what the law asks for",
        "the organization's end",
        None,
        "The law asks for these registers.",
    ),
):
    declare_rule(_words, since=_since, days=_days, why=_why)


def unknown(keeps: Mapping[str, str]) -> list[str]:
    """Of `where → keep`, one line for each whose words are no rule's."""
    return [
        f"{where} is kept {keep!r}, which is no rule in core.retention"
        for where, keep in sorted(keeps.items())
        if keep not in RULES
    ]
