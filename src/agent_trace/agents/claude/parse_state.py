"""What the full reader of a transcript must remember between two pieces of it.

Everything in it is bounded: rows refer to rows shortly before them (in public files a call's rows lie within 20 rows,
all parents but one within 60), and a checkpoint every few hundred events must not outgrow the log.
"""

from __future__ import annotations

from itertools import islice
from typing import ClassVar, TypeVar

import msgspec

K = TypeVar("K")
V = TypeVar("V")


class Held(msgspec.Struct, array_like=True, gc=False):
    """The best row so far of a recent model call, as one session shows it."""

    key: str
    session: str
    request: str | None
    rank: int
    """MAIN, SIDE or PROGRESS: two main-thread rows of one message with different request ids are two calls."""
    at: int | None
    last: int
    spent: tuple[int | None, ...]
    """The seven counts of Usage in its order."""
    billed: tuple[str, ...]
    """Model, speed, geo and tier."""
    stop: str | None = None
    recorded: str | None = None
    inherited: bool = False
    """All its rows so far were copied from another session."""


class Called(msgspec.Struct, array_like=True, gc=False):
    """A recent tool call."""

    id: str
    """Of its event."""
    name: str
    path: str
    results: int = 0
    """How many results it has had: the first is its own, another is a repetition."""


class ParseState(msgspec.Struct, kw_only=True):
    """Stored beside an offset, so that a log can be read on from there."""

    CALLS: ClassVar[int] = 32
    TOOLS: ClassVar[int] = 64
    ROWS: ClassVar[int] = 75
    NAMES: ClassVar[int] = 64
    SIDES: ClassVar[int] = 2000
    SESSIONS: ClassVar[int] = 64
    """How many of each kind are remembered at least."""

    session: str = ""
    """The session's id, where the path alone does not tell it."""
    root: str = ""
    """The session id that the last row gave."""
    last: int = 0
    """Time of the last row that had one, UTC milliseconds."""
    calls: dict[str, Held] = msgspec.field(default_factory=dict)
    """Message id, or what stands for it, → the call."""
    tools: dict[str, Called] = msgspec.field(default_factory=dict)
    """Tool-use id → the call."""
    rows: dict[str, str | None] = msgspec.field(default_factory=dict)
    """uuid → the last event up to and including that row."""
    names: dict[str, int] = msgspec.field(default_factory=dict)
    """Id that came more than once, or that no shelf above holds → how often it was given."""
    sides: dict[str, str] = msgspec.field(default_factory=dict)
    """Row of an inline side chain → the first row of its chain."""
    begun: dict[str, bool] = msgspec.field(default_factory=dict)
    """Sessions that have started."""
    linked: list[str] = msgspec.field(default_factory=list)
    """Sessions that this log goes on from."""
    mode: str = ""
    """The permission mode."""
    model: str = ""
    """The model that the agent last announced."""
    ended: bool = False
    """A process ended, and nothing was told since."""


def remember(shelf: dict[K, V], key: K, value: V, limit: int) -> None:
    """Put something on a shelf that keeps at least this many: of twice as many the older half goes."""
    shelf[key] = value
    if len(shelf) >= limit * 2:
        for old in list(islice(shelf, limit)):
            del shelf[old]


def remember_tool(tools: dict[str, Called], key: str, called: Called, limit: int) -> None:
    """The same for tool calls, of which those without a result stay: an agent's may come hundreds of calls later."""
    tools[key] = called
    if len(tools) < limit * 2:
        return
    done = [old for old, one in tools.items() if one.results]
    if done or len(tools) >= limit * 8:
        for old in done[: len(done) // 2 + 1] or list(islice(tools, limit)):
            del tools[old]
