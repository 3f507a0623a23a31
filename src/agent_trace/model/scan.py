"""What one fast pass over a log yields: everything a Summary and the roll-ups hold, and nothing else.

These are the only mutable values of the model: an agent's reader fills them in a hot loop and the store empties them.
All of it merges: reading the same rows again, in other pieces or from a copy, changes nothing.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from agent_trace.model.usage import plus

GAP_MS = 300_000
"""Two moments at most this far apart belong to one stretch of activity."""

MAIN, SIDE, PROGRESS = 0, 1, 2
"""How good a row is as the owner of a call: the main thread's, a side chain's, a progress report's."""


def digest(text: bytes) -> int:
    """A 64-bit key for an id, equal on every machine and in every process."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little", signed=True)


class CallSeen(msgspec.Struct, kw_only=True, gc=False):
    """One API call as far as one log shows it."""

    key: int
    request: str | None
    """The request id: two main-thread rows of one message id with different request ids are two calls."""
    session: str
    rank: int
    """MAIN, SIDE or PROGRESS: the lowest owns."""
    at: int | None = None
    """Earliest timestamp of its rows, UTC milliseconds."""
    last: int = 0
    """Timestamp of the row whose usage counts, 0 where it has none."""
    model: str = ""
    speed: str = ""
    geo: str = ""
    tier: str = ""
    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    reasoning: int | None = None
    web_searches: int | None = None
    recorded: int | None = None
    """Dollars the agent wrote beside the call, in millionths of a millionth."""
    tool: str | None = None
    """The tool of the first tool-use block."""
    branch: str | None = None
    counts: int = 1
    """0: billed with a call but no call of its own."""

    @property
    def side(self) -> int:
        """All tokens of the request."""
        return (self.input or 0) + (self.cache_read or 0) + (self.cache_write_5m or 0) + (self.cache_write_1h or 0)

    @property
    def weight(self) -> tuple[int, int, int]:
        """What decides between rows of one call: output, then the input side, then the later row."""
        return (self.output if self.output is not None else -1, self.side, self.last)

    def absorb(self, other: CallSeen) -> None:
        """Unite with another sighting of the same call."""
        if other.weight > self.weight:
            for name in _MEASURES:
                setattr(self, name, getattr(other, name))
        self.recorded = other.recorded if self.recorded is None else self.recorded
        if other.at is not None and (self.at is None or other.at < self.at):
            self.at = other.at
        self.request = self.request or other.request
        self.tool = self.tool or other.tool
        self.branch = self.branch or other.branch
        if other.rank < self.rank:
            self.rank, self.session, self.request = other.rank, other.session, other.request or self.request


_MEASURES = (
    "last", "model", "speed", "geo", "tier", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h",
    "reasoning", "web_searches",
)  # fmt: skip


class ToolSeen(msgspec.Struct, kw_only=True, gc=False):
    """One tool call."""

    key: int
    call: int
    """The key of the API call that asked for it."""
    name: str
    at: int | None


class ResultSeen(msgspec.Struct, kw_only=True, gc=False):
    """What became of a tool call."""

    tool: int
    call: int
    """The key of the API call that asked for it."""
    failed: bool
    """As the agent marked it."""
    step_failed: bool
    """What really failed: neither a refused permission nor an interruption."""


class CostRecord(msgspec.Struct, kw_only=True):
    """The agent's own account of a session, cumulative over its processes."""

    session: str
    at: int | None
    """Time of the last row before it that has one."""
    models: dict[str, list[int]]
    """Model → input, output, cache_read, cache_write_5m, cache_write_1h, web_searches."""
    usd: str | None = None
    """Dollars in all, as written; None where the agent counts no dollars."""
    duration_ms: int | None = None
    """Wall time of all processes so far."""
    broken: bool = False
    """A process before this record died without one."""
    began_ms: int | None = None
    """When the account was opened, UTC milliseconds; a resume goes on with it, a fork takes it along."""

    @property
    def figures(self) -> bytes:
        """What it counts: by that it is known again, whether or not the clock was read the first time."""
        return msgspec.msgpack.encode(msgspec.structs.replace(self, began_ms=None))

    @property
    def ended_ms(self) -> int | None:
        """When it was written, where no time has passed between processes."""
        return None if self.began_ms is None or self.duration_ms is None else self.began_ms + self.duration_ms


class Unread(msgspec.Struct, kw_only=True):
    """A line that could not be read, or is of a kind this version does not know."""

    offset: int
    length: int
    reason: str
    session: str


