"""Neutral tool calls of a scenario → the tool calls of one agent.

A neutral call is `{"do": VERB, …}`: shell (run), read (path), search (pattern), edit (path, old, new; `all`: wherever it
stands), edits (path, pairs: several places in one call), write (path, content), plan (items), mcp (tool, input), subagent
(prompt), done (text), raw (name, input). `fails` says that the author knows it will. A verb that an agent has no tool for
is left out, and its turn with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Call = Mapping[str, Any]
Native = dict[str, Any]
At = Callable[[str], str]


def native(call: Call, agent: str, repository: Path) -> Native | None:
    """One tool call in the agent's words; None where it has no such tool."""

    def at(path: str) -> str:
        return str(repository / path)

    if call["do"] == "raw":
        made: Native | None = {name: call[name] for name in ("name", "input", "kind", "namespace") if name in call}
        fails = bool(call.get("expect", {}).get("fails"))
    else:
        made, fails = DIALECTS[agent](call, at), bool(call.get("fails"))
    return None if made is None else {**made, "fails": fails}


def _tool(name: str, /, **arguments: Any) -> Native:
    return {"name": name, "input": arguments}


def _why(call: Call) -> str:
    return str(call.get("why", "Run a command"))


def _grep(call: Call) -> str:
    return f"grep -rn {json.dumps(call['pattern'])} src tests"


def claude(call: Call, at: At) -> Native | None:
    """Claude Code."""
    match call["do"]:
        case "shell":
            return _tool("Bash", command=call["run"], description=_why(call))
        case "read":
            return _tool("Read", file_path=at(call["path"]))
        case "search":
            return _tool("Bash", command=_grep(call), description="Search")
        case "edit":
            every = {"replace_all": True} if call.get("all") else {}
            return _tool("Edit", file_path=at(call["path"]), old_string=call["old"], new_string=call["new"], **every)
        case "write":
            return _tool("Write", file_path=at(call["path"]), content=call["content"])
        case "plan":
            first = call["items"][0][0]
            return _tool("TaskCreate", subject=first, description=first, activeForm=first)
        case "mcp":
            return _tool("mcp__demo__" + call["tool"], **call["input"])
        case "subagent":
            title = call.get("title", "Look")
            return _tool("Agent", description=title, prompt=call["prompt"], subagent_type="general-purpose")
    return None


def _patch(head: str, body: str) -> Native:
    return {"name": "apply_patch", "input": f"*** Begin Patch\n*** {head}\n{body}*** End Patch", "kind": "custom"}


def _hunk(old: str, new: str) -> str:
    gone, come = (f"-{line}\n" for line in old.splitlines()), (f"+{line}\n" for line in new.splitlines())
    return "".join(["@@\n", *gone, *come])


def codex(call: Call, _at: At) -> Native | None:
    """Codex."""
    match call["do"]:
        case "shell":
            return _tool("exec_command", cmd=call["run"])
        case "read":
            return _tool("exec_command", cmd=f"cat {call['path']}")
        case "search":
            return _tool("exec_command", cmd=_grep(call), workdir=".")
        case "edit":
            return _patch(f"Update File: {call['path']}", _hunk(call["old"], call["new"]))
        case "edits":
            return _patch(f"Update File: {call['path']}", "".join(_hunk(old, new) for old, new in call["pairs"]))
        case "write":
            return _patch(f"Add File: {call['path']}", "".join(f"+{line}\n" for line in call["content"].splitlines()))
        case "mcp":
            return {"name": call["tool"], "input": call["input"], "namespace": "mcp__demo"}
        case "subagent":
            asked = _tool("spawn_agent", message=call["prompt"], agent_type="explorer")
            return {**asked, "namespace": "multi_agent_v1"}
    return None


