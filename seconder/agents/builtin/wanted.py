"""What a JSON Schema asks for, as a flat list of fields, each with the words and the kind it is known by."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from seconder.agents.builtin.vocabulary import ROLES, Tokens, known, token_list, tokens_of
from seconder.core.json import JSON, Object

MAX_FIELDS = 200
MAX_DEPTH = 6
_FORMATS = {
    "date": "date",
    "date-time": "datetime",
    "email": "email",
    "idn-email": "email",
    "uri": "uri",
    "url": "uri",
}
_IMPLIED = {
    "email": frozenset({"email", "address", "name"}),
    "date": frozenset({"date", "issued"}),
    "datetime": frozenset({"date", "issued"}),
    "verbatim date": frozenset({"date", "issued"}),
    "uri": frozenset({"website", "address"}),
    "phone": frozenset({"phone", "number"}),
    "reference": frozenset({"number"}),
    "money": frozenset({"amount", "currency", "percent"}),
    "name": frozenset({"name", "company", "full", "legal"}),
    "percent": frozenset({"percent"}),
}
_PARTY = ROLES | {
    "company",
    "merchant",
    "landlord",
    "tenant",
    "bank",
    "carrier",
    "party",
    "author",
    "owner",
    "signatory",
}
_MONEY = frozenset({"total", "amount", "subtotal", "tax", "shipping", "discount", "deposit", "advance", "fee",
    "balance",
                    "gross", "salary", "rent", "paid", "premium", "fine", "penalty", "limit"})  # fmt: skip
_COUNTED = frozenset({"quantity", "hours", "days", "number", "percent", "weight", "age", "score", "distance"})
_DATES = frozenset({"date", "due", "deadline", "birthday"})
_QUOTED = frozenset({"clause", "quotation", "quote"})
_RETOLD = frozenset({"summary", "text", "answer", "response", "message", "explanation", "note", "finding", "highlight",
                     "reasoning", "rationale", "comment", "conclusion", "tldr", "outline"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf (or array) of the wanted value. `path` holds property names from the root; `names` are the
    token sets that it answers to, the property's own first; `role` is whose it is (vendor, buyer …)."""

    path: tuple[str, ...]
    schema: Object
    kind: str
    names: tuple[Tokens, ...]
    required: bool
    role: str = ""
    children: tuple["Field", ...] = field(default=())

    @property
    def pointer(self) -> str:
        return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in self.path)

    @property
    def implied(self) -> Tokens:
        return _IMPLIED.get(self.kind, frozenset())


class Schema:
    """A schema opened into fields; local `$ref`s are followed, of alternatives the first that is not null."""

    def __init__(self, root: Object, prompt: str) -> None:
        self.root = root
        self.clauses = _clauses(prompt)
        self.fields = list(self._fields(root, (), frozenset(), required=True))[:MAX_FIELDS]

    def _fields(
        self, schema: Object, path: tuple[str, ...], above: Tokens, *, required: bool
    ) -> Iterator[Field]:
        properties = schema.get("properties")
        if not isinstance(properties, dict) or len(path) >= MAX_DEPTH:
            return
        must = schema.get("required")
        names = {name for name in must if isinstance(name, str)} if isinstance(must, list) else set()
        roles = self._roles_among(properties)
        for name, raw in properties.items():
            inner = self.resolved(raw)
            here = (*path, name)
            needed = required and name in names
            if isinstance(inner.get("properties"), dict):
                yield from self._fields(inner, here, above | tokens_of(name), required=needed)
            else:
                yield self._field(here, inner, above, roles, required=needed)

    def resolved(self, raw: JSON, depth: int = 0) -> Object:
        if not isinstance(raw, dict) or depth > 8:
            return {}
        reference = raw.get("$ref")
        if isinstance(reference, str):
            return self.resolved(self._at(reference), depth + 1)
        for word in ("anyOf", "oneOf", "allOf"):
            options = raw.get(word)
            if isinstance(options, list):
                real = [
                    option for option in options if isinstance(option, dict) and option.get("type") != "null"
                ]
                if real:
                    outer: Object = {key: value for key, value in raw.items() if key != word}
                    return {**outer, **self.resolved(real[0], depth + 1)}
        return raw

    def _at(self, reference: str) -> JSON:
        here: JSON = self.root
        for part in reference.removeprefix("#").strip("/").split("/"):
            here = here.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
        return here

    def _roles_among(self, properties: Object) -> set[str]:
        """The parties that an object asks for by name: its other fields are most likely theirs."""
        plain = (tokens_of(name) for name, raw in properties.items() if not _format(self.resolved(raw)))
        return {role for tokens in plain if tokens - {"name"} <= ROLES for role in tokens & ROLES}

    def _field(
        self, path: tuple[str, ...], schema: Object, above: Tokens, siblings: set[str], *, required: bool
    ) -> Field:
        own = tokens_of(path[-1])
        described = [
            tokens_of(text)
            for text in (_short(schema.get("title")), _short(schema.get("description")))
            if text
        ]
        kind = kind_of(schema, own, described)
        implied = _IMPLIED.get(kind, frozenset())
        names = self._names(own, above, described, implied)
        role = self._role(names[0], described, kind, siblings)
        if role and kind != "name" and not names[0] & ROLES:
            names = (names[0] | {role}, *names[1:])
        children: tuple[Field, ...] = ()
        items = self.resolved(schema.get("items"))
        if kind == "list" and isinstance(items.get("properties"), dict):
            children = tuple(self._fields(items, (), frozenset(), required=True))
        elif kind == "list":
            children = (
                self._field((path[-1],), items or {"type": "string"}, above, siblings, required=False),
            )
        return Field(path, schema, kind, names, required, role, children)

    def _names(
        self, own: Tokens, above: Tokens, described: list[Tokens], implied: Tokens
    ) -> tuple[Tokens, ...]:
        """The property's words with those of the objects around it, then its title and description. A name
        that says nothing by itself (`value`, `email`) takes the words that the prompt puts beside it."""
        above = above & known(above) - {"description"}
        first = own | (above if above & ROLES or not known(own) - implied else frozenset())
        best = [clause for clause in self.clauses if own and own <= clause and len(clause) <= len(own) + 4]
        if best and not first - implied:
            first = first | known(min(best, key=len))
        return tuple(dict.fromkeys([first or own, *(tokens for tokens in described if tokens)]))

    def _role(self, own: Tokens, described: list[Tokens], kind: str, siblings: set[str]) -> str:
        for tokens in (own, *described):
            if len(tokens & ROLES) == 1:
                return next(iter(tokens & ROLES))
        head = own & {kind, "address", "name", "phone", "email"}
        if not head or kind not in ("email", "phone", "uri", "text", "name"):
            return ""
        near = {next(iter(c & ROLES)) for c in self.clauses if head <= c and len(c & ROLES) == 1}
        if len(near) == 1:
            return near.pop()
        return next(iter(siblings)) if len(siblings) == 1 and kind != "name" else ""


