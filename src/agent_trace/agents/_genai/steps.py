"""Tool calls and their results as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from agent_trace.agents._genai.edits import UNCHANGED, Change, change, count_lines
from agent_trace.agents._genai.outcomes import outcome
from agent_trace.agents._genai.records import string, wire
from agent_trace.agents._genai.telling import Teller
from agent_trace.agents._genai.tools import READERS, headline, paths
from agent_trace.model.events import FileRead, FileWrite, ToolCall, ToolResult
from agent_trace.model.tools import EDITING, ToolKind

COMMAND = 2000
"""Characters of a command that are remembered until its result comes."""


class Called(msgspec.Struct, gc=False):
    """A tool call without a result so far."""

    id: str
    """Its event."""
    name: str
    kind: ToolKind
    path: str = ""
    command: str = ""
    lines: int = 0
    """Of the content that it was to write."""
    call: str = ""
    """Its id, where that is not the one that its result names."""
    mark: int = 0
    """A hash of its name and arguments."""
    run_ms: int | None = None
    asked: bool | None = None


class Given(NamedTuple):
    """What came back."""

    status: str
    """success, error or cancelled."""
    text: str
    display: object = None
    """What people were shown: for an edit its diff."""
    at: int | None = None
    child: str | None = None


def called(event: str, name: str, kind: ToolKind, arguments: Mapping[str, Any]) -> Called:
    """What must be remembered of a call until its result comes."""
    return Called(
        id=event,
        name=name,
        kind=kind,
        path=next(iter(paths(arguments)), ""),
        command=string(arguments, "command")[:COMMAND],
        lines=count_lines(string(arguments, "content")),
    )


def tell_call(teller: Teller, call: Called, call_id: str, arguments: Mapping[str, Any], response: str) -> None:
    """A tool call; `response` is the call to the model that asked for it."""
    text = wire(arguments)
    teller.emit(
        ToolCall(
            id=call.id,
            call=call_id,
            response=response or None,
            tool=call.name,
            kind=call.kind,
            input=teller.cut(text),
            size=len(text),
            title=teller.cut(headline(arguments)),
            paths=paths(arguments),
            **teller.head,
        )
    )


def tell_result(teller: Teller, event: str, call_id: str, call: Called, given: Given) -> None:
    """What became of a call, and the file that it read or wrote."""
    found = outcome(call.kind, given.status, given.text, call.command)
    done = given.status == "success"
    is_edit = done and call.kind in EDITING
    edit = change(given.display, call.lines, given.text) if is_edit else UNCHANGED
    teller.emit(
        ToolResult(
            id=f"{event}.result",
            call=call_id,
            tool=call.name,
            output=teller.cut(found.output),
            size=len(found.output),
            failed=found.failed,
            exit_code=found.exit_code,
            went_wrong=found.went_wrong,
            refused=found.refused,
            asked=call.asked,
            interrupted=found.interrupted,
            run_ms=call.run_ms,
            lines_added=edit.added,
            lines_removed=edit.removed,
            patch=teller.cut(edit.patch),
            child=given.child,
            **teller.led_by(call.id or None, given.at),
        )
    )
    if done:
        tell_files(teller, event, call, edit, given.at)


def tell_files(teller: Teller, event: str, call: Called, edit: Change, at: int | None) -> None:
    """What a successful call read or wrote."""
    head = teller.led_by(None, at)
    if call.name in READERS and call.path:
        teller.emit(FileRead(id=f"{event}.read", path=call.path, **head))
    elif call.kind in EDITING and (edit.path or call.path):
        teller.emit(
            FileWrite(
                id=f"{event}.write",
                path=edit.path or call.path,
                lines_added=edit.added,
                lines_removed=edit.removed,
                **head,
            )
        )
