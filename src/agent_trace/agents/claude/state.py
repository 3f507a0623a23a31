"""What the reader of a transcript must remember between two pieces of it."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from agent_trace.agents.claude.rows import Block, Row

Refusal = Literal["refused", "died", "interrupted"]


class State(msgspec.Struct, kw_only=True):
    """Stored beside the offset, so that only the tail of a grown log has to be read."""

    SIDES: ClassVar[int] = 2000
    """How many rows of inline side chains are remembered."""

    session: str = ""
    """The session's id, where the path alone does not tell it."""
    last: int = 0
    """Time of the last row that had one, UTC milliseconds."""
    open: dict[str, tuple[str, int, int]] = msgspec.field(default_factory=dict)
    """Tool-use id → name, time and the API call's key of each tool call without a result so far."""
    sides: dict[str, str] = msgspec.field(default_factory=dict)
    """Row of an inline side chain → the first row of its chain."""
    summaries: dict[str, str] = msgspec.field(default_factory=dict)
    """Leaf → summary, for summaries whose leaf has not been seen."""
    started: bool = False
    """Some of the log was read before."""
    broken: bool = False
    """A tool call was found interrupted by the death of its process, since the last cost record."""


_REFUSED = (
    b"doesn't want to proceed with this tool use",
    b"User rejected tool use",
    b"has been denied",
    b"haven't granted it yet",
    b"requires approval",
    b"[Request interrupted by user",
)
_DIED = b"[Tool call interrupted: the session ended"
_BY_PERSON = "user-rejected"
"""What 2.1.329 calls both a refusal and Escape while the tool runs; only the first is `toolDenialBeforeRun`."""


def refusal(row: Row, block: Block) -> Refusal | None:
    """Why a failed result is no failure of the tool: nobody let it run, or its process died."""
    said = bytes(block.content) or bytes(row.tool_use_result)
    if _DIED in said:
        return "died"
    if row.tool_denial_kind == _BY_PERSON and not row.tool_denial_before_run:
        return "interrupted"
    if row.tool_denial_kind is not None or any(words in said for words in _REFUSED):
        return "refused"
    return None
