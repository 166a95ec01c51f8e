from __future__ import annotations

from seconder.agents.file import AgentFile
from seconder.agents.tools import Tool
from seconder.core.json import Object


def ruling(file: AgentFile, tool: Tool, arguments: Object) -> str:
    """allow, ask or deny, as the agent's policy says of this use of a tool."""
    is_effect = tool.kind_of(arguments) == "effect"
    return file.decide(tool.name, arguments, effect=is_effect, args_schema=tool.arguments)
