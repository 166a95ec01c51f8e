"""An agent as a file: what people write, what is stored, what the interpreter reads.

At run time (no pydantic): AgentFile.load, Step, ReviewSpec, Expression, render, render_text.
When publishing: reading.read → checking.check → AgentFile; document.json_schema; export.to_yaml;
differences.differences. Nothing here knows Django.
"""

from seconder.agents.file.agent_file import AgentFile, PolicyRule
from seconder.agents.file.expression import Expression
from seconder.agents.file.grammar import ExpressionError
from seconder.agents.file.people import People
from seconder.agents.file.steps import Escalation, Retry, ReviewSpec, Step
from seconder.agents.file.templates import render, render_text
from seconder.core.paths import MissingValue

__all__ = [
    "AgentFile",
    "Escalation",
    "Expression",
    "ExpressionError",
    "MissingValue",
    "People",
    "PolicyRule",
    "Retry",
    "ReviewSpec",
    "Step",
    "render",
    "render_text",
]
