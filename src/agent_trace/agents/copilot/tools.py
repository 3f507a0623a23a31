"""Copilot's tools by the kinds that all agents share, and what a person would say each call does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent_trace.agents._untyped import JSON, NOTHING, objects, text
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "view": "read",
    "show_file": "read",
    "create": "write",
    "edit": "edit",
    "str_replace": "edit",
    "str_replace_editor": "edit",
    "insert": "edit",
    "apply_patch": "edit",
    "grep": "search",
    "rg": "search",
    "glob": "search",
    "tool_search": "search",
    "shell": "shell",
    "bash": "shell",
    "read_bash": "shell",
    "write_bash": "shell",
    "stop_bash": "shell",
    "list_bash": "shell",
    "powershell": "shell",
    "read_powershell": "shell",
    "write_powershell": "shell",
    "stop_powershell": "shell",
    "list_powershell": "shell",
    "web_fetch": "fetch",
    "web_search": "fetch",
    "fetch_copilot_cli_documentation": "fetch",
    "task": "agent",
    "read_agent": "agent",
    "write_agent": "agent",
    "list_agents": "agent",
    "skill": "skill",
    "update_todo": "plan",
    "exit_plan_mode": "plan",
    "ask_user": "ask",
}
EDITING = frozenset({"write", "edit"})

_TELLING = ("command", "path", "pattern", "query", "url", "description", "skill", "prompt", "question", "intent")
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)


def arguments_of(request: JSON) -> Any:
    """The arguments of a call; earlier versions write them as JSON text, `apply_patch` as the patch itself."""
    found = request.get("arguments")
    if isinstance(found, str) and found.lstrip().startswith("{"):
        decoded, reason = objects(found.encode("utf-8", "replace"))
        return decoded[0] if len(decoded) == 1 and not reason else found
    return found


def kind_of(request: JSON, tool: str) -> ToolKind:
    """The kind of a tool; those of MCP servers say so."""
    if text(request, "mcpServerName"):
        return "mcp"
    return KINDS.get(tool) or ("mcp" if tool.startswith("github-mcp-server-") else "other")


def headline(arguments: Any, request: JSON) -> str:
    """The one argument that tells a person what the call does, else what the agent says of it."""
    if isinstance(arguments, str):
        return next(iter(_PATCHED.findall(arguments)), "")
    told = arguments if isinstance(arguments, dict) else NOTHING
    names = ((told, name) for name in _TELLING)
    says = ((request, name) for name in ("intentionSummary", "toolTitle"))
    return next((found for found in (text(*one) for one in (*names, *says)) if found.strip()), "")


def paths(arguments: Any) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    if isinstance(arguments, str):
        return tuple(dict.fromkeys(_PATCHED.findall(arguments)))
    path = text(arguments, "path") if isinstance(arguments, dict) else ""
    return (path,) if path else ()
