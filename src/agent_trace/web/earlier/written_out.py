"""Messages with their texts, as a tracer shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from agent_trace.app.projects import Row
from agent_trace.app.single_events import whole
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.events import AssistantText, Event, ToolCall, ToolResult, UserPrompt
from agent_trace.web.earlier import tracer_shapes as shapes
from agent_trace.web.earlier.conversation import Message, Piece
from agent_trace.web.earlier.figures import tokens
from agent_trace.web.earlier.kept import View
from agent_trace.web.earlier.paging import Page, cursor_at
from agent_trace.web.earlier.tracer_rows import moment

SHOWN = 20_000
"""Characters of a text on a page; its own address has all of it."""


def texts(workspace: Workspace, row: Row, view: View, pieces: Iterable[Piece]) -> dict[str, Event]:
    """The events behind some pieces, whole."""
    wanted = {one.event: one.origin for one in pieces}
    if not wanted:
        return {}
    of = [view.messages[view.of_event[name]] for name in wanted if name in view.of_event]
    return whole(workspace, row, wanted, (*view.head, *(origin for one in of for origin in one.beside)))


def page_of(workspace: Workspace, row: Row, view: View, shown: Page, per_page: int) -> shapes.Messages:
    """A page of messages."""
    messages = [view.messages[place] for place in shown.places]
    events = texts(workspace, row, view, (piece for one in messages for piece in one.pieces))
    return shapes.Messages(
        messages=tuple(_message(one, events, row.key) for one in messages),
        total=shown.total,
        page=shown.page,
        per_page=per_page,
        total_pages=-(-shown.total // per_page),
        next_cursor=cursor_at(messages[-1]) if messages and shown.has_more else None,
        has_more=shown.has_more,
    )


def _message(one: Message, events: Mapping[str, Event], session: str) -> shapes.Message:
    text = content(one, events)
    return shapes.Message(
        uuid=one.uuid,
        type=one.type,
        timestamp=moment(one.at),
        content=text if text is None else text[:SHOWN],
        model=one.model,
        tokens=tokens(one.usage),
        tools=tools(one, events, SHOWN),
        tool_names=", ".join(one.tool_names),
        tool_use_id=one.call,
        has_tool_result=one.type == "tool_result",
        is_error=one.failed,
        session_id=session,
    )


def detail(workspace: Workspace, row: Row, view: View, place: int) -> shapes.MessageDetail:
    """One message with all of its texts. Raises NotFoundError where there is none at this place (from 0)."""
    if not 0 <= place < len(view.messages):
        raise NotFoundError("Message not found", hint=f"the session has {len(view.messages):,}")
    one = view.messages[place]
    events = texts(workspace, row, view, one.pieces)
    text = content(one, events)
    answered = [shapes.ToolResult(tool_use_id=one.call, content=text, is_error=one.failed)] if one.call else []
    return shapes.MessageDetail(
        uuid=one.uuid,
        message_id=one.response,
        type=one.type,
        timestamp=moment(one.at),
        content=text,
        model=one.model,
        tokens=tokens(one.usage),
        tools=tools(one, events, None),
        tool_results=tuple(answered),
        is_error=one.failed,
        session_id=row.key,
        cwd=view.cwd,
        message_index=place + 1,
        total_messages=len(view.messages),
    )


def content(one: Message, events: Mapping[str, Event]) -> str | None:
    """What was said; None where nothing was."""
    found: Sequence[Event] = [events[piece.event] for piece in one.pieces if piece.event in events]
    said = [said_in(event) for event in found if not isinstance(event, ToolCall)]
    return "\n\n".join(said) if said else None


def said_in(event: Event | None) -> str:
    """The words of an event that a message shows as its text."""
    match event:
        case UserPrompt() | AssistantText():
            return event.text
        case ToolResult():
            return event.output
    return ""


def tools(one: Message, events: Mapping[str, Event], most: int | None) -> tuple[shapes.ToolUse, ...]:
    """The calls of an answer; arguments of more than `most` characters are left out."""
    inputs = {
        event.call: event.input
        for event in (events.get(piece.event) for piece in one.pieces)
        if isinstance(event, ToolCall)
    }
    return tuple(
        shapes.ToolUse(id=tool.call, name=tool.name, input=_arguments(inputs.get(tool.call, ""), most))
        for tool in one.tools
    )


def argument(event: Event | None, name: str) -> str | None:
    """One argument of a tool call, where it is a text."""
    found = _arguments(event.input, None).get(name) if isinstance(event, ToolCall) else None
    return found if isinstance(found, str) else None


def _arguments(text: str, most: int | None) -> dict[str, Any]:
    if most is not None and len(text) > most:
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {"input": text} if text else {}
    return found if isinstance(found, dict) else {"input": found}
