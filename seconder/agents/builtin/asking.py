"""Which tool a prompt asks for, by likeness of words, and the arguments that the texts give for it."""

import re
from dataclasses import dataclass

from seconder.agents.builtin.candidates import Reading
from seconder.agents.builtin.extraction import Extraction, extract
from seconder.agents.builtin.sentences import summary
from seconder.agents.builtin.vocabulary import token_list
from seconder.agents.builtin.wanted import Schema
from seconder.core.json import Object

_NEGATED = re.compile(
    r"\b(?:not|never|without|n't|nicht|kein\w*|no need to|refrain from|instead of)\b[^.;,\n]{0,30}$", re.I
)
_CLAUSE = re.compile(r"[.;:!?](?=\s|$)|\n|, (?:then|and)\b|\bthen\b")
_QUOTED = re.compile(r"[\"“„']([^\"“”„'\n]{2,400})[\"”“']")
_VERBS = {
    "send": "send write reply inform notify forward tell e-mail email mail message",
    "request": "request fetch get call post retrieve load query open make do perform send",
    "search": "search find look query",
    "create": "create make add open file new",
    "delete": "delete remove erase",
    "update": "update change set edit",
    "post": "post publish send share",
    "read": "read load open fetch",
    "list": "list show enumerate",
}
_NOUNS = {
    "email": "email mail e-mail message letter reply vendor supplier customer",
    "http": "http https url endpoint api webhook address page service website",
}
# A verb asks for something at the beginning of a clause; `what the vendor will send` does not.
_IMPERATIVE = re.compile(
    r"(?:^\W*|\b(?:and|then|please|also|finally|must|should|afterwards|next)\s+)(?=([^\W\d_][\w-]*))", re.I
)
_BY_MAIL = re.compile(
    r"\b(?:confirm|answer|respond|acknowledge|order)\b[^.]{0,60}\bby (?:return of )?(?:e-?)?mail\b", re.I
)
_BODY = frozenset({"message", "text", "note", "comment", "summary"})
_SUBJECT = frozenset({"purpose", "title", "headline"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool as it is offered to a model."""

    name: str
    description: str
    schema: Object


def asked_for(prompt: str, offers: list[Offer]) -> Offer | None:
    """The tool that a clause of the prompt asks for: each word of its name is there, by itself or by a word
    of its kind, and is not denied. None when no tool, or more than one alike, is asked for."""
    scored = sorted(
        ((_asked(prompt, offer), offer.name, offer) for offer in offers), key=lambda s: (-s[0], s[1])
    )
    if not scored or scored[0][0] < 0.75:
        return None
    if len(scored) > 1 and scored[0][0] - scored[1][0] < 0.05:
        return None
    return scored[0][2]


def _asked(prompt: str, offer: Offer) -> float:
    best = 0.0
    for clause in _CLAUSE.split(prompt[:4000]):
        words = [word.lower() for word in re.findall(r"[^\W\d_][\w'-]*", clause)]
        heard = {*words, *token_list(clause), *(word.rstrip("s") for word in words)}
        bidden = {word.lower() for word in _IMPERATIVE.findall(clause)}
        if _BY_MAIL.search(clause):
            bidden.add("send")
        if "@" in clause:
            heard.add("email")
        named = 1.0 if _spells(offer.name, clause) else _name_score(offer, heard, bidden)
        described = _description_score(offer, heard) if named else 0.0
        score = named if named >= 1 else 0.7 * named + 0.35 * described
        if score > best and not _denied(clause, offer):
            best = score
    return best


def _spells(name: str, clause: str) -> bool:
    """The tool's own name in the clause: `use email.send`, `with http_request`."""
    pattern = r"[\W_]".join(map(re.escape, re.split(r"[\W_]+", name)))
    return len(name) > 4 and bool(re.search(rf"(?<!\w){pattern}(?!\w)", clause, re.I))


def _name_score(offer: Offer, heard: set[str], bidden: set[str]) -> float:
    """The share of the name's words that are there; without its verb as a bidding, nothing is asked for."""
    words = [word for word in re.split(r"[\W_]+", offer.name.lower()) if word]
    verbs = [word for word in words if word in _VERBS]
    if verbs and not any({word, *_VERBS[word].split()} & bidden for word in verbs):
        return 0.0
    nouns = [word for word in words if word not in _VERBS]
    hits = sum(bool({word, *_NOUNS.get(word, "").split(), *token_list(word)} & heard) for word in nouns)
    if not verbs and not ({*words, "use", "call", "run"} & bidden):
        return 0.0
    return (len(verbs) + hits) / len(words) if words else 0.0


def _description_score(offer: Offer, heard: set[str]) -> float:
    told = frozenset(token_list(offer.description[:200]))
    return min(1.0, len(told & heard) / max(2, min(4, len(told)))) if told else 0.0


def _denied(clause: str, offer: Offer) -> bool:
    verbs = {v for w in re.split(r"[\W_]+", offer.name.lower()) for v in (*_VERBS.get(w, "").split(), w) if v}
    places = [m.start() for m in re.finditer(r"[^\W\d_][\w'-]*", clause) if m.group().lower() in verbs]
    return bool(places) and all(_NEGATED.search(clause[:place]) for place in places)


def arguments(offer: Offer, prompt: str, source: str) -> Extraction:
    """The tool's arguments from the prompt and the source text. What the prompt says in quotes is taken for a
    subject and a body first; a body that nobody gave is a quote of the source."""
    found = extract(source, offer.schema, prompt)
    told = extract(prompt, offer.schema, prompt)
    fields = Schema(offer.schema, "").fields
    loose = {field.path[0] for field in fields if field.kind in ("summary", "clause", "text", "name")}
    said = {name: value for name, value in told.values.items() if name not in loose}
    values: Object = {**found.values, **said}
    sources = {p: s for p, s in found.sources.items() if p.split("/")[1] not in said}
    texts = [field for field in fields if field.kind in ("text", "summary", "name") and len(field.path) == 1]
    quotes = _QUOTED.findall(prompt)
    for field in texts:
        name, tokens = field.path[0], field.names[0]
        if tokens & _SUBJECT and (quoted := _said_with(prompt, name) or (quotes[0] if quotes else "")):
            values[name] = quoted
            sources.pop(field.pointer, None)
        elif tokens & _SUBJECT and name not in values and (subject := _subject_line(source)):
            values[name] = subject
        elif tokens & _BODY and (
            quoted := _said_with(prompt, name) or (quotes[1] if len(quotes) > 1 else "")
        ):
            values[name] = quoted
            sources.pop(field.pointer, None)
        elif tokens & _BODY and name not in values and (spans := summary(None, Reading(source), prompt)):
            values[name] = spans[0].value
    _recipient(offer, prompt, source, values)
    required = offer.schema.get("required")
    missing = [f"/{n}" for n in required if n not in values] if isinstance(required, list) else []
    return Extraction(values, {p: s for p, s in sources.items() if p.split("/")[1] in values}, missing)


def _said_with(prompt: str, name: str) -> str:
    """`with the subject "Order confirmed"`: the words in quotes behind the argument's name."""
    found = re.search(
        rf"\b{re.escape(name)}\b[^\"“„\n]{{0,20}}[\"“„]([^\"”“\n]{{1,400}})[\"”“]", prompt, re.I
    )
    return found[1] if found else ""


def _subject_line(source: str) -> str:
    found = re.search(r"^Subject: (.{3,150})$", source, re.M)
    return found[1].strip() if found else ""


def _recipient(offer: Offer, prompt: str, source: str, values: Object) -> None:
    """`to` of a mail: the address in the prompt, else that of the party whom the prompt names."""
    properties = offer.schema.get("properties")
    if not isinstance(properties, dict) or "to" not in properties or "to" in values:
        return
    wanted: Object = {"type": "object", "properties": {"to_email": {"type": "string", "format": "email"}}}
    near = re.search(
        r"(?:mail|e-mail|write|send|tell|inform|reply|notify|answer|confirm)\b[^.;\n]*", prompt, re.I
    )
    roles = ("vendor", "buyer", "employee", "manager", "contact")
    said = frozenset(token_list(near.group() if near else prompt))
    role = next((role for role in roles if role in said), "")
    if role:
        wanted = {"type": "object", "properties": {f"{role}_email": {"type": "string", "format": "email"}}}
    for text in (prompt, source):
        if address := next(iter(extract(text, wanted, "").values.values()), None):
            is_list = isinstance(properties["to"], dict) and properties["to"].get("type") == "array"
            values["to"] = [address] if is_list else address
            return
