"""The page docs/reference/permissions.md: which role may do what, and which verb each address asks for."""

from __future__ import annotations

import re
from itertools import groupby

from seconder.accounts.roles import MATRIX, MEANS, NEVER_FOR_SERVICES, OWNERS_ONLY, SAYS
from seconder.cli.addresses import Address, addresses
from seconder.core.doors import OPEN, SELF

_PAGE = """# Permissions

Who may do what, read off the code that enforces it. `can(actor, verb, thing)` in `accounts/actor.py` is the only judge;
every page and every call of the API names its verb at its door. A test opens every address with every method as every
role, as an outsider, as nobody and with keys, and compares each answer with this page.

## Roles

{roles}

An organization can make roles of its own from the same verbs, less those of owners only ({owners}).
One cannot give, nor put into a role, what one lacks. Reviews are assigned to whoever has `reviews.decide`; where nobody
else is named, to whoever has `organization.manage` as well.

A *personal key* may what its person's role may, less what its scopes leave out. A *service key* never has {services}.
Where an organization asks everybody for a second factor, whoever has none may nothing until they set one up.

## Verbs

{matrix}

Having the verb is the first half; the thing has the second word.

| thing | its own rule |
| --- | --- |
| a run | seen by who asked for it, by the owner of its agent, and with `runs.read-all` |
| a review | seen by who is assigned, who asked, the owner of the agent, and with `runs.read-all`; decided by who is \
assigned and not kept out by `forbid` |
| an allowance | seen by who gave it, and with `runs.read-all`; taken back by who gave it and has \
`reviews.decide`, and with `organization.manage` |
| an agent | seen with `agents.read`; the next version of any agent is published with `agents.build` |
| a person | managed by whoever has `people.manage` and every verb that the person has: an admin touches no owner |
| a team | managed with `teams.manage`, and, but for deleting it, by who leads it |
| a role | changed by whoever has `roles.manage` and every verb in it |
| an invitation | handled by whoever has `people.manage` and every verb of the role that it gives |
| a key | one's own with `keys.own`, anybody's with `keys.manage` |

The page *Who can see this* of each thing says who may do what to it, and why, by the same judge.

## Addresses

What a door asks for; where the rule behind it asks for another verb, of the thing that it finds, that stands second. An
outsider is answered 404, a member without the verb 403, nobody 401 or the sign-in page, another method 405. What is
*of the installation* is about all of it: it opens in the organization that runs it (`SECONDER_OPERATOR`), and is not
there (404) in any other.

{addresses}

This page is printed by `seconder reference permissions`.
"""
_OPENS = {OPEN: "anybody", SELF: "whoever is signed in"}


def page() -> str:
    return _PAGE.format(
        roles="\n".join(
            ["| role | |", "| --- | --- |", *(f"| {name} | {says} |" for name, says in SAYS.items())]
        ),
        owners=", ".join(f"`{verb}`" for verb in sorted(OWNERS_ONLY)),
        services=", ".join(f"`{verb}`" for verb in sorted(NEVER_FOR_SERVICES)),
        matrix=_matrix(),
        addresses="\n\n".join(_tables()),
    )


def _matrix() -> str:
    head = [f"| verb | lets one | {' | '.join(MATRIX)} |", "| --- | --- |" + " --- |" * len(MATRIX)]
    rows = [
        f"| `{verb}` | {means} | {' | '.join('yes' if verb in verbs else '' for verbs in MATRIX.values())} |"
        for verb, means in MEANS.items()
    ]
    return "\n".join(head + rows)


def _tables() -> list[str]:
    """One for each part of the site."""
    made = []
    for title, some in groupby(sorted(addresses(), key=_place), key=lambda one: _place(one)[1]):
        rows = "\n".join(f"| `{_route(each)}` | {_methods(each)} | {_verbs(each)} |" for each in some)
        made.append(f"### {title}\n\n| address | methods | verb |\n| --- | --- | --- |\n{rows}")
    return made


def _place(address: Address) -> tuple[int, str, str, str]:
    places = ["An organization's pages", "One's own pages", "Everybody's pages", "The API"]
    if address.is_api:
        number = 3
    elif address.route.startswith("/<slug:organization>/"):
        number = 0
    else:
        number = 1 if address.door == SELF else 2
    return number, places[number], _route(address), " ".join(address.methods or ())


def _route(address: Address) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address.route)


def _methods(address: Address) -> str:
    return (
        ", ".join(one for one in address.methods if one not in ("HEAD", "OPTIONS"))
        if address.methods
        else "any"
    )


def _verbs(address: Address) -> str:
    asked = ", then ".join(_OPENS.get(verb, f"`{verb}`") for verb in address.verbs)
    return f"{asked}, of the installation" if address.of_installation else asked
