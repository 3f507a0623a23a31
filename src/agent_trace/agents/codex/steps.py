"""Tool calls, and what became of them.

A call is an item of the conversation, and so is its output. Beside them stands what Codex itself knows of its end, as an
event or a completed item: exit code, time, patch, the thread that was started. The first to tell of a call and of its
result counts: Codex's own account comes first, and is complete. Tools that a script called (`exec`) have only that.
"""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.agents.codex.calls import ask, ask_again
from agent_trace.agents.codex.fields import Record, text
from agent_trace.agents.codex.outputs import Ended, ended
from agent_trace.agents.codex.parse_state import Called, ParseState, remember_tool
from agent_trace.agents.codex.patches import Change, asked_changes, command_changes
from agent_trace.agents.codex.reader import Reader
from agent_trace.agents.codex.speech import settle
from agent_trace.agents.codex.tools import (
    EDITOR,
    KINDS,
    SHELLS,
    STARTERS,
    absolute,
    arguments_of,
    as_text,
    asks_whether,
    command_of,
    headline,
    paths_of,
    tool_name,
)
from agent_trace.model.events import FileRead, FileWrite, ToolCall, ToolResult
from agent_trace.model.tools import ToolKind


class Asked(NamedTuple):
    """A tool call as a row tells it."""

    call: str
    """Its id; empty where it has none."""
    tool: str
    arguments: Record
    shown: str = ""
    """The arguments as written; empty: as JSON."""


def hear_call(reader: Reader, item: Record) -> None:
    """A call as the model made it."""
    shown = item.get("arguments", item.get("input"))
    call = text(item, "call_id") or text(item, "id")
    asked = Asked(call, tool_name(item), arguments_of(item), shown if isinstance(shown, str) else "")
    call_tool(reader, asked)


def call_tool(reader: Reader, asked: Asked, *, from_item: bool = False) -> Called:
    """Tell of a call, unless it has been told."""
    settle(reader)
    state = reader.state
    known = state.tools.get(asked.call)
    if known is not None and (from_item or known.from_item or not known.results):
        known.from_item = from_item and known.from_item
        return known
    changes = _asked_changes(asked, state.folder)
    paths = tuple(change.path for change in changes) or tuple(
        absolute(path, state.folder) for path in paths_of(asked.arguments)
    )
    shown = asked.shown or as_text(asked.arguments)
    name = reader.own_name(asked.call)
    response = ask_again(reader, name) if from_item else ask(reader, asked.call or name)
    reader.tell(
        ToolCall,
        name,
        call=name,
        response=response,
        tool=asked.tool,
        kind=kind_of_tool(asked.tool, edits=bool(changes)),
        input=reader.cut(shown),
        size=len(shown),
        title=reader.cut(", ".join(paths) if changes else headline(asked.tool, asked.arguments)),
        paths=paths,
    )
    called = Called(
        name,
        asked.tool,
        asks_whether=asked.tool in SHELLS and asks_whether(command_of(asked.arguments)),
        changes=[(change.path, change.added, change.removed) for change in changes],
        path=paths[0] if paths and asked.tool in ("view_image", "read_file") else "",
        from_item=from_item,
    )
    remember_tool(state.tools, asked.call or name, called, ParseState.TOOLS)
    return called


def kind_of_tool(tool: str, *, edits: bool = False) -> ToolKind:
    """The kind of a tool; a shell that is given a patch edits."""
    if edits:
        return "edit"
    return KINDS.get(tool) or ("mcp" if tool.startswith("mcp__") else "other")


def _asked_changes(asked: Asked, folder: str) -> list[Change]:
    if asked.tool == EDITOR:
        patch = text(asked.arguments, "input") or text(asked.arguments, "patch")
        return asked_changes(patch, folder)
    if asked.tool in SHELLS:
        return command_changes(asked.arguments, absolute(text(asked.arguments, "workdir"), folder))
    return []


# ---- results


def hear_output(reader: Reader, item: Record) -> None:
    """What the model was given of a tool's output."""
    settle(reader)
    call = text(item, "call_id") or text(item, "id")
    called = reader.state.tools.get(call)
    if called is not None and called.results:
        return
    tool = called.tool if called else ""
    is_patch = tool == EDITOR or bool(called and called.changes)
    found = ended(item.get("output", item.get("tools")), is_shell=tool in SHELLS, is_patch=is_patch)
    changes: list[Change] = []
    if called is not None and is_patch and not (found.failed or found.refused or found.interrupted):
        changes = [Change(*change) for change in called.changes]
    finish(reader, call, called, found, changes=changes, child=_child(called, found.output))


def _child(called: Called | None, output: str) -> str | None:
    """The thread that a call started, as its output names it where nothing else did."""
    if called is None or called.tool not in STARTERS or called.child is not None:
        return called.child if called else None
    return text(arguments_of({"arguments": output}), "agent_id") or None


def finish(
    reader: Reader,
    call: str,
    called: Called | None,
    found: Ended,
    *,
    changes: list[Change] | None = None,
    reads: list[str] | None = None,
    child: str | None = None,
) -> None:
    """Tell of a result, and of the files that it read or wrote."""
    changes = changes or []
    if called is not None:
        called.results += 1
    name = called.id if called else reader.own_name(call)
    failed = found.exit_code not in (None, 0)
    really = found.failed or (failed and not (found.exit_code == 1 and called is not None and called.asks_whether))
    reader.tell(
        ToolResult,
        f"{name}.result",
        parent=called.id if called else reader.state.previous,
        call=name,
        tool=called.tool if called else "",
        output=reader.cut(found.output),
        size=len(found.output),
        failed=failed,
        exit_code=found.exit_code,
        went_wrong=None if really == failed else really,
        refused=found.refused,
        asked=False if reader.state.asks_nobody else None,
        interrupted=found.interrupted,
        run_ms=found.run_ms,
        lines_added=sum(change.added for change in changes),
        lines_removed=sum(change.removed for change in changes),
        patch=reader.cut("\n".join(change.patch for change in changes if change.patch)),
        child=child,
    )
    _files(reader, name, changes, _read_files(called, found, reads))


def _read_files(called: Called | None, found: Ended, reads: list[str] | None) -> list[str]:
    if found.failed or found.refused or found.interrupted or found.exit_code not in (None, 0):
        return []
    return reads or ([called.path] if called and called.path else [])


def _files(reader: Reader, name: str, changes: list[Change], reads: list[str]) -> None:
    result = reader.state.previous
    for index, path in enumerate(dict.fromkeys(reads)):
        reader.tell(FileRead, f"{name}.read{index or ''}", parent=result, path=path)
    for index, change in enumerate(changes):
        reader.tell(
            FileWrite,
            f"{name}.write{index or ''}",
            parent=result,
            path=change.path,
            lines_added=change.added,
            lines_removed=change.removed,
        )
