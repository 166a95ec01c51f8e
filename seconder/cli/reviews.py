from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from seconder.cli import cards, given
from seconder.cli.terminal import Failed, Json, noun, safe, show, show_all, tell

if TYPE_CHECKING:
    from seconder.cli.calling import Server

app = noun("Look at what waits for a decision, and decide.")

ReviewId = Annotated[str, typer.Argument(metavar="ID", help="The review's id.")]
Mine = Annotated[bool, typer.Option("--mine", help="Only those that you may decide.")]
Status = Annotated[str, typer.Option(help="open, decided, expired or withdrawn; all with --status ''.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Note = Annotated[str, typer.Option(help="Why; the requester reads it.")]
Reason = Annotated[str, typer.Option("--note", help="Why not; the requester reads it.")]
Answer = Annotated[str, typer.Argument(metavar="VALUE", help="The answer, where it is one value.")]
Parts = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A part of the answer; repeat for more."),
]
Wanted = Annotated[str, typer.Option("--note", help="What to change; the agent is told.")]
Edits = Annotated[
    list[str],
    typer.Option(
        "--set", metavar="PATH=VALUE", help="A shown value and what to make of it; repeat for more."
    ),
]
Digest = Annotated[
    str,
    typer.Option(
        help="Decide only if the card is still the one with this digest (`reviews show` prints it)."
    ),
]
Stage = Annotated[
    int,
    typer.Option(
        help="Where you are asked at several stages: the one at which you decide (`reviews show` prints it)."
    ),
]
To = Annotated[str, typer.Option("--to", metavar="PERSON", help="The colleague's e-mail address.")]
Whose = Annotated[str, typer.Option("--from", metavar="PERSON", help="Whose place, where it is not yours.")]
Given = Annotated[str, typer.Option("--note", help="Why; whoever takes it reads it.")]
Lasts = Annotated[
    str,
    typer.Option(
        "--allow-for", metavar="DURATION", help="Of an action: allow the like so long; 24h at most."
    ),
]
Most = Annotated[int, typer.Option("--allow-most", help="So many of the like at most.", min=1)]
Like = Annotated[
    list[str] | None,
    typer.Option(
        "--like",
        metavar="ARGUMENT=RULE",
        help='What is like it: {"ends_with": "@example.com"}, {"at_most": 100} or {"any": true}; repeat for more. '
        "Every other argument is exactly the same.",
    ),
]
Thing = dict[str, Any]  # Any: an answer of the API


@app.command("list")
def list_all(mine: Mine = False, status: Status = "open", limit: Limit = 50, as_json: Json = False) -> None:
    """List reviews, newest first."""
    from seconder.cli.calling import server

    query = {**({"status": status} if status else {}), **({"mine": "true"} if mine else {})}
    with server() as api:
        reviews = api.pages("/reviews", limit, **query)
    rows = reviews if as_json else [_row(review) for review in reviews]
    show_all(rows, as_json=as_json, none="Nothing waits for you." if mine else "There are no such reviews.")


@app.command("show")
def show_one(review_id: ReviewId, as_json: Json = False) -> None:
    """Show one review: what is asked, of whom, and the card."""
    from seconder.cli.calling import server

    with server() as api:
        review = api.get(f"/reviews/{review_id}")
    if as_json:
        show(review, as_json=True)
    else:
        print(f"{cards.card(review)}\ndigest     {review['digest']}")


@app.command()
def approve(
    review_id: ReviewId,
    note: Note = "",
    digest: Digest = "",
    stage: Stage = 0,
    lasts: Lasts = "",
    most: Most = 10,
    like: Like = None,
    as_json: Json = False,
) -> None:
    """Approve what is shown; with --allow-for also the like, for a while."""
    if like and not lasts:
        raise typer.BadParameter("--like goes with --allow-for.")
    allowance = {"lasts": lasts, "most": most, "like": given.edits_of(like or [])} if lasts else None
    _decide(review_id, "approve", digest, as_json, note=note, allowance=allowance, stage=stage or None)


@app.command()
def reject(
    review_id: ReviewId, note: Reason, digest: Digest = "", stage: Stage = 0, as_json: Json = False
) -> None:
    """Say no, and why."""
    _decide(review_id, "reject", digest, as_json, note=note, stage=stage or None)


@app.command()
def changes(
    review_id: ReviewId, note: Wanted, digest: Digest = "", stage: Stage = 0, as_json: Json = False
) -> None:
    """Ask for changes: the agent tries again with your note, and people are asked again."""
    _decide(review_id, "request_changes", digest, as_json, note=note, stage=stage or None)


@app.command()
def answer(
    review_id: ReviewId,
    value: Answer = "",
    parts: Parts = None,
    note: Note = "",
    digest: Digest = "",
    as_json: Json = False,
) -> None:
    """Answer a question: with one VALUE, or by --set NAME=VALUE for each part of the answer."""
    _decide(review_id, "answer", digest, as_json, note=note, answer=given.answer_of(value, parts or []))


@app.command()
def edit(
    review_id: ReviewId,
    edits: Edits,
    note: Note = "",
    digest: Digest = "",
    stage: Stage = 0,
    as_json: Json = False,
) -> None:
    """Approve with other values. A value that reads as JSON is that (9000, true, null), anything else is text."""
    edited = given.edits_of(edits)
    _decide(review_id, "edit", digest, as_json, note=note, edits=edited, stage=stage or None)


@app.command()
def delegate(review_id: ReviewId, to: To, whose: Whose = "", note: Given = "", as_json: Json = False) -> None:
    """Give your place to a colleague; with --from somebody else's, and then --note says why."""
    from seconder.cli.calling import server

    body = {"to": to, "note": note, **({"from": whose} if whose else {})}
    with server() as api:
        made = api.post(f"/reviews/{review_id}/delegations", body)
    if as_json:
        show(made, as_json=True)
        return
    passed = made["delegation"]
    print(safe(f"{cards.person(passed['to'])} is asked in place of {cards.person(passed['from'])}."))


@app.command()
def claim(review_id: ReviewId, as_json: Json = False) -> None:
    """Tell the others that you look at it, for half an hour; it keeps nobody from deciding."""
    _mark("PUT", review_id, as_json, "The others see that you look at it, until {until}.")


@app.command()
def release(review_id: ReviewId, as_json: Json = False) -> None:
    """Look at it no more."""
    _mark("DELETE", review_id, as_json, "You look at it no more; the others see that.")


def _mark(method: str, review_id: str, as_json: bool, words: str) -> None:
    from seconder.cli.calling import server

    with server() as api:
        review = api.state(method, f"/reviews/{review_id}/claim")
    if as_json:
        show(review, as_json=True)
    else:
        print(words.format_map(review["claim"] or {}))


def _decide(
    review_id: str, verdict: str, digest: str, as_json: bool, **words: Any
) -> None:  # Any: of the body
    """Fetches and shows the card, then decides on exactly that."""
    from seconder.cli.calling import server

    with server() as api:
        review = api.get(f"/reviews/{review_id}")
        if not as_json:
            print(f"{cards.card(review)}\n")
        body = {
            "verdict": verdict,
            "digest": digest or review["digest"],
            **{k: v for k, v in words.items() if v not in ("", {}, None)},
        }
        made = _posted(api, review_id, body)
    if as_json:
        show(made, as_json=True)
        return
    print(cards.decided(made["decision"]))
    if made["review"]["status"] == "open":
        tell("The rule is not met yet; others are still asked.")


def _posted(api: Server, review_id: str, body: Thing) -> Thing:
    from seconder.cli.calling import Refused

    try:
        return dict(api.post(f"/reviews/{review_id}/decisions", body))
    except Refused as refused:
        decision = refused.problem.get("decision")
        if refused.kind not in ("already-decided", "already-voted") or not isinstance(decision, dict):
            raise
        raise Failed(
            f"{refused} It was: {cards.decided({'edits': None, 'answer': None, **decision})}."
        ) from refused


def _row(review: Thing) -> dict[str, object]:
    return {
        "id": review["id"],
        "question": review["question"],
        "agent": review["agent_id"],
        "for": cards.person(review["requester"]),
        "asked": [cards.person(one) for one in review["assignees"]],
        "status": review["outcome"] or review["status"],
        "due": review["due_at"],
    }
