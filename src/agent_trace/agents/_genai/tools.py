"""Tools by the kinds that all agents share, and what a person would say each call does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_trace.agents._plans import in_progress
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "read_file": "read",
    "read_many_files": "read",
    "write_file": "write",
    "replace": "edit",
    "edit": "edit",
    "glob": "search",
    "grep_search": "search",
    "search_file_content": "search",
    "list_directory": "search",
    "run_shell_command": "shell",
    "web_fetch": "fetch",
    "web_search": "fetch",
    "google_web_search": "fetch",
    "exit_plan_mode": "plan",
    "enter_plan_mode": "plan",
}
"""What both agents have. `replace` and `search_file_content` are older names."""

READERS = frozenset({"read_file"})
"""Tools whose result is the content of the one file that they name."""

_TELLING = (
    "command",
    "file_path",
    "absolute_path",
    "pattern",
    "url",
    "query",
    "description",
    "prompt",
    "skill",
    "name",
    "fact",
    "path",
    "dir_path",
    "title",
)
_PATHS = ("file_path", "absolute_path", "path", "dir_path")


def headline(arguments: Mapping[str, Any]) -> str:
    """The one argument that tells a person what the call does: the command, the path, the pattern …"""
    for name in _TELLING:
        found = arguments.get(name)
        if isinstance(found, str) and found.strip():
            return found
    return in_progress(arguments)


def paths(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    found = (arguments.get(name) for name in _PATHS)
    return tuple(path for path in found if isinstance(path, str) and path)
