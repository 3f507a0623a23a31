"""Claude Code's tools by the kinds that all agents share, and what a person would say each call does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_trace.agents._plans import in_progress
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "Read": "read",
    "NotebookRead": "read",
    "ReadMcpResourceTool": "read",
    "Write": "write",
    "Edit": "edit",
    "MultiEdit": "edit",
    "NotebookEdit": "edit",
    "Grep": "search",
    "Glob": "search",
    "LS": "search",
    "ToolSearch": "search",
    "Bash": "shell",
    "BashOutput": "shell",
    "KillShell": "shell",
    "KillBash": "shell",
    "Monitor": "shell",
    "WebFetch": "fetch",
    "WebSearch": "fetch",
    "web_search": "fetch",
    "web_fetch": "fetch",
    "Agent": "agent",
    "Task": "agent",
    "SendMessage": "agent",
    "TaskOutput": "agent",
    "AgentOutputTool": "agent",
    "Skill": "skill",
    "SlashCommand": "skill",
    "TodoWrite": "plan",
    "TodoRead": "plan",
    "TaskCreate": "plan",
    "TaskUpdate": "plan",
    "TaskList": "plan",
    "TaskGet": "plan",
    "EnterPlanMode": "plan",
    "ExitPlanMode": "plan",
    "exit_plan_mode": "plan",
    "AskUserQuestion": "ask",
}

EDITORS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit"})
"""Tools whose results hold a patch."""
STARTERS = frozenset({"Agent", "Task"})
"""Tools that start a sub-agent."""

_TELLING = (
    "command",
    "file_path",
    "notebook_path",
    "pattern",
    "url",
    "query",
    "description",
    "skill",
    "subject",
    "path",
    "prompt",
)
_PATHS = ("file_path", "notebook_path", "path")


def headline(arguments: Mapping[str, Any]) -> str:
    """The one argument that tells a person what the call does: the command, the path, the pattern …"""
    for name in _TELLING:
        found = arguments.get(name)
        if isinstance(found, str) and found.strip():
            return found
    questions = arguments.get("questions")
    if isinstance(questions, list) and questions and isinstance(questions[0], dict):
        return str(questions[0].get("question", ""))
    return in_progress(arguments)


def paths(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    found = (arguments.get(name) for name in _PATHS)
    return tuple(path for path in found if isinstance(path, str) and path)
