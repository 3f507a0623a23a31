"""What the model said and called, and what the tools gave."""

from __future__ import annotations

import re

from agent_trace.agents._diffs import UNCHANGED, Change, unified
from agent_trace.agents._exits import is_failure
from agent_trace.agents._telling import hashed, keep
from agent_trace.agents._untyped import JSON, count, encoded, inner, several, text
from agent_trace.agents.copilot.calls import hear_answer
from agent_trace.agents.copilot.reader import Called, ParseState, Reader
from agent_trace.agents.copilot.tools import EDITING, arguments_of, headline, kind_of, paths
from agent_trace.model.events import (
    AssistantText,
    Command,
    FileRead,
    FileWrite,
    PermissionAnswered,
    PermissionAsked,
    Thinking,
    ToolCall,
    ToolResult,
)

_EXIT = re.compile(r"<(?:shellId: \S+ completed|exited|command exited) with exit code (-?\d{1,9})>\s*\Z")
_REFUSED = frozenset({"rejected", "denied"})


def hear_message(reader: Reader, data: JSON) -> None:
    """One answer: what was thought, said and asked for."""
    call = hear_answer(reader, data)
    thought, said = text(data, "reasoningText"), text(data, "content")
    if thought and _hashed(thought) != reader.state.thought:
        reader.tell(Thinking, ".thinking", text=reader.cut(thought), size=len(thought))
    if said:
        reader.tell(AssistantText, text=reader.cut(said), size=len(said))
    for index, request in enumerate(several(data, "toolRequests")):
        tool_id = text(request, "toolCallId") or f"{reader.name}.{index}"
        _call_tool(reader, request, tool_id, text(request, "name"), call)


def hear_reasoning(reader: Reader, data: JSON) -> None:
    """What was thought, in an event of its own; the answer may repeat it."""
    thought = text(data, "content")
    reader.state.thought = _hashed(thought)
    reader.tell(Thinking, text=reader.cut(thought), size=len(thought))


def _hashed(words: str) -> str:
    return hashed(words.encode("utf-8", "replace"))


# ---- calls


def hear_start(reader: Reader, data: JSON) -> None:
    """A tool begins to run: mostly one that an answer asked for."""
    tool_id = text(data, "toolCallId")
    if tool_id and tool_id not in reader.state.tools:
        call = reader.state.latest.get(reader.session)
        _call_tool(reader, data, tool_id, text(data, "toolName"), call)


def hear_own_command(reader: Reader, data: JSON) -> None:
    """A tool that the person ran past the model."""
    tool, words = text(data, "toolName"), headline(arguments_of(data), data)
    reader.tell(Command, name=tool, text=reader.cut(words))
    _remember(reader, text(data, "toolCallId"), Called(reader.name, tool, "", "", False, reader.session))


def _call_tool(reader: Reader, request: JSON, tool_id: str, tool: str, call: str | None) -> None:
    name = tool_id + reader.nth(tool_id) if tool_id in reader.state.tools else tool_id
    arguments = arguments_of(request)
    words, title, places = encoded(arguments), headline(arguments, request), paths(arguments)
    kind = kind_of(request, tool)
    reader.tell(
        ToolCall,
        id=name,
        call=name,
        response=call,
        tool=tool,
        kind=kind,
        input=reader.cut(words),
        size=len(words),
        title=reader.cut(title),
        paths=places,
    )
    path = places[0] if places else ""
    _remember(
        reader, tool_id, Called(name, tool, kind, path, kind == "shell" and not is_failure(title, 1), reader.session)
    )


def _remember(reader: Reader, tool_id: str, called: Called) -> None:
    keep(reader.state.tools, tool_id, called, ParseState.TOOLS)


# ---- results


