"""What a reader must remember of a chat to read on: calls that are half told, tools without results, sub-agents."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from agent_trace.agents._genai.steps import Called

Counts = tuple[int | None, ...]
"""Prompt, output and cached tokens as both rows of a call give them."""


class Spent(msgspec.Struct, gc=False):
    """A model call of which one of its two rows was seen."""

    key: str
    """The call's key: the uuid of the row that was seen first."""
    counts: Counts


class Begun(msgspec.Struct):
    """What was last told of a session's start."""

    folder: str = ""
    branch: str = ""
    version: str = ""
    times: int = 0
    """How often it was told."""


class Task(msgspec.Struct, gc=False):
    """What a sub-agent was started for."""

    call: str
    """The tool call."""
    type: str
    text: str
    agent: str = ""
    """Which sub-agent that turned out to be."""


class ParseState(msgspec.Struct, kw_only=True):
    """Stored beside an offset, so that a log can be read on from there."""

    WAITING: ClassVar[int] = 8
    OPEN: ClassVar[int] = 64
    TASKS: ClassVar[int] = 16
    SESSIONS: ClassVar[int] = 64
    REPLIES: ClassVar[int] = 32
    CALLED: ClassVar[int] = 2000
    TASK: ClassVar[int] = 2048
    """How many of each kind are remembered at least, and characters of a task."""

    session: str = ""
    """That of the last row, which a line that cannot be read is put to."""
    at: int = 0
    names: dict[str, int] = msgspec.field(default_factory=dict)
    last: dict[str, str] = msgspec.field(default_factory=dict)
    begun: dict[str, Begun] = msgspec.field(default_factory=dict)
    waiting: dict[str, Spent] = msgspec.field(default_factory=dict)
    """uuid → a call known from telemetry, whose answer may follow."""
    bare: Spent | None = None
    """The last call known from its answer alone, whose telemetry may follow."""
    replies: dict[str, str] = msgspec.field(default_factory=dict)
    """uuid of an answer, or of telemetry that followed one, → its call."""
    responses: dict[str, str] = msgspec.field(default_factory=dict)
    """Sub-agent's session and response id → call."""
    open: dict[str, Called] = msgspec.field(default_factory=dict)
    """Session and tool call id → the call."""
    called: dict[int, int] = msgspec.field(default_factory=dict)
    """Hash of session and tool call id → how often that id was given."""
    tasks: dict[str, Task] = msgspec.field(default_factory=dict)
    """Session and tool call id → a sub-agent's task."""
    linked: dict[str, bool] = msgspec.field(default_factory=dict)
    """Sessions that this one was branched off."""
    title: str = ""
    model: str = ""
