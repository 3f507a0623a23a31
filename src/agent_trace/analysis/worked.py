"""What a session did with tools and files, as it is stored with it: sums that add up over sessions, of any selection.

Tool calls stand under the quarter-hour and the model of the call that asked for them, as in the ledger, so that a
selection takes the same ones. Run times are kept as a histogram, because percentiles do not add up and histograms do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from agent_trace.analysis.attempts import Owns
from agent_trace.model.events import FileRead, FileWrite, LlmResponse
from agent_trace.model.histogram import Runs, merged, part_of
from agent_trace.model.session import Session, Step

QUARTER_MS = 900_000


class ToolUse(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one tool that one model asked for in one quarter-hour."""

    tool: str
    kind: str
    quarter: int
    """UTC quarter-hours since 1970; -1: not known."""
    model: str
    calls: int = 0
    failed: int = 0
    """Results that the agent itself marked as failed."""
    timed: int = 0
    """Calls of which it is known how long they ran."""
    total_ms: int = 0
    longest_ms: int | None = None
    runs: Runs = {}


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A call that may have started a sub-agent: it ran as long as that, else as long as it says itself."""

    call: str
    """Its tool-use id."""
    tool: str
    kind: str
    quarter: int
    model: str
    run_ms: int | None = None


class PathUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a session did to one file."""

    path: str
    reads: int = 0
    writes: int = 0
    lines_added: int = 0
    lines_removed: int = 0
    last: int | None = None
    """UTC milliseconds."""


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """One session by itself, without its sub-agents."""

    events: int = 0
    """How many it was worked out from."""
    tools: tuple[ToolUse, ...] = ()
    """Without the run times of `started`."""
    started: tuple[Started, ...] = ()
    files: tuple[PathUse, ...] = ()


def worked(session: Session, owns: Owns | None = None) -> Worked:
    """What is stored of a session; `owns` leaves out what progress reports show of a sub-agent."""
    calls = {call.call: call for call in session.calls}
    tools: dict[tuple[str, str, int, str], ToolUse] = {}
    started: list[Started] = []
    for step in session.steps:
        asker = calls.get(step.call.response or "")
        if step.call.inherited or not (asker is None or owns is None or owns(asker.call)):
            continue
        one = _use(step, asker)
        if step.call.kind == "agent" or (step.result is not None and step.result.child):
            started.append(
                Started(
                    call=step.call.call, tool=one.tool, kind=one.kind, quarter=one.quarter, model=one.model,
                    run_ms=step.run_ms,
                )
            )  # fmt: skip
        else:
            one = timed(one, step.run_ms)
        key = (one.tool, one.kind, one.quarter, one.model)
        tools[key] = added(tools[key], one) if key in tools else one
    return Worked(
        events=len(session.events), tools=tuple(tools.values()), started=tuple(started), files=tuple(_files(session))
    )


def _use(step: Step, asker: LlmResponse | None) -> ToolUse:
    at = step.call.at if asker is None else asker.at
    return ToolUse(
        tool=step.call.tool,
        kind=step.call.kind,
        quarter=-1 if at is None or at < 0 else at // QUARTER_MS,
        model="" if asker is None or asker.cls is None else asker.cls.model,
        calls=1,
        failed=int(step.failed),
    )


def _files(session: Session) -> Iterable[PathUse]:
    last: dict[str, int] = {}
    for event in session.events:
        if isinstance(event, FileRead | FileWrite) and not event.inherited and event.at is not None:
            last[event.path] = max(event.at, last.get(event.path, event.at))
    for one in session.files.values():
        yield PathUse(
            path=one.path,
            reads=one.reads,
            writes=one.writes,
            lines_added=one.lines_added,
            lines_removed=one.lines_removed,
            last=last.get(one.path),
        )


def whole(found: Worked, children: Mapping[str, int]) -> tuple[ToolUse, ...]:
    """The tools with all their run times; `children`: tool-use id → milliseconds that the sub-agent it started lasted."""
    tools = {(one.tool, one.kind, one.quarter, one.model): one for one in found.tools}
    for one in found.started:
        key = (one.tool, one.kind, one.quarter, one.model)
        tools[key] = timed(tools[key], children.get(one.call, one.run_ms))
    return tuple(tools.values())


def timed(one: ToolUse, run_ms: int | None) -> ToolUse:
    """The same with one more run time; None: it is not known."""
    if run_ms is None:
        return one
    run_ms = max(run_ms, 0)
    return msgspec.structs.replace(
        one,
        timed=one.timed + 1,
        total_ms=one.total_ms + run_ms,
        longest_ms=run_ms if one.longest_ms is None else max(one.longest_ms, run_ms),
        runs=merged(one.runs, {part_of(run_ms): 1}),
    )


def added(one: ToolUse, other: ToolUse) -> ToolUse:
    """Both together, under the key of the first."""
    longest = [ms for ms in (one.longest_ms, other.longest_ms) if ms is not None]
    return msgspec.structs.replace(
        one,
        calls=one.calls + other.calls,
        failed=one.failed + other.failed,
        timed=one.timed + other.timed,
        total_ms=one.total_ms + other.total_ms,
        longest_ms=max(longest, default=None),
        runs=merged(one.runs, other.runs),
    )


def joined(old: Worked | None, new: Worked | None) -> Worked | None:
    """Of two readings of one session the one that saw more of it: a log that lost events since tells less."""
    if old is None or new is None:
        return old or new
    return old if old.events > new.events else new