def kind_of(schema: Object, own: Tokens, described: list[Tokens]) -> str:
    """How a value is to be read: from the type and format first, then from the words."""
    if "const" in schema:
        return "constant"
    if isinstance(schema.get("enum"), list):
        return "choice"
    types = schema.get("type")
    kind = next((t for t in types if t != "null"), "string") if isinstance(types, list) else types
    if kind == "array":
        return "list"
    if kind == "boolean":
        return "yes or no"
    if kind in ("number", "integer"):
        return _kind_of_number(own, described)
    if kind in (None, "string"):
        return _FORMATS.get(_format(schema)) or _kind_of_string(own, described)
    return "unknown"


def _kind_of_number(own: Tokens, described: list[Tokens]) -> str:
    for tokens in (own, *described):
        if "percent" in tokens:
            return "percent"
        if tokens & _COUNTED:
            return "number"
        if tokens & _MONEY:
            return "money"
    return "number"


def _kind_of_string(own: Tokens, described: list[Tokens]) -> str:
    for tokens in (own, *described):
        if found := _string_kind_by_words(tokens):
            return found
    return "text"


def _string_kind_by_words(tokens: Tokens) -> str:
    if tokens & _QUOTED and not tokens & {"number", "date", "title", "name"}:
        return "clause"
    for kind, words in (
        ("email", {"email"}),
        ("phone", {"phone"}),
        ("uri", {"website"}),
        ("currency", {"currency"}),
        ("account", {"iban", "bic", "taxid"}),
        ("reference", {"number", "sku", "costcentre"}),
        ("verbatim date", _DATES),
        ("name", _PARTY),
    ):
        if tokens & words and not (kind == "name" and tokens & {"address", "country", "city", "terms"}):
            return kind
    if tokens & {"total", "subtotal", "tax", "shipping", "discount", "deposit", "price"} or tokens == {
        "amount"
    }:
        return "verbatim money"
    if tokens & _RETOLD:
        return "summary"
    return "name" if tokens == {"name"} else ""


def _format(schema: Object) -> str:
    value = schema.get("format")
    return value if isinstance(value, str) else ""


def _short(text: JSON) -> str:
    """The first clause of a title or description; a whole paragraph names nothing."""
    return text.split(".")[0].split(",")[0].split(";")[0][:80] if isinstance(text, str) else ""


def _clauses(prompt: str) -> list[Tokens]:
    """The tokens between the commas and `and`s of a prompt."""
    pieces = [prompt[:4000]]
    for mark in (",", ";", ".", ":", "\n", " and ", " und ", "(", ")"):
        pieces = [part for piece in pieces for part in piece.split(mark)]
    return [tokens for piece in pieces if (tokens := frozenset(token_list(piece)))]
