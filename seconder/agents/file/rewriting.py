"""Checks the types of an expression and writes it again so that CEL evaluates it as people mean it.

Two changes: each path becomes one variable (`steps.extract.output.total > 10000` → `__v0 > 10000`), so
that only what is read is handed over and a missing value is known by its path; and where a double meets
an int in arithmetic, which CEL refuses, the int is made a double (`__v0 * 2` → `__v0 * 2.0`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from seconder.agents.file.grammar import (
    Binary,
    Call,
    Choice,
    Entries,
    ExpressionError,
    Index,
    Items,
    Literal,
    Name,
    Node,
    Select,
    Unary,
)
from seconder.agents.file.kinds import Schema, at, below, kind
from seconder.core import paths
from seconder.core.paths import Path

BOOL: Schema = {"type": "boolean"}
INT: Schema = {"type": "integer"}
DOUBLE: Schema = {"type": "number"}
STRING: Schema = {"type": "string"}
ANY: Schema = {}
_LITERALS: dict[str, Schema] = {
    "bool": BOOL,
    "int": INT,
    "double": DOUBLE,
    "string": STRING,
    "null": {"type": "null"},
    "uint": ANY,
    "bytes": ANY,
}
_RESULTS: dict[str, Schema] = {
    "size": INT,
    "contains": BOOL,
    "startsWith": BOOL,
    "endsWith": BOOL,
    "matches": BOOL,
    "int": INT,
    "double": DOUBLE,
    "string": STRING,
}
_OTHERS = frozenset(
    [
        "uint",
        "bytes",
        "timestamp",
        "duration",
        "type",
        "dyn",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getFullYear",
        "getHours",
        "getMilliseconds",
        "getMinutes",
        "getMonth",
        "getSeconds",
    ]
)
_TYPES = frozenset(["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type"])
_ARITHMETIC = {"+": {"int", "double", "string", "list"}, "-": {"int", "double"}, "*": {"int", "double"}}
_ARITHMETIC |= {"/": {"int", "double"}, "%": {"int"}}
_NUMBERS = {"int", "double"}
_NO_SUM = ". A running sum is read by a rule of the policy that declares one, and nowhere else"


@dataclass
class Rewriting:
    """`schema` describes the scope; `values` and `tests` map the new variables to the paths they stand
    for (`tests`: whether the path has a value)."""

    schema: Schema
    values: dict[str, Path] = field(default_factory=dict)
    tests: dict[str, Path] = field(default_factory=dict)
    bound: dict[str, Schema] = field(default_factory=dict)

    def write(self, node: Node) -> tuple[str, Schema]:
        """The new text and the schema of its result; ExpressionError for a type fault."""
        path = self.path(node)
        if path is not None:
            return self.variable(path)
        match node:
            case Literal():
                return node.text, _LITERALS[node.kind]
            case Name():
                return self.name(node.name)
            case Select():
                return self.select(node)
            case Index():
                return self.index(node)
            case Call():
                return self.call(node)
            case Unary():
                return self.unary(node)
            case Binary():
                return self.binary(node)
            case Choice():
                return self.choice(node)
            case Items():
                return self.items(node)
            case Entries():
                return self.entries(node)

    def path(self, node: Node) -> Path | None:
        """The place that a chain of constant names and positions means; None for anything else."""
        segments: list[str | int] = []
        while True:
            if isinstance(node, Select):
                segments.append(node.name)
            elif isinstance(node, Index) and (key := _constant(node.key)) is not None:
                segments.append(key)
            else:
                break
            node = node.of
        if not isinstance(node, Name) or node.name in self.bound or node.name not in self.roots:
            return None
        return (node.name, *reversed(segments))

    @property
    def roots(self) -> frozenset[str]:
        return frozenset(self.schema.get("properties") or ("input", "steps", "args"))

    def variable(self, path: Path) -> tuple[str, Schema]:
        return _remember(self.values, path, "__v"), self.known(path)

    def known(self, path: Path) -> Schema:
        found = at(self.schema, path)
        if found is None:
            raise ExpressionError(f"reads {paths.text(path)}, which does not exist")
        if path[0] == "steps" and len(path) < 3:
            raise ExpressionError(f"reads {paths.text(path)}; a step is read as steps.<id>.output")
        return found

    def name(self, name: str) -> tuple[str, Schema]:
        if name in self.bound:
            return name, self.bound[name]
        if name in _TYPES:
            return name, ANY
        known = f"known are {', '.join(sorted(self.roots))}{_NO_SUM if name == 'sum' else ''}"
        raise ExpressionError(f"has an unknown name “{name}”; {known}")

    def select(self, node: Select) -> tuple[str, Schema]:
        text, schema = self.write(node.of)
        found = below(schema, node.name)
        if found is None:
            raise ExpressionError(f"reads “{node.name}” of a value that has none")
        return f"{text}.{node.name}", found

    def index(self, node: Index) -> tuple[str, Schema]:
        text, schema = self.write(node.of)
        key, key_schema = self.write(node.key)
        self.require("an index", schema, {"list", "map"})
        self.require(
            "an index", key_schema, {"int", "double"} if kind(schema) == "list" else {"string", "int"}
        )
        found = below(schema, 0) if kind(schema) == "list" else ANY
        return f"{text}[{key}]", found or ANY

    def call(self, node: Call) -> tuple[str, Schema]:
        if node.target is None and node.name == "has":
            return self.has(node)
        if node.bound:
            return self.macro(node)
        if node.name not in _RESULTS and node.name not in _OTHERS:
            raise ExpressionError(f"calls “{node.name}”, which does not exist")
        args = ", ".join(self.write(arg)[0] for arg in node.args)
        target = f"{self.write(node.target)[0]}." if node.target is not None else ""
        return f"{target}{node.name}({args})", _RESULTS.get(node.name, ANY)

    def has(self, node: Call) -> tuple[str, Schema]:
        if len(node.args) != 1 or not isinstance(node.args[0], Select | Index):
            raise ExpressionError("uses has() without one path in it")
        path = self.path(node.args[0])
        if path is None:
            return f"has({self.write(node.args[0])[0]})", BOOL
        self.known(path)
        return _remember(self.tests, path, "__h"), BOOL

    def macro(self, node: Call) -> tuple[str, Schema]:
        assert node.target is not None
        text, schema = self.write(node.target)
        self.require(f"{node.name}()", schema, {"list", "map"})
        name, outer = str(node.bound), self.bound
        if name in self.roots or name.startswith("__") or name in _TYPES:
            raise ExpressionError(f"cannot use “{name}” as a variable of {node.name}()")
        item = (below(schema, 0) or ANY) if kind(schema) == "list" else ANY
        self.bound = {**outer, name: item}
        inner = [self.write(arg) for arg in node.args[1:]]
        self.bound = outer
        if len(inner) not in ((1, 2) if node.name == "map" else (1,)):
            raise ExpressionError(f"uses {node.name}() without a variable and a condition")
        for _, found in inner if node.name != "map" else inner[:-1]:
            self.require(f"the condition of {node.name}()", found, {"bool"})
        results = {"filter": schema, "map": {"type": "array", "items": inner[-1][1]}}
        written = ", ".join([name, *(part for part, _ in inner)])
        return f"{text}.{node.name}({written})", results.get(node.name, BOOL)

    def unary(self, node: Unary) -> tuple[str, Schema]:
        text, schema = self.write(node.of)
        self.require(f"“{node.operator}”", schema, {"bool"} if node.operator == "!" else _NUMBERS)
        return f"{node.operator}({text})", schema if node.operator == "-" else BOOL

    def binary(self, node: Binary) -> tuple[str, Schema]:
        left, right = self.write(node.left), self.write(node.right)
        if node.operator in ("&&", "||"):
            self.require(f"“{node.operator}”", left[1], {"bool"})
            self.require(f"“{node.operator}”", right[1], {"bool"})
            return self.joined(node, left[0], right[0]), BOOL
        if node.operator in _ARITHMETIC:
            return self.arithmetic(node, left, right)
        self.compare(node.operator, left[1], right[1])
        return self.joined(node, left[0], right[0]), BOOL

    def joined(self, node: Binary, left: str, right: str) -> str:
        # A chain of one operator needs no parentheses, so a long chain is not a deep one.
        if isinstance(node.left, Binary) and node.left.operator == node.operator:
            left = left[1:-1]
        return f"({left} {node.operator} {right})"

    def arithmetic(
        self, node: Binary, left: tuple[str, Schema], right: tuple[str, Schema]
    ) -> tuple[str, Schema]:
        kinds = {kind(left[1]), kind(right[1])}
        if "any" in kinds:
            return self.joined(node, left[0], right[0]), ANY
        if kinds == _NUMBERS and node.operator != "%":
            texts = (_doubled(node.left, *left), _doubled(node.right, *right))
            return f"({texts[0]} {node.operator} {texts[1]})", DOUBLE
        if len(kinds) > 1 or not kinds <= _ARITHMETIC[node.operator]:
            words = f"{_words(left[1])} “{node.operator}” {_words(right[1])}"
            raise ExpressionError(f"cannot reckon {words}")
        return self.joined(node, left[0], right[0]), left[1]

    def compare(self, operator: str, left: Schema, right: Schema) -> None:
        if operator == "in":
            self.require("“in”", right, {"list", "map"})
            right = (below(right, 0) or ANY) if kind(right) == "list" else ANY
        kinds = {kind(left), kind(right)}
        if operator in ("==", "!=", "in"):
            kinds -= {"null"}
        if "any" not in kinds and not kinds <= _NUMBERS and len(kinds) > 1:
            raise ExpressionError(f"compares {_words(left)} with {_words(right)}")

    def choice(self, node: Choice) -> tuple[str, Schema]:
        test, yes, no = self.write(node.test), self.write(node.yes), self.write(node.no)
        self.require("the condition before “?”", test[1], {"bool"})
        kinds = {kind(yes[1]), kind(no[1])}
        same = yes[1] if len(kinds) == 1 else DOUBLE if kinds == _NUMBERS else ANY
        texts = yes[0], no[0]
        if kinds == _NUMBERS:
            texts = _doubled(node.yes, *yes), _doubled(node.no, *no)
        return f"({test[0]} ? {texts[0]} : {texts[1]})", same

    def items(self, node: Items) -> tuple[str, Schema]:
        written = [self.write(item) for item in node.items]
        kinds = {kind(schema) for _, schema in written}
        item = written[0][1] if len(kinds) == 1 else ANY
        return f"[{', '.join(text for text, _ in written)}]", {"type": "array", "items": item}

    def entries(self, node: Entries) -> tuple[str, Schema]:
        pairs = [f"{self.write(key)[0]}: {self.write(value)[0]}" for key, value in node.entries]
        return f"{{{', '.join(pairs)}}}", {"type": "object"}

    def require(self, what: str, schema: Schema, kinds: set[str]) -> None:
        if kind(schema) not in kinds | {"any"}:
            wanted = " or ".join(sorted(_WORDS[name] for name in kinds))
            raise ExpressionError(f"gives {what} {_words(schema)}, which needs {wanted}")


_WORDS = {
    "int": "an integer",
    "double": "a number",
    "string": "a string",
    "bool": "true or false",
    "list": "a list",
    "map": "an object",
    "null": "null",
    "any": "a value",
}


def _words(schema: Schema) -> str:
    return _WORDS[kind(schema)]


def _remember(known: dict[str, Path], path: Path, prefix: str) -> str:
    for name, other in known.items():
        if other == path:
            return name
    name = f"{prefix}{len(known)}"
    known[name] = path
    return name


def _doubled(node: Node, text: str, schema: Schema) -> str:
    if kind(schema) == "double":
        return text
    decimal = isinstance(node, Literal) and node.text.isdecimal()
    return f"{text}.0" if decimal else f"double({text})"


def _constant(node: Node) -> str | int | None:
    if not isinstance(node, Literal) or node.kind not in ("int", "string"):
        return None
    if node.kind == "int":
        return int(node.text, 0) if not node.text.isdecimal() else int(node.text)
    try:
        return str(ast.literal_eval(node.text))
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(f"has a text that cannot be read: {node.text[:40]}") from error


def read_paths(node: Node) -> list[Path]:
    """Every path under input, steps or args that the expression reads, as written, without types."""
    rewriting = Rewriting({})
    rewriting.write(node)
    return [*rewriting.values.values(), *rewriting.tests.values()]
