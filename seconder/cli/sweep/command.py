from __future__ import annotations

import typer

from seconder.cli.sweep.peer import listening
from seconder.cli.sweep.person import MEANT, STAYS, Someone
from seconder.cli.sweep.searching import Sighting, search
from seconder.cli.sweep.site import running
from seconder.cli.terminal import show, tell


def sweep(*, as_json: bool) -> None:
    """Exit code 1 where a word is found where nobody declared it, or anywhere after the erasure."""
    with listening() as peer, running(peer.url) as site:
        someone = Someone(site)
        tell("seconder: somebody goes through an installation of their own …")
        someone.go()
        before = search(site, peer, someone.words)
        tell("seconder: and is erased …")
        site.command("privacy", "erase", someone.address, "--yes")
        # What went out is with whoever got it.
        after = [one for one in search(site, peer, someone.words) if one.store != "model"]
    undeclared = [one for one in before if not one.is_declared]
    left = [one for one in after if one.datum not in STAYS]
    if as_json:
        told = {"before": [vars(one) for one in before], "after": [vars(one) for one in after]}
        show({"ok": not undeclared and not left, **told}, as_json=True)
    else:
        _print(before, after)
        print(
            f"{len(before)} sightings, {len(undeclared)} undeclared; {len(left)} after the erasure, "
            f"{len(after) - len(left)} more of what stays. There is no object store, vector store or search index yet."
        )
    if undeclared or left:
        raise typer.Exit(1)


def _print(before: list[Sighting], after: list[Sighting]) -> None:
    print(f"{'datum':<28}{'found in':<18}{'where':<40}{'declared':<10}after erasure")
    for datum in MEANT:
        seen = [one for one in before if one.datum == datum]
        for one in seen:
            said = "yes" if one.is_declared else "NO"
            print(f"{datum:<28}{one.store:<18}{one.place:<40}{said:<10}{_then(one, after)}")
        if not seen:
            print(f"{datum:<28}nowhere in clear")
    for one in after:
        if (one.datum, one.store, one.place) not in {(each.datum, each.store, each.place) for each in before}:
            print(f"{one.datum:<28}{one.store:<18}{one.place:<40}{'':<10}{_then(one, after)}")


def _then(one: Sighting, after: list[Sighting]) -> str:
    if one.store == "model":
        return "with its reader"
    if not any((each.datum, each.store, each.place) == (one.datum, one.store, one.place) for each in after):
        return "gone"
    return f"stays: {STAYS[one.datum]}" if one.datum in STAYS else "STILL THERE"
