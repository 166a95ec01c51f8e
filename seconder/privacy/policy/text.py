"""The policy in words, made from its facts: sections of paragraphs, lists, tables and links.

The words are kept with the version, so that each reads the same for ever, whatever a later build would say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from seconder.accounts.places import country_name
from seconder.core.json import JSON
from seconder.core.recipients import CHOSEN
from seconder.privacy.policy.words import (
    BASES,
    ERASURES,
    SOURCES,
    STOPS,
    SUBJECTS,
    kind_of_data,
    lasting,
)

Facts = Any  # JSON as `facts` makes it
Block = dict[str, JSON]


def sections(facts: Facts) -> list[JSON]:
    return [{"id": name, "title": title, "blocks": [*write(facts)]} for name, title, write in _SECTIONS]


def _short(facts: Facts) -> list[Block]:
    return [
        _list(
            "We keep what the product needs to work for you, and say below what that is.",
            "We do not sell your data. We do not share it for advertising, and nobody advertises here.",
            "What you write is encrypted under a key of your own. When you are erased, the key goes, and "
            "the text with it.",
            "Agents are programs. What they want to do outside waits for a person, unless people made a rule for it.",
            _optional([each for each in facts["cookies"].values() if each["optional"]]),
            "You can see, correct, take along and erase what is kept about you.",
        )
    ]


def _optional(cookies: list[Facts]) -> str:
    if not cookies:
        return "There are only cookies that the product needs."
    what = f"{_count(len(cookies), 'cookie')} can be refused."
    return f"{what} {'It is' if len(cookies) == 1 else 'They are'} off until you say yes."


def _who(facts: Facts) -> list[Block]:
    who = facts["controller"]
    said = [
        f"{who['name']} runs this installation at {who['site']} and answers for the data."
        if who["name"]
        else f"Whoever runs this installation at {who['site']} answers for the data. Their name is not said yet.",
        f"Write to: {_one_line(who['address'])}."
        if who["address"]
        else "They have not said a postal address yet.",
        f"Questions about your data go to {_all(who['contact'])}."
        if who["contact"]
        else "They have not named an address for questions about data yet.",
    ]
    if who["officer"]:
        said.append(f"Their data protection officer is at {_all(who['officer'])}.")
    if who["representative"]:
        said.append(f"Their representative is {_one_line(who['representative'])}.")
    if who["country"]:
        said.append(f"The installation stands in {country_name(who['country'])}.")
    return [
        *map(_p, said),
        _p(
            "If you use the product for an organization, that organization may have its own agreement with "
            "whoever runs it. That agreement then goes before this policy. Ask the organization first."
        ),
    ]


def _data(facts: Facts) -> list[Block]:
    rows = [
        [
            kind_of_data(name),
            _sentence(SOURCES[source] for source in each["sources"]),
            _sentence(facts["purposes"][purpose]["words"] for purpose in each["purposes"]),
        ]
        for name, each in facts["data"].items()
    ]
    attribution = facts.get("attribution", "")
    others = sorted(
        {
            SUBJECTS.get(subject, f"{subject}s")
            for each in facts["data"].values()
            for subject in each["subjects"]
        }
    )
    return [
        _p(f"This is all that is kept. It is about {_all(others)}."),
        _table(["What", "Where it comes from", "What it is used for"], rows),
        _p(
            "What you write to an agent can hold facts about other people. Those are treated like your own: "
            "encrypted, and "
            "erased with what you wrote."
        ),
        *([_p(f"Countries are looked up in a list by others: {attribution}")] if attribution else []),
    ]


def _purposes(facts: Facts) -> list[Block]:
    rows = [
        [
            each["words"],
            _sentence(BASES[basis] for basis in each["bases"].values()),
            "Nothing happens before you say yes"
            if each["needs_consent"]
            else _sentence(STOPS[way] for way in each["stoppable_by"]) or "End your account",
        ]
        for each in facts["purposes"].values()
    ]
    trained = any(name.startswith("ai.training") for name in facts["purposes"])
    return [
        _table(["What for", "Why the law allows it", "How you can stop it"], rows),
        _p(
            "A new purpose begins with a new version of this policy. It is not used for what you gave "
            "before, unless you "
            "agree."
        ),
        *([] if trained else [_p("Nobody trains language models on what you write.")]),
    ]


def _recipients(facts: Facts) -> list[Block]:
    rows = [
        [
            name_of(each),
            each["kind"],
            _sentence(kind_of_data(name) for name in each["categories"]),
            _sentence(facts["purposes"][name]["words"] for name in each["purposes"]),
        ]
        for each in facts["recipients"].values()
    ]
    return [
        _table(["Who", "What they are", "What they get", "What for"], rows)
        if rows
        else _p("Nobody outside this installation gets data."),
        _p(
            "Nobody gets data for advertising. Data is not sold, and not shared to follow you on other sites."
        ),
        _p(
            "Those who run the installation may have to show data to a court or an authority, to their "
            "lawyers, or to whoever "
            "takes the service over. They may do so only where the law asks for it or allows it, and no "
            "more than is needed."
        ),
        _links(("Who gets data, in full", "/privacy/recipients/")),
    ]


def _abroad(facts: Facts) -> list[Block]:
    rows = [
        [
            name_of(each),
            _all(country_name(country) for country in each["countries"]) or unsaid,
            each["transfer"] or unsaid,
            each["fallback"] or unsaid,
        ]
        for each in facts["recipients"].values()
        for unsaid in ["The organization chooses" if each["kind"] == CHOSEN else "Not said yet"]
    ]
    if not rows:
        return [_p("Your data stays where this installation is.")]
    return [
        _p("These are the countries in which your data is stored or read, and what protects it there."),
        _table(["Who", "Where", "What protects it", "If that falls away"], rows),
    ]


def _time(facts: Facts) -> list[Block]:
    rows = [
        [
            kind_of_data(name),
            _sentence(rule["words"] for rule in each["kept"].values()),
            _sentence(ERASURES[verb] for verb in each["erased"]),
        ]
        for name, each in facts["data"].items()
    ]
    return [
        _p(
            "What is over its time goes by itself. What happens when you have yourself erased stands beside it."
        ),
        _table(["What", "How long", "When you are erased it is"], rows),
    ]


def _cookies(facts: Facts) -> list[Block]:
    rows = [
        [
            name,
            each["what"],
            "no" if not each["optional"] else "yes",
            _kept(each),
        ]
        for name, each in facts["cookies"].items()
    ]
    return [
        _p("Your browser keeps these for us, and nothing else. We probe nothing in it to know it again."),
        _table(["Name", "What it is", "Can you refuse it?", "How long"], rows),
        _p(
            "If your browser sends the signal Global Privacy Control, we take it as a no: at once, and for your "
            "account too."
        ),
        _links(("Cookies, in full", "/privacy/cookies/"), ("Your privacy choices", "/privacy/choices/")),
    ]


def _machines(_facts: Facts) -> list[Block]:
    return [
        _p(
            "Agents are programs. They use a language model, or the built-in reader that comes with the "
            "product. What a model "
            "wrote is marked. It can be wrong."
        ),
        _p(
            "No machine decides alone about your rights or anything like them. Where an agent wants to act "
            "outside, people "
            "with names decide, or a rule that people made. You can ask who decided, and why, and have it "
            "looked at again."
        ),
    ]


def _rights(facts: Facts) -> list[Block]:
    contact = facts["controller"]["contact"]
    return [
        _list(
            "See what is kept about you, and get a copy that machines can read.",
            "Correct it. Your name, username, address and time zone you change yourself, in your account.",
            "Have it erased. You see first what goes, what stays and why.",
            "Have its use put on hold, or object to a use.",
            "Take back a yes at any time. What was done before stays allowed.",
            "Complain to the authority that protects data where you live.",
        ),
        _p("Nobody is treated worse for asking. You get an answer within a month."),
        _p(
            f"Ask in your account, or write to {_all(contact)}."
            if contact
            else "Ask in your account, or ask whoever runs this installation."
        ),
        _links(
            ("What is held of you, a copy, and deletion", "/account/privacy/"),
            ("Ask without an account", "/privacy/requests/"),
            ("Where your data went", "/account/privacy/disclosures/"),
            ("Your privacy choices", "/privacy/choices/"),
        ),
    ]


def _children(facts: Facts) -> list[Block]:
    return [
        _p(f"An account is for people of {facts['age']} and older. We ask, and make none for who is younger.")
    ]


def _security(facts: Facts) -> list[Block]:
    return [
        _list(
            "What you write is encrypted, under a key for each person.",
            "Passwords and keys are kept as hashes. Nobody can read them.",
            "Logs hold no words of yours.",
            "What is done is recorded in a way that shows if somebody changes it later.",
        ),
        _p(
            f"Have you found a weakness? Tell {_all(facts['security'])}."
            if facts["security"]
            else "Those who run this installation have not named an address for weaknesses yet."
        ),
        *([_links(("security.txt", "/.well-known/security.txt"))] if facts["security"] else []),
    ]


def _changes(facts: Facts) -> list[Block]:
    days = facts["notice_days"]
    return [
        _p(
            "Each change is a new version with a date. A change that matters to you is told here and by mail, "
            f"{_count(days, 'day')} before it counts. If it is only in the words, the new version just stands here."
            if days
            else "Each change is a new version with a date. A change that matters to you is told here and by mail."
        ),
        _links(("All versions, and what changed", "/privacy/versions/")),
    ]


def _promises(facts: Facts) -> list[Block]:
    return [
        _p("Each of these is checked by tests of the product. Its number tells which."),
        _table(["Number", "What we promise"], [[name, words] for name, words in facts["clauses"].items()]),
    ]


_SECTIONS: tuple[tuple[str, str, Callable[[Facts], list[Block]]], ...] = (
    ("short", "In short", _short),
    ("who", "Who answers for your data", _who),
    ("data", "What is kept about you", _data),
    ("purposes", "What it is used for", _purposes),
    ("recipients", "Who else gets it", _recipients),
    ("abroad", "Where in the world it goes", _abroad),
    ("time", "How long it is kept", _time),
    ("cookies", "Cookies", _cookies),
    ("machines", "Agents and decisions", _machines),
    ("rights", "What you can ask", _rights),
    ("children", "Children", _children),
    ("security", "How it is protected", _security),
    ("changes", "When this policy changes", _changes),
    ("promises", "What we promise, point by point", _promises),
)


def _p(text: str) -> Block:
    return {"p": text}


def _list(*lines: str) -> Block:
    return {"list": [*lines]}


def _table(head: list[str], rows: list[list[str]]) -> Block:
    return {"table": {"head": [*head], "rows": [[*row] for row in rows]}}


def _links(*links: tuple[str, str]) -> Block:
    return {"links": [[*link] for link in links]}


def name_of(recipient: Facts) -> str:
    """Of those whom an organization's agents call, only that is known."""
    known: str = recipient["entity"] if recipient["kind"] != CHOSEN else ""
    return known or str(recipient["name"])


def _kept(cookie: Facts) -> str:
    if cookie["place"] != "cookie":
        return "until you clear it"
    return "until you close the browser" if cookie["kept"] is None else _seconds(cookie["kept"])


def _seconds(seconds: int) -> str:
    if seconds < 86_400:
        return f"{max(1, seconds // 60)} minutes"
    return lasting(seconds // 86_400)


def _sentence(parts: Iterable[str]) -> str:
    """`One; another`, each once."""
    return "; ".join(dict.fromkeys(parts))


def _all(parts: Iterable[str]) -> str:
    """`one, two and three`."""
    *first, last = [*parts] or [""]
    return f"{', '.join(first)} and {last}" if first else str(last)


def _one_line(text: str) -> str:
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
