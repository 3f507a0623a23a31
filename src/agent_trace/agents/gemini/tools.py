"""Gemini CLI's tools by the kinds that all agents share."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.agents._genai import tools
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    **tools.KINDS,
    "get_internal_docs": "read",
    "write_todos": "plan",
    "tracker_create_task": "plan",
    "tracker_update_task": "plan",
    "tracker_get_task": "plan",
    "tracker_list_tasks": "plan",
    "tracker_add_dependency": "plan",
    "tracker_visualize": "plan",
    "activate_skill": "skill",
    "ask_user": "ask",
    "invoke_agent": "agent",
    "codebase_investigator": "agent",
    "cli_help": "agent",
    "generalist": "agent",
    "browser_agent": "agent",
}

_OF_A_SERVER = " MCP Server)"


def kind_of(name: str, display: str, agent_id: str) -> ToolKind:
    """The kind of a tool: a server's tools are known by their prefix or, before that, by the name people see."""
    found = KINDS.get(name)
    if found is not None:
        return found
    if agent_id:
        return "agent"
    return "mcp" if name.startswith("mcp_") or display.endswith(_OF_A_SERVER) else "other"
