"""Agents: files that say what to do, kept as immutable versions; the shelf of tools; the AI loop.

Face: `Agent`, `AgentVersion.think(…)` (one AI step), `tools.offer(tool)`, `file.check(…)`.
"""
