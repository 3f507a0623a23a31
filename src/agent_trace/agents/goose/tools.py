"""Goose's tools: a name is an extension's, two underscores and the tool's own, or the tool's alone."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.agents._untyped import JSON
from agent_trace.agents.goose import AGENT
from agent_trace.model.tools import ToolKind

_COMMANDS: Mapping[str, ToolKind] = {
    "view": "read",
    "write": "write",
    "create": "write",
    "str_replace": "edit",
    "edit_file": "edit",
    "insert": "edit",
    "undo_edit": "edit",
}
"""What the text editor is told to do."""


def kind(tool: str, arguments: JSON | None = None) -> ToolKind:
    """The kind of a tool; the text editor's is in its arguments. All extensions are MCP servers."""
    told = _COMMANDS.get(str((arguments or {}).get("command"))) if tool.endswith("text_editor") else None
    if told is not None:
        return told
    extension, _, own = tool.rpartition("__")
    found = AGENT.kind(tool) if tool in AGENT.tools else AGENT.kind(own)
    return "mcp" if found == "other" and extension and own not in AGENT.tools else found
