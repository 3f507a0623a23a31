"""What the full reader of a rollout must remember between two pieces of it. Everything in it is bounded."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar, TypeVar

import msgspec

K = TypeVar("K")
V = TypeVar("V")


class Ancestor(msgspec.Struct, array_like=True, gc=False):
    """A thread whose rows stand in this rollout because it was forked from it."""

    id: str
    born: int | None
    """When it began, UTC milliseconds."""


class Reply(msgspec.Struct, array_like=True, gc=False):
    """A model call that asked for tools."""

    key: str
    at: int | None
    """Of its first tool call."""
    model: str
    is_billed: bool = False
    """Its usage is known: tool calls that still come are its own, as older versions write them behind it."""
    has_tools: bool = False


class Called(msgspec.Struct, array_like=True, gc=False):
    """A recent tool call."""

    id: str
    """Of its event."""
    tool: str
    asks_whether: bool = False
    """An exit code of 1 would be an answer and no failure."""
    changes: list[tuple[str, int, int]] = msgspec.field(default_factory=list)
    """What its patch asks for: path, lines added, lines removed."""
    path: str = ""
    """The file that it looks at."""
    results: int = 0
    from_item: bool = False
    """A completed item told of it before the call itself was seen."""
    child: str | None = None
    """The thread that it started."""


class Waiting(msgspec.Struct, array_like=True, gc=False):
    """A user's message that may be a prompt: the event that says so follows, or there is none in this log."""

    id: str
    at: int | None
    offset: int
    length: int
    text: str
    """As much of it as was asked for."""
    size: int
    key: int
    """Of the whole text."""
    is_copy: bool


class ParseState(msgspec.Struct, kw_only=True):
    """Stored beside an offset, so that a rollout can be read on from there."""

    TOOLS: ClassVar[int] = 64
    NAMES: ClassVar[int] = 64
    SAID: ClassVar[int] = 16
    """How many of each kind are remembered at least."""

    session: str = ""
    """The session's id: that of the first header, else from the file's name."""
    last: int | None = None
    """Time of the last row that had one, UTC milliseconds."""
    previous: str | None = None
    """The last event that has a number."""
    names: dict[str, int] = msgspec.field(default_factory=dict)
    """Id that was given → how often."""

    # ---- the thread, and whose rows these are
    thread: str = ""
    """The thread's own id; empty before its header."""
    born: int | None = None
    """When the thread began."""
    source: str = ""
    """The thread that this one began as a copy of, or was started by."""
    is_copying: bool = False
    """The rows at hand were copied from another thread."""
    origin: str = ""
    """The thread that made the rows at hand; empty: this one."""
    has_turns: bool = False
    """The copied rows name their turns: a turn of its own ends them."""
    is_under_way: bool = False
    """The thread's own rows have begun: nothing that follows is copied."""
    ancestors: list[Ancestor] = msgspec.field(default_factory=list)
    is_agent: bool = False
    """It is a sub-agent's."""
    is_driven: bool = False
    """A program drives it: `codex exec`."""
    header: tuple[str, str, str] = ("", "", "")
    """Folder, branch and version as last told."""
    folder: str = ""
    """The folder that the current turn works in."""
    asks_nobody: bool = False
    """The approval policy lets every call run at once."""

    # ---- calls
    model: str = ""
    tier: str = ""
    total: list[int] | None = None
    """The last cumulative usage: input, cached, written, output, reasoning."""
    segment: int = 0
    """How often the cumulative usage has begun anew."""
    recorded: list[int] | None = None
    """Usage of the last record, as long as no count has repeated it."""
    response: str = ""
    """The last response id."""
    reply: Reply | None = None
    asked_by: str = ""
    """The key of the last call that asked for tools."""
    is_answered: bool = False
    """Something of a reply was seen since the last usage."""
    is_usage_first: bool | None = None
    """Whether this turn's usage stands before the items of its reply; None as long as nothing tells."""
    lost: Reply | None = None
    """A reply that was broken off before its usage was written down."""
    window: int | None = None
    """Tokens that the context may hold, as it was last told."""

    # ---- tools and texts
    tools: dict[str, Called] = msgspec.field(default_factory=dict)
    """Call id → the call."""
    said: dict[str, str] = msgspec.field(default_factory=dict)
    """The beginning of a text → who told it first, as long as the other has not told it too."""
    waiting: Waiting | None = None
    has_prompt_events: bool = False
    """This log says by events which texts are prompts."""


def remember(shelf: dict[K, V], key: K, value: V, limit: int) -> None:
    """Put something on a shelf that keeps at least this many: of twice as many the older half goes."""
    shelf[key] = value
    if len(shelf) >= limit * 2:
        for old in list(islice(shelf, limit)):
            del shelf[old]


def remember_tool(tools: dict[str, Called], key: str, called: Called, limit: int) -> None:
    """The same for tool calls, of which those without a result stay longer: a background command's may come late."""
    tools[key] = called
    if len(tools) < limit * 2:
        return
    done = [old for old, one in tools.items() if one.results]
    if done or len(tools) >= limit * 8:
        for old in done[: len(done) // 2 + 1] or list(islice(tools, limit)):
            del tools[old]
