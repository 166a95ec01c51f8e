"""Reads CEL text into a tree, so that types can be checked and paths listed before anything runs.

The accepted part of CEL: literals, paths, calls and methods, the macros has, all, exists, exists_one,
map and filter, operators, `?:`, lists and maps. Messages and optional syntax are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

LONGEST, DEEPEST, WIDEST = 4000, 24, 64
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})


class ExpressionError(ValueError):
    """The text is not a usable expression, or it could not be evaluated on these values."""


@dataclass(frozen=True, slots=True)
class Literal:
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call:
    target: Node | None
    name: str
    args: tuple[Node, ...]

    @property
    def bound(self) -> str | None:
        """The variable that a macro such as `lines.exists(l, l > 1)` binds."""
        named = self.args and isinstance(self.args[0], Name) and self.args[0].name
        return named or None if self.target is not None and self.name in MACROS else None


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice:
    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    entries: tuple[tuple[Node, Node], ...]


Node: TypeAlias = Literal | Name | Select | Index | Call | Unary | Binary | Choice | Items | Entries

# A step id may hold `-`, which CEL reads as minus; before `.output` nothing else can be meant.
_TOKENS = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
    |(?P<step>(?<![\w.])steps\.[A-Za-z_]\w*-[\w-]*(?=\.output\b))
    |(?P<string>(?:[bB][rR]?|[rR][bB]?)?(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'))
    |(?P<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<uint>(?:0[xX][0-9a-fA-F]+|\d+)[uU])
    |(?P<int>0[xX][0-9a-fA-F]+|\d+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>+\-*/%!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))


def parse(text: str) -> Node:
    """ExpressionError says what is wrong and where."""
    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    reader = _Reader(_tokens(text))
    node = reader.choice()
    if reader.kind != "end":
        raise reader.unexpected()
    return node


def _tokens(text: str) -> list[tuple[str, str, int]]:
    tokens, end = [], 0
    while end < len(text):
        found = _TOKENS.match(text, end)
        if not found:
            raise ExpressionError(f"cannot be read at “{text[end : end + 20]}” (character {end + 1})")
        if found.lastgroup != "blank":
            tokens.append((str(found.lastgroup), found[0], end))
        end = found.end()
    return [*tokens, ("end", "", len(text))]


class _Reader:
    """Recursive descent with CEL's precedence; depth and length are bounded, so no text can exhaust it."""

    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def token(self) -> str:
        return self.tokens[self.at][1] if self.kind in ("sign", "word") else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def accept(self, sign: str) -> bool:
        if self.token != sign:
            return False
        self.at += 1
        return True

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self.unexpected(f", where “{sign}” should stand")

    def unexpected(self, hint: str = "") -> ExpressionError:
        kind, token, start = self.tokens[self.at]
        what = "ends too early" if kind == "end" else f"has an unexpected “{token}” (character {start + 1})"
        return ExpressionError(what + hint)

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"is nested deeper than {DEEPEST} levels")
        node = self.binary(0)
        if self.accept("?"):
            yes = self.binary(0)
            self.expect(":")
            node = Choice(node, yes, self.choice())
        self.depth -= 1
        return node

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        node, count = self.binary(level + 1), 0
        while self.token in _LEVELS[level]:
            count += 1
            if count > WIDEST:
                raise ExpressionError(f"has more than {WIDEST} operators in a row")
            operator = self.take()
            node = Binary(operator, node, self.binary(level + 1))
        return node

    def unary(self) -> Node:
        if self.token in ("!", "-"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise ExpressionError(f"is nested deeper than {DEEPEST} levels")
            node = Unary(self.take(), self.unary())
            self.depth -= 1
            return node
        return self.member()

    def member(self) -> Node:
        node, count = self.primary(), 0
        while self.token in (".", "["):
            count += 1
            if count > WIDEST:
                raise ExpressionError(f"follows more than {WIDEST} names")
            if self.accept("["):
                node = Index(node, self.choice())
                self.expect("]")
            else:
                self.take()
                node = self.selected(node)
        return node

    def selected(self, node: Node) -> Node:
        if self.kind != "word":
            raise self.unexpected(", where a name should stand")
        name = self.take()
        return Call(node, name, self.items(")")) if self.accept("(") else Select(node, name)

    def primary(self) -> Node:
        kind = self.kind
        if kind == "word":
            return self.word(self.take())
        if kind == "step":
            return Select(Name("steps"), self.take().split(".")[1])
        if kind in ("string", "double", "uint", "int"):
            text = self.take()
            return Literal(text, "bytes" if kind == "string" and "b" in _prefix(text) else kind)
        if self.accept("("):
            node = self.choice()
            self.expect(")")
            return node
        if self.accept("["):
            return Items(self.items("]"))
        if self.accept("{"):
            return self.entries()
        raise self.unexpected()

    def word(self, word: str) -> Node:
        if word in ("true", "false"):
            return Literal(word, "bool")
        if word == "null":
            return Literal(word, "null")
        return Call(None, word, self.items(")")) if self.accept("(") else Name(word)

    def items(self, closing: str) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while not self.accept(closing):
            if nodes:
                self.expect(",")
            nodes.append(self.choice())
        return tuple(nodes)

    def entries(self) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self.accept("}"):
            if pairs:
                self.expect(",")
            key = self.choice()
            self.expect(":")
            pairs.append((key, self.choice()))
        return Entries(tuple(pairs))


def _prefix(text: str) -> str:
    return text[: min(text.index(quote) for quote in "\"'" if quote in text)].lower()


def conditions(node: Node) -> Iterator[Node]:
    """The parts of which evaluation may leave some out: the sides of `&&`, `||`, `?:` and below `!`."""
    match node:
        case Binary(operator="&&" | "||"):
            yield from conditions(node.left)
            yield from conditions(node.right)
        case Choice():
            for part in (node.test, node.yes, node.no):
                yield from conditions(part)
        case Unary(operator="!"):
            yield from conditions(node.of)
        case _:
            yield node