def hear_result(reader: Reader, data: JSON) -> None:
    """What became of a tool call."""
    tool_id = text(data, "toolCallId")
    called = reader.state.tools.get(tool_id)
    result, error = inner(data, "result"), inner(data, "error")
    failed = data.get("success") is False
    words = text(error, "message") if error else text(result, "content")
    kind = called.kind if called else ""
    code = _exit_code(data, words) if kind == "shell" or "shellExecution" in data else None
    changes = _changes(data, result) if kind in EDITING and not failed else {}
    reader.tell(
        ToolResult,
        parent=called.id if called else reader.state.ends.get(reader.session),
        call=called.id if called else tool_id,
        tool=called.name if called else "",
        output=reader.cut(words),
        size=len(words),
        failed=failed,
        exit_code=code,
        went_wrong=True if _fails(code, called) and not failed else None,
        refused=failed and text(error, "code") in _REFUSED,
        asked=True if called and called.asked else None,
        run_ms=_run_ms(data, called),
        lines_added=sum(change.added for change in changes.values()),
        lines_removed=sum(change.removed for change in changes.values()),
        patch=reader.cut("\n".join(change.patch for change in changes.values())),
        child=_child(data, called),
    )
    if called and not failed:
        _tell_files(reader, data, called, changes)


def _exit_code(data: JSON, words: str) -> int | None:
    found = inner(data, "shellExecution").get("exitCode")
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 2**31:
        return found
    told = _EXIT.search(words)
    return int(told[1]) if told else None


def _fails(code: int | None, called: Called | None) -> bool:
    return bool(code) and not (code == 1 and called is not None and called.asks)


def _run_ms(data: JSON, called: Called | None) -> int | None:
    told = count(inner(inner(data, "toolTelemetry"), "metrics"), "durationMs")
    return told if told is not None or called is None else called.run_ms


def _child(data: JSON, called: Called | None) -> str | None:
    if called is None or called.kind != "agent":
        return None
    return called.child or text(inner(inner(data, "toolTelemetry"), "restrictedProperties"), "agent_id") or None


def _changes(data: JSON, result: JSON) -> dict[str, Change]:
    """Path → what an edit did: by its diff, else by its figures."""
    found = unified(text(result, "detailedContent"))
    if found:
        return found
    metrics = inner(inner(data, "toolTelemetry"), "metrics")
    return {"": Change(count(metrics, "linesAdded") or 0, count(metrics, "linesRemoved") or 0)}


def _tell_files(reader: Reader, data: JSON, called: Called, changes: dict[str, Change]) -> None:
    """What a successful call read or wrote."""
    if called.kind == "read" and called.path and not _is_folder(data):
        reader.tell(FileRead, ".read", path=called.path)
    if called.kind not in EDITING:
        return
    edited = [text(one, "path") for one in several(data, "fileEdits")] or [called.path]
    for index, path in enumerate(dict.fromkeys(filter(None, edited))):
        change = _change_of(path, edited, changes)
        name = f".write.{index}" if index else ".write"
        reader.tell(FileWrite, name, path=path, lines_added=change.added, lines_removed=change.removed)


def _is_folder(data: JSON) -> bool:
    return text(inner(inner(data, "toolTelemetry"), "properties"), "viewType") == "directory"


def _change_of(path: str, edited: list[str], changes: dict[str, Change]) -> Change:
    """The change of one file: a diff names paths without the slash before them."""
    if len(edited) == 1 and len(changes) == 1:
        return next(iter(changes.values()))
    return next((change for name, change in changes.items() if name and path.endswith(name)), UNCHANGED)


# ---- permissions


def hear_asked(reader: Reader, data: JSON) -> None:
    """Somebody is asked whether a tool may run."""
    about = inner(data, "permissionRequest")
    tool_id = text(about, "toolCallId")
    called = reader.state.tools.get(tool_id)
    if called:
        called.asked = True
    keep(reader.state.asked, text(data, "requestId"), tool_id, ParseState.TOOLS)
    reader.tell(PermissionAsked, tool=called.name if called else text(about, "kind"))


def hear_decision(reader: Reader, data: JSON) -> None:
    """What was answered, and by whom."""
    kind = text(inner(data, "result"), "kind")
    called = reader.state.tools.get(reader.state.asked.get(text(data, "requestId"), ""))
    parent = called.id if called else reader.state.ends.get(reader.session)
    decision = "accept" if kind.startswith("approved") else "reject"
    reader.tell(PermissionAnswered, parent=parent, decision=decision, by=_who(kind))


def _who(kind: str) -> str:
    if "hook" in kind:
        return "hook"
    if "interactively" in kind or kind.startswith("approved-for"):
        return "user"
    return "config" if kind.startswith("denied") else ""
