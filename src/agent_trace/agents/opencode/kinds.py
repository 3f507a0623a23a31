"""OpenCode's tools by the kinds that all agents share. It is apart because every start loads it."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "read": "read",
    "write": "write",
    "edit": "edit",
    "multiedit": "edit",
    "patch": "edit",
    "apply_patch": "edit",
    "grep": "search",
    "glob": "search",
    "list": "search",
    "ls": "search",
    "codesearch": "search",
    "lsp": "search",
    "lsp_hover": "search",
    "lsp_diagnostics": "search",
    "bash": "shell",
    "shell": "shell",
    "webfetch": "fetch",
    "websearch": "fetch",
    "task": "agent",
    "subagent": "agent",
    "skill": "skill",
    "todowrite": "plan",
    "todoread": "plan",
    "plan_enter": "plan",
    "plan_exit": "plan",
    "question": "ask",
    "invalid": "other",
    "batch": "other",
    "execute": "other",
    "reload": "other",
}


def kind_of_tool(name: str) -> ToolKind:
    """The kind of a tool; a tool of an MCP server is named after the server: `server_tool`."""
    return KINDS.get(name) or ("mcp" if "_" in name.strip("_") else "other")
