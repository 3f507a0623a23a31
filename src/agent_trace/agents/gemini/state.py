"""What a reader must remember of a chat to read on: what was told of each record, and which calls are open."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from agent_trace.agents._genai.steps import Called


class Told(msgspec.Struct, gc=False):
    """What was told of a model's record that may still be written again."""

    thoughts: int = 0
    """How many."""
    text: int = 0
    """Characters of its text."""
    mark: int = 0
    """A hash of that text."""
    spent: tuple[int | None, ...] | None = None
    """Its token counts; None: nothing was told of a call."""
    call: str = ""
    """The key of the call that its tool calls belong to."""


class ParseState(msgspec.Struct, kw_only=True):
    """Stored beside an offset, so that a log can be read on from there."""

    KNOWN: ClassVar[int] = 4_000
    TOLD: ClassVar[int] = 32
    OPEN: ClassVar[int] = 64
    """How many of each kind are remembered at least."""

    session: str = ""
    """The whole id, once a header told it."""
    started: str = ""
    """The start time in the last header."""
    pending: bool = False
    """That start was not told yet: the next record may name the folder."""
    starts: int = 0
    """How many starts were told."""
    project: str = ""
    """The hash of the folder."""
    cwd: str = ""
    guesses: int = 0
    """How many paths were tried to find the folder behind the hash."""
    title: str = ""
    is_agent: bool = False
    """The chat is a sub-agent's."""
    has_task: bool = False
    """It was told what to do."""
    at: int = 0
    names: dict[str, int] = msgspec.field(default_factory=dict)
    last: dict[str, str] = msgspec.field(default_factory=dict)
    call: str = ""
    """The key of the last model call."""
    known: dict[int, int] = msgspec.field(default_factory=dict)
    """Hash of a record's id → 1; of a tool call's id → 1, once its result is told 2."""
    said: dict[int, int] = msgspec.field(default_factory=dict)
    """Hash of who said what → how often it was told."""
    told: dict[str, Told] = msgspec.field(default_factory=dict)
    """Record id → what was told of it."""
    open: dict[str, Called] = msgspec.field(default_factory=dict)
    """Tool call id → the call."""
