"""One CEL expression of an agent's file: compiled once, evaluated in microseconds."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import cel

from seconder.agents.file import grammar
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.kinds import Coercion, Schema, coercion, kind
from seconder.agents.file.rewriting import Rewriting
from seconder.core import paths
from seconder.core.json import Object
from seconder.core.paths import MissingValue, Path

_VARIABLE = re.compile(r"'(__[vh]\d+)'")
_FUNCTION = re.compile(r"^Undefined variable or function: '(\w+)'")
_FAULTS = (TypeError, ValueError, RuntimeError, ArithmeticError, LookupError)


class Expression:
    """`schema` describes the scope: an object schema with `input` and `steps` (or `args`) as properties.
    Without one every place is open. Making one is cheap; it compiles when it is first used.

    Two numbers of different kinds compare and reckon as doubles where the schema says what they are. At
    an open place a JSON integer is an int, and reckoning it with a double is an ExpressionError.
    """

    def __init__(self, text: str, schema: Schema | None = None) -> None:
        self.text = text
        self.schema = schema or {}

    @classmethod
    def compile(cls, text: str, schema: Schema | None = None) -> Expression:
        """Raises ExpressionError for a fault of grammar or type."""
        expression = cls(text, schema)
        _ = expression._program
        return expression

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @cached_property
    def _node(self) -> grammar.Node:
        return grammar.parse(self.text)

    @cached_property
    def _rewritten(self) -> tuple[str, str, Rewriting]:
        rewriting = Rewriting(self.schema)
        text, result = rewriting.write(self._node)
        return text, kind(result), rewriting

    @cached_property
    def _program(self) -> cel.Program:
        text = self._rewritten[0]
        try:
            return cel.compile(text)
        except _FAULTS as error:
            raise ExpressionError("is not an expression that CEL accepts") from error

    @cached_property
    def _values(self) -> list[tuple[str, Path, Coercion | None]]:
        rewriting = self._rewritten[2]
        return [(name, path, coercion(rewriting.known(path))) for name, path in rewriting.values.items()]

    @property
    def kind(self) -> str:
        """What it yields, as far as the schema tells: bool, int, double, string, list, map, null, any."""
        return self._rewritten[1]

    @property
    def paths(self) -> list[Path]:
        """Every path that it reads or tests with has()."""
        rewriting = self._rewritten[2]
        return [*rewriting.values.values(), *rewriting.tests.values()]

    def evaluate(self, scope: Object) -> bool:
        """True or False for a scope such as `{"input": {…}, "steps": {"extract": {"output": {…}}}}`.

        Raises MissingValue with the path that has no value, ExpressionError for everything else.
        """
        result = self.value(scope)
        if result is True or result is False:
            return result
        raise ExpressionError("is neither true nor false")

    def value(self, scope: Object) -> Any:  # Any: whatever the expression yields, in CEL's Python kinds
        """The result as it is; raises as evaluate() does."""
        program = self._program
        try:
            return program.execute(self._variables(scope))
        except _FAULTS as error:
            raise self._explained(error) from error

    def try_on(self, scope: Object) -> None:
        """Evaluates each part that `&&`, `||` or `?:` could leave out. ExpressionError when a part can never
        work, as a call with arguments of the wrong kind; faults of the sample's own values do not count."""
        for node in grammar.conditions(self._node):
            part = Expression(self.text, self.schema)
            part.__dict__["_node"] = node
            try:
                part._program.execute(part._variables(scope))
            except (TypeError, RuntimeError) as error:
                if "__v" not in str(error) and "Check function arguments" not in str(error):
                    raise part._explained(error) from error
            except _FAULTS:
                continue  # such as a list that is too short in this sample

    def _variables(self, scope: Object) -> dict[str, Any]:  # Any: values of every kind
        variables: dict[str, Any] = {}  # Any: as above
        for name, path, coerce in self._values:
            try:
                value = paths.find(scope, path)
            except MissingValue:
                continue  # undefined: CEL complains only if it needs the value
            variables[name] = coerce(value) if coerce else value
        for name, path in self._rewritten[2].tests.items():
            variables[name] = _present(scope, path)
        return variables

    def _explained(self, error: Exception) -> Exception:
        found = _VARIABLE.search(str(error)) if isinstance(error, RuntimeError) else None
        if found and found[1] in self._rewritten[2].values:
            return MissingValue(paths.text(self._rewritten[2].values[found[1]]))
        if isinstance(error, KeyError):
            return MissingValue(str(error.args[0]))
        return ExpressionError(_in_words(error))


def _in_words(error: Exception) -> str:
    first = str(error).splitlines()[0]
    if found := _FUNCTION.search(first):
        return f"calls “{found[1]}” on values that it does not take"
    return f"cannot be evaluated: {first[:160]}"


def _present(scope: Object, path: Path) -> bool:
    try:
        paths.find(scope, path)
    except MissingValue:
        return False
    return True
