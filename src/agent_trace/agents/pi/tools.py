"""Pi's tools by the kinds that all agents share, and what a person would say each call does."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.agents._diffs import UNCHANGED, Change, count_lines, replaced
from agent_trace.agents._untyped import JSON, several, text
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "read": "read",
    "write": "write",
    "edit": "edit",
    "grep": "search",
    "find": "search",
    "ls": "search",
    "bash": "shell",
    "powershell": "shell",
    "web_search": "fetch",
    "web_fetch": "fetch",
    "fetch_content": "fetch",
    "subagent": "agent",
    "todo": "plan",
    "question": "ask",
    "questionnaire": "ask",
    "mcp": "mcp",
}
"""The built-in ones, and those of the extensions that ship as examples."""

_TELLING = ("command", "path", "file_path", "pattern", "url", "query", "task", "question", "description")
_PATHS = ("path", "file_path")


def headline(arguments: JSON) -> str:
    """The one argument that tells a person what the call does: the command, the path, the pattern …"""
    return next((found for found in (text(arguments, name) for name in _TELLING) if found.strip()), "")


def paths(arguments: JSON) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    return tuple(found for found in (text(arguments, name) for name in _PATHS) if found)


def asked_change(tool: str, arguments: JSON) -> Change:
    """What an edit would change by its arguments alone; a written file is taken for a new one."""
    if tool == "write":
        return Change(count_lines(text(arguments, "content")))
    if tool != "edit":
        return UNCHANGED
    edits = several(arguments, "edits") or [arguments]
    changes = [replaced(text(one, "oldText"), text(one, "newText")) for one in edits]
    return Change(sum(one.added for one in changes), sum(one.removed for one in changes))
