"""An agent in one file, without a fast reader: what a newcomer writes first. A line holds one event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from agent_trace.model.agent import Agent, Home
from agent_trace.model.events import (
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
    Origin,
    SessionEnded,
    SessionStarted,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)

AGENT = Agent(name="parrot", title="Parrot", homes=(Home(path="~/.parrot"),), files=("*.jsonl",), verified="1")

_EVENTS = (
    SessionStarted
    | SessionEnded
    | UserPrompt
    | LlmResponse
    | ToolCall
    | ToolResult
    | Interrupted
    | ErrorRaised
    | UsageRecorded
)
_DECODER = msgspec.json.Decoder(_EVENTS)


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: Any = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """One event a line; a line `"boom"` is one that the reader has a fault for."""
    session = path.rpartition("/")[2].partition(".")[0]
    for offset, line in rows:
        if line == b'"boom"':
            raise ZeroDivisionError("a fault")
        origin = Origin(offset=offset, length=len(line), source=source)
        try:
            yield msgspec.structs.replace(_DECODER.decode(line), origin=origin)
        except msgspec.DecodeError as error:
            yield Unknown(id=f"{session}.{offset}", session=session, origin=origin, reason=str(error))
