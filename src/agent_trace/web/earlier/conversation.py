"""A session as messages: prompts, answers of the model with their usage once, results of tools."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import msgspec

from agent_trace.model import events as model
from agent_trace.model.events import Event, Origin
from agent_trace.model.session import Session
from agent_trace.model.usage import Usage
from agent_trace.web.earlier.tracer_shapes import MessageType

_BLOCK = re.compile(r"\.(?:\d+|prompt|reply|response|text|result0?)\Z")
"""How our ids name a part of an agent's record."""


class Tool(NamedTuple):
    """A tool call within an answer."""

    call: str
    name: str


class Piece(NamedTuple):
    """An event of a message whose text is read when it is shown."""

    event: str
    origin: Origin | None


class Message(msgspec.Struct, kw_only=True, gc=False):
    """One of them without its texts."""

    uuid: str
    type: MessageType
    at: int | None
    response: str | None = None
    """The key of the model call."""
    model: str | None = None
    usage: Usage | None = None
    tools: list[Tool] = []
    tool: str = ""
    """The name of the tool that a result is of."""
    call: str | None = None
    """Its tool-use id."""
    failed: bool = False
    pieces: list[Piece] = []
    beside: list[Origin] = []
    """Records without which its own do not tell what they tell: the model call, the call of a result."""
    is_whole: bool = False
    """An answer that no further text belongs to."""

    @property
    def tool_names(self) -> tuple[str, ...]:
        """Each name once."""
        return (self.tool,) if self.tool else tuple(dict.fromkeys(one.name for one in self.tools))


def conversation(session: Session, owned: Collection[str]) -> tuple[Message, ...]:
    """The messages in the order of the log; `owned`: keys of the model calls that count in this session."""
    talk = _Talk(session, owned)
    for _, event in session.numbered:
        talk.hear(event)
    return tuple(talk.named())


class _Talk:
    """Puts events together as they come."""

    def __init__(self, session: Session, owned: Collection[str]) -> None:
        self.results, self.owned = session.results, owned
        self.calls = {step.call.call: step.call for step in session.steps}
        self.origins = {one.call: one.origin for one in session.calls}
        self.messages: list[Message] = []
        self.by_response: dict[str, Message] = {}
        self.open: Message | None = None

    def hear(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case model.UserPrompt():
                self.open = None
                self._add(event, "user")
            case model.LlmResponse():
                self._response(event)
            case model.AssistantText():
                self._said(event).pieces.append(Piece(event.id, event.origin))
            case model.Thinking():
                self._said(event)
            case model.ToolCall():
                asked = self.by_response.get(event.response or "") or self._said(event)
                asked.tools.append(Tool(event.call, event.tool))
                asked.pieces.append(Piece(event.id, event.origin))
            case model.ToolResult() if self.results.get(event.call, event) is event:
                self._result(event)

    def _add(self, event: Event, kind: MessageType) -> Message:
        made = Message(uuid=event.id, type=kind, at=event.at)
        if kind == "user":
            made.pieces.append(Piece(event.id, event.origin))
        self.messages.append(made)
        return made

    def _said(self, event: Event) -> Message:
        """The answer that a text belongs to."""
        if self.open is None or self.open.is_whole:
            self.open = self._add(event, "assistant")
        return self.open

    def _response(self, event: model.LlmResponse) -> None:
        counts = event.call in self.owned and not event.inherited
        if not event.counts and self.messages:  # billed besides a call: it has no message of its own
            last = self.messages[-1]
            last.usage = (last.usage or Usage()) + event.usage if counts else last.usage
            return
        said_before = self.open is not None and self.open.response is None
        made = self.open if said_before and self.open is not None else self._add(event, "assistant")
        made.is_whole = said_before  # agents that tell of a call after its texts tell of the next one's texts then
        made.response, made.model = event.call, event.cls.model if event.cls is not None else None
        made.usage = event.usage if counts else None
        made.beside += [event.origin] if event.origin is not None else []
        self.open = self.by_response[event.call] = made

    def _result(self, event: model.ToolResult) -> None:
        self.open = None
        made = self._add(event, "tool_result")
        made.call, made.failed = event.call, event.failed
        called = self.calls.get(event.call)
        made.tool = event.tool or (called.tool if called is not None else "")
        if called is not None:
            made.beside += [one for one in (called.origin, self.origins.get(called.response or "")) if one is not None]
        made.pieces.append(Piece(event.id, event.origin))

    def named(self) -> Iterator[Message]:
        """The messages by the ids of the agents' own records, where no two bear the same."""
        taken: set[str] = set()
        for one in self.messages:
            short = record(one.uuid)
            one.uuid = short if short and short not in taken else one.uuid
            taken.add(one.uuid)
            yield one


def record(event: str) -> str:
    """The id of the agent's own record that an event stands in."""
    return _BLOCK.sub("", event)
