"""Codex's tools by the kinds that all agents share, and what a person would say each call does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents.codex.fields import Record, text, words
from agent_trace.model.tools import ToolKind

KINDS: Mapping[str, ToolKind] = {
    "exec_command": "shell",
    "write_stdin": "shell",
    "shell": "shell",
    "shell_command": "shell",
    "container.exec": "shell",
    "local_shell": "shell",
    "unified_exec": "shell",
    "exec": "shell",
    "functions.exec": "shell",
    "js_repl": "shell",
    "apply_patch": "edit",
    "read_file": "read",
    "view_image": "read",
    "list_dir": "search",
    "grep_files": "search",
    "tool_search": "search",
    "web_search": "fetch",
    "update_plan": "plan",
    "request_user_input": "ask",
    "spawn_agent": "agent",
    "send_input": "agent",
    "send_message": "agent",
    "followup_task": "agent",
    "wait": "agent",
    "wait_agent": "agent",
    "resume_agent": "agent",
    "interrupt_agent": "agent",
    "close_agent": "agent",
    "list_agents": "agent",
    "list_mcp_resources": "mcp",
    "list_mcp_resource_templates": "mcp",
    "read_mcp_resource": "mcp",
}

STARTERS = frozenset({"spawn_agent"})
"""Tools that start a sub-agent."""
SHELLS = frozenset(name for name, kind in KINDS.items() if kind == "shell")
EDITOR = "apply_patch"

_TELLING = ("cmd", "command", "path", "query", "pattern", "url", "message", "prompt", "chars", "explanation", "uri")
_PATHS = ("path", "file_path")
_SHELL_NAMES = ("bash", "sh", "zsh", "dash", "powershell", "pwsh", "cmd", "cmd.exe")
_SEARCHERS = frozenset({"grep", "egrep", "fgrep", "rg", "diff", "cmp", "test", "["})
_BETWEEN = re.compile(r"&&|\|\||[;|\n]")
_BEFORE = frozenset({"env", "sudo", "time", "command", "nice"})
_ANY = msgspec.json.Decoder()


def arguments_of(item: Record) -> Record:
    """The arguments of a call: an object, or the text of one; a free text is `{"input": …}`."""
    found = item.get("arguments", item.get("input"))
    if isinstance(found, str):
        try:
            read = _ANY.decode(found)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return {"input": found}
        return read if isinstance(read, dict) else {"input": found}
    return found if isinstance(found, dict) else {}


def tool_name(item: Record) -> str:
    """The tool as hooks call it too: those of an MCP server begin with `mcp__`, its name and `__`."""
    name, space = text(item, "name"), text(item, "namespace")
    if space.startswith("mcp__") and not name.startswith(space):
        return f"{space}__{name}" if not space.endswith("__") else space + name
    return name


def mcp_name(server: str, tool: str) -> str:
    """The same from a server's name and its tool's."""
    return f"mcp__{server}__{tool}"


def command_of(arguments: Record) -> str:
    """The command line that a shell is asked to run."""
    for name in ("cmd", "command"):
        found = arguments.get(name)
        if isinstance(found, str):
            return found
        if isinstance(found, list):
            return command_line(words(arguments, name))
    return ""


def command_line(command: list[str]) -> str:
    """A command as one line: what a shell is given to run is the command itself."""
    if len(command) > 2 and program(command[0]) in _SHELL_NAMES and command[1].startswith(("-", "/")):
        return command[-1]
    return " ".join(command)


def program(word: str) -> str:
    """The name of a program without its folder."""
    return word.replace("\\", "/").rpartition("/")[2]


def asks_whether(command: str) -> bool:
    """True where an exit code of 1 is an answer and no failure: the last program compares or looks for something."""
    for step in reversed(_BETWEEN.split(command)):
        called = [word for word in step.split() if "=" not in word and word not in _BEFORE]
        if called:
            return program(called[0]) in _SEARCHERS
    return False


def headline(tool: str, arguments: Record) -> str:
    """What tells a person what the call does: the command, the path, the query …"""
    if tool in SHELLS:
        command = command_of(arguments)
        if command:
            return command
    if tool == "update_plan":
        return _plan(arguments)
    for name in _TELLING:
        found = text(arguments, name)
        if found.strip():
            return found
    return text(arguments, "input")


def _plan(arguments: Record) -> str:
    """The step that a plan is at."""
    steps = arguments.get("plan")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and step.get("status") == "in_progress":
            return text(step, "step")
    return text(arguments, "explanation")


def paths_of(arguments: Record) -> tuple[str, ...]:
    """The files and folders that the arguments name."""
    return tuple(path for path in (text(arguments, name) for name in _PATHS) if path)


def absolute(path: str, folder: str) -> str:
    """A path as seen from a folder; `file://` and steps upwards are taken away."""
    path = path.removeprefix("file://")
    if path.startswith(("/", "~")) or path[1:2] == ":" or not folder:
        return path
    separator = "\\" if "\\" in folder and "/" not in folder else "/"
    steps = folder.removeprefix("file://").rstrip("/\\").split(separator)
    for step in path.split("/"):
        if step == ".." and len(steps) > 1:
            steps.pop()
        elif step not in ("", ".", ".."):
            steps.append(step)
    return separator.join(steps)


def as_text(value: Any) -> str:
    """Any value as JSON text, without spaces."""
    return msgspec.json.encode(value).decode()