def opencode(call: Call, at: At) -> Native | None:
    """OpenCode."""
    match call["do"]:
        case "shell":
            return _tool("bash", command=call["run"], description=_why(call))
        case "read":
            return _tool("read", filePath=at(call["path"]))
        case "search":
            return _tool("bash", command=_grep(call), description="Search")
        case "edit":
            every = {"replaceAll": True} if call.get("all") else {}
            return _tool("edit", filePath=at(call["path"]), oldString=call["old"], newString=call["new"], **every)
        case "write":
            return _tool("write", filePath=at(call["path"]), content=call["content"])
        case "plan":
            todos = [{"content": text, "status": status, "priority": "high"} for text, status in call["items"]]
            return _tool("todowrite", todos=todos)
        case "mcp":
            return _tool("demo_" + call["tool"], **call["input"])
        case "subagent":
            title = call.get("title", "Look")
            return _tool("task", description=title, prompt=call["prompt"], subagent_type="general")
    return None


def gemini(call: Call, at: At) -> Native | None:
    """Gemini CLI."""
    match call["do"]:
        case "shell":
            return _tool("run_shell_command", command=call["run"], description=_why(call))
        case "read":
            return _tool("read_file", file_path=at(call["path"]))
        case "search":
            return _tool("grep_search", pattern=call["pattern"])
        case "edit":
            new, why = call["new"], "Change the text"
            every = {"allow_multiple": True} if call.get("all") else {}
            given = {"old_string": call["old"], "new_string": new, "instruction": why, **every}
            return _tool("replace", file_path=at(call["path"]), **given)
        case "write":
            return _tool("write_file", file_path=at(call["path"]), content=call["content"])
        case "plan":
            return _tool("write_todos", todos=[{"description": text, "status": how} for text, how in call["items"]])
        case "mcp":
            return _tool("mcp_demo_" + call["tool"], **call["input"])
        case "subagent":
            return _tool("invoke_agent", agent_name="generalist", prompt=call["prompt"])
        case "done":
            return _tool("complete_task", result={"response": call["text"]})
    return None


def pi(call: Call, at: At) -> Native | None:
    """Pi."""
    match call["do"]:
        case "shell":
            return _tool("bash", command=call["run"])
        case "read":
            return _tool("read", path=at(call["path"]))
        case "search":
            return _tool("bash", command=_grep(call))
        case "edit":
            return _tool("edit", path=at(call["path"]), edits=[{"oldText": call["old"], "newText": call["new"]}])
        case "edits":
            pairs = [{"oldText": old, "newText": new} for old, new in call["pairs"]]
            return _tool("edit", path=at(call["path"]), edits=pairs)
        case "write":
            return _tool("write", path=at(call["path"]), content=call["content"])
    return None


def qwen(call: Call, at: At) -> Native | None:
    """Qwen Code."""
    match call["do"]:
        case "shell":
            return _tool("run_shell_command", command=call["run"], description=_why(call), is_background=False)
        case "edit":
            return _tool("edit", file_path=at(call["path"]), old_string=call["old"], new_string=call["new"])
        case "plan":
            todos = enumerate(call["items"], 1)
            return _tool(
                "todo_write", todos=[{"id": str(n), "content": text, "status": how} for n, (text, how) in todos]
            )
        case "mcp":
            return _tool("mcp__demo__" + call["tool"], **call["input"])
        case "subagent":
            title = call.get("title", "Look")
            return _tool("agent", description=title, prompt=call["prompt"], subagent_type="general-purpose")
        case "read" | "search" | "write":
            return gemini(call, at)
    return None


def copilot(call: Call, at: At) -> Native | None:
    """Copilot CLI."""
    match call["do"]:
        case "shell":
            return _tool("bash", command=call["run"], description=_why(call), mode="sync", initial_wait=60)
        case "read":
            return _tool("view", path=at(call["path"]))
        case "search":
            return _tool("grep", pattern=call["pattern"])
        case "edit":
            return _tool("edit", path=at(call["path"]), old_str=call["old"], new_str=call["new"])
        case "write":
            return _tool("create", path=at(call["path"]), file_text=call["content"])
        case "mcp":
            return _tool("demo-" + call["tool"], **call["input"])
        case "subagent":
            look = {"name": "look", "agent_type": "explore", "mode": "sync"}
            return _tool("task", description=call.get("title", "Look"), prompt=call["prompt"], **look)
    return None


DIALECTS: Mapping[str, Callable[[Call, At], Native | None]] = {
    "claude": claude,
    "codex": codex,
    "opencode": opencode,
    "gemini": gemini,
    "pi": pi,
    "qwen": qwen,
    "copilot": copilot,
}
