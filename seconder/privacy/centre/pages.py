from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from seconder.core.purposes import PURPOSES
from seconder.privacy.holdings.finding import holdings
from seconder.privacy.holdings.words import ERASED, GROUPS, REST, group_of
from seconder.privacy.subject import Subject


@dataclass(frozen=True)
class Link:
    """Something a person can do or see: `url_name` of a page of their own."""

    label: str
    url_name: str
    what: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


# In this order beside each other at the top of the page. Other parts of the product add theirs.
LINKS = [
    Link("Where it went", "privacy:disclosures", "Who outside received which kinds of it, when and why."),
    Link("Take a copy", "privacy:exports", "Everything that is held of you, as files."),
    Link(
        "Choices", "privacy:own-choices", "What may be kept in your browser, and every answer that you gave."
    ),
    Link("Correct it", "accounts:profile", "Your name, username, address and time zone."),
    Link("Ask for something else", "privacy:own-requests", "To correct what others wrote, or to stop a use."),
    Link("Delete your account", "privacy:deletion", "You see first what goes and what stays."),
]


def held(subject: Subject) -> list[dict[str, object]]:
    """What is held: a query for each table."""
    return [
        {
            "label": each.label,
            "kind": each.kind,
            "count": count,
            "keeps": list(dict.fromkeys(rule.words for rule in each.keeps)),
            "then": ERASED[each.erase],
            "purposes": sorted({PURPOSES[datum.purpose].words for datum in each.data.values()}),
        }
        for each in holdings(subject)
        if (count := each.rows.count())
    ]


def grouped(rows: list[dict[str, object]]) -> list[tuple[str, list[dict[str, object]]]]:
    """Under the headings of `GROUPS`, those without anything left out."""
    found = [
        (title, [row for row in rows if group_of(str(row["label"])) == title]) for title in [*GROUPS, REST]
    ]
    return [(title, below) for title, below in found if below]


def uses(rows: list[dict[str, object]]) -> list[tuple[str, int]]:
    """Each use that something of theirs is there for, and for how many kinds of it."""
    counted: dict[str, int] = {}
    for row in rows:
        purposes = row["purposes"]
        assert isinstance(purposes, list)
        for words in purposes:
            counted[words] = counted.get(words, 0) + 1
    return sorted(counted.items(), key=lambda use: (-use[1], use[0]))
