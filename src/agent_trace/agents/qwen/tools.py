"""Qwen Code's tools by the kinds that all agents share."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.agents._genai import tools
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    **tools.KINDS,
    "lsp": "search",
    "tool_search": "search",
    "task_output": "shell",
    "task_stop": "shell",
    "monitor": "shell",
    "todo_write": "plan",
    "task_create": "plan",
    "task_get": "plan",
    "task_list": "plan",
    "task_update": "plan",
    "agent": "agent",
    "task": "agent",
    "send_message": "agent",
    "skill": "skill",
    "ask_user_question": "ask",
}

STARTERS = frozenset({"agent", "task"})
"""Tools that start a sub-agent. `task` is the older name."""


def kind_of(name: str) -> ToolKind:
    """The kind of a tool by its name."""
    return KINDS.get(name) or ("mcp" if name.startswith("mcp__") else "other")
