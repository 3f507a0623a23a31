"""Tools by the kinds that all agents share: a trace folder may hold any agent's session, and names them as that agent does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_trace.model.tools import ToolKind

_NAMES: Mapping[ToolKind, str] = {
    "read": "Read NotebookRead read view cat read_file read_many_files ReadFile",
    "write": "Write write create write_file WriteFile",
    "edit": "Edit MultiEdit NotebookEdit edit apply_patch replace str_replace str_replace_editor edit_file multi_edit",
    "search": "Grep Glob LS ToolSearch grep glob ls list rg search search_file_content grep_search list_directory file_search",
    "shell": "Bash BashOutput KillShell bash shell exec exec_command run_shell_command run_terminal_cmd local_shell write_bash "
    "read_bash stop_bash Shell",
    "fetch": "WebFetch WebSearch webfetch websearch web_fetch web_search google_web_search fetch",
    "agent": "Agent Task task spawn_agent wait_agent send_input close_agent SendMessage TaskOutput agent a2a_call",
    "skill": "Skill SlashCommand skill",
    "plan": "TodoWrite TodoRead TaskCreate TaskUpdate TaskList TaskGet EnterPlanMode ExitPlanMode update_plan todowrite todoread "
    "write_todos todo_write update_todo report_intent",
    "ask": "AskUserQuestion ask_user request_user_input question",
}
KINDS: Mapping[str, ToolKind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}

_TELLING = (
    "command", "cmd", "file_path", "notebook_path", "path", "absolute_path", "filePath", "pattern", "url", "query", "task",
    "description", "skill", "subject", "prompt",
)  # fmt: skip
_PATHS = ("file_path", "notebook_path", "path", "absolute_path", "filePath")


def headline(arguments: Mapping[str, Any]) -> str:
    """The one argument that tells a person what the call does: the command, the path, the pattern …"""
    for name in _TELLING:
        found = arguments.get(name)
        if isinstance(found, list) and found and all(isinstance(word, str) for word in found):
            found = " ".join(found)
        if isinstance(found, str) and found.strip():
            return found
    return ""


def paths(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    found = (arguments.get(name) for name in _PATHS)
    return tuple(path for path in found if isinstance(path, str) and path)