class Link(msgspec.Struct, kw_only=True):
    """A tool call started a sub-agent."""

    agent_id: str
    tool_id: str
    call: int | None = None
    """The key of the API call that asked for it; None where only the tool-use id is known."""


class Part(msgspec.Struct, kw_only=True):
    """What one log says of one session, besides its calls and tools."""

    rows: int = 0
    own: int = 0
    """Rows that are not inherited."""
    content: bool = False
    """It has a prompt, a model row or a tool row."""
    spans: list[list[int]] = msgspec.field(default_factory=list)
    """Stretches of activity, [first, last] in UTC milliseconds, sorted, more than GAP_MS apart."""
    lines_added: int = 0
    lines_removed: int = 0
    cwd: str | None = None
    branch: str | None = None
    version: str | None = None
    custom_title: str | None = None
    ai_title: str | None = None
    summary: str | None = None
    first_prompt: str | None = None
    task: str | None = None
    """The first user text of a sub-agent."""
    agent_type: str | None = None
    starter: str | None = None
    """The id of the session that started this one, where its own log names it."""
    credits: int | None = None
    """The vendor's own unit, in millionths."""
    tail: str = ""
    """What the log ends with: prompt, tool, ask (whether a tool may run), result, answer, interrupt or end."""
    api_errors: int = 0
    refused: int = 0
    inherited_from: str | None = None
    cleared: bool = False
    """It begins with the command that cleared the context of the session before it."""

    def touch(self, at: int) -> None:
        """Record that something happened at this time."""
        if self.spans:
            newest = self.spans[-1]
            if newest[1] <= at <= newest[1] + GAP_MS:
                newest[1] = at
                return
        self.stretch(at, at)

    def stretch(self, first: int, last: int) -> None:
        """Record that something went on from first to last."""
        self.spans = unite([*self.spans, [first, last]])

    @property
    def started(self) -> int | None:
        return self.spans[0][0] if self.spans else None

    @property
    def ended(self) -> int | None:
        return self.spans[-1][1] if self.spans else None


def unite(spans: list[list[int]]) -> list[list[int]]:
    """Merge stretches that overlap or lie at most GAP_MS apart: the same whatever their order."""
    result: list[list[int]] = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1] + GAP_MS:
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return result


def merge_parts(left: Part, right: Part) -> Part:
    """Two pieces of one log, in order: counts add, titles are the later ones, first things stay first."""
    return Part(
        rows=left.rows + right.rows,
        own=left.own + right.own,
        content=left.content or right.content,
        spans=unite([*left.spans, *right.spans]),
        lines_added=left.lines_added + right.lines_added,
        lines_removed=left.lines_removed + right.lines_removed,
        cwd=left.cwd or right.cwd,
        branch=right.branch or left.branch,
        version=right.version or left.version,
        custom_title=right.custom_title or left.custom_title,
        ai_title=right.ai_title or left.ai_title,
        summary=right.summary or left.summary,
        first_prompt=left.first_prompt or right.first_prompt,
        task=left.task or right.task,
        agent_type=left.agent_type or right.agent_type,
        starter=left.starter or right.starter,
        credits=plus(left.credits, right.credits),
        tail=right.tail or left.tail,
        api_errors=left.api_errors + right.api_errors,
        refused=left.refused + right.refused,
        inherited_from=left.inherited_from or right.inherited_from,
        cleared=left.cleared or (right.cleared and not left.content),
    )


RowSeen = tuple[str, "int | None", int]
"""One row of a log, for telling copies from originals: its name (uuid), its time, and its part in the conversation:
0 none, 1 an answer or a result, 2 where a person went on. A bare tuple, because there is one for every line."""


class Scan:
    """Everything one pass over a piece of a log found."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.calls: dict[Any, CallSeen] = {}
        self.tools: list[ToolSeen] = []
        self.results: list[ResultSeen] = []
        self.prompts: list[tuple[int, str, int | None]] = []
        """(key, session, time) of each prompt."""
        self.records: list[CostRecord] = []
        self.unread: list[Unread] = []
        self.torn: Unread | None = None
        """A last line that is still being written."""
        self.links: list[Link] = []
        self.rows: list[RowSeen] = []
        self.keyed = False
        """Of the names of rows only the keys are known, as numbers in decimal digits."""
        self.offset = 0
        """How far the log was read: the end of the last whole record."""
        self.again = False
        """The piece cannot be understood without the whole log: read it from the start."""

    def part(self, session: str) -> Part:
        found = self.parts.get(session)
        if found is None:
            found = self.parts[session] = Part()
        return found
