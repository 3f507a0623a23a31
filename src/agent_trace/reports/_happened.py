"""Events as a replay tells them: one row each, with its number, its time and what is worth knowing about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import NamedTuple

import msgspec

from agent_trace.analysis.context import Reset, resets_of
from agent_trace.model import events as model
from agent_trace.model.events import Event, kind_of
from agent_trace.model.session import Step
from agent_trace.model.summary import Summary
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import Amounts, Basis, CostMode, Usage
from agent_trace.pricing.amounts import amounts_by
from agent_trace.pricing.book import Book
from agent_trace.pricing.calls import ledger_row
from agent_trace.render.numbers import count
from agent_trace.reports._parts import Part

replace = msgspec.structs.replace


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event. What a kind of event does not have is null, false or empty."""

    number: str
    """Its place in its session's log; an event of a sub-agent is `12/3`: event 3 of what call 12 started."""
    id: str
    session: str
    at: datetime | None = None
    offset_s: float | None = None
    """Seconds since the start of the replayed session; negative for what was copied from before it."""
    kind: str
    tool: str | None = None
    tool_kind: ToolKind | None = None
    title: str = ""
    """What a person would say happened: the command, the path, the reason."""
    text: str = ""
    """What was said, given or returned: its first 2,048 characters, unless all was asked for."""
    size: int = 0
    """Characters of the whole text."""
    failed: bool = False
    """As the agent itself marked it."""
    went_wrong: bool = False
    """It really failed: by the mark, an exit code, or a known text of failure."""
    refused: bool = False
    interrupted: bool = False
    exit_code: int | None = None
    run_s: float | None = None
    """How long a tool or a compaction ran, without waiting for a permission."""
    retry: int | None = None
    """Which attempt of a request failed, where the agent tried again."""
    lines_added: int = 0
    lines_removed: int = 0
    patch: str = ""
    context_before: int | None = None
    """Of a compaction: tokens after the last call before it."""
    context_after: int | None = None
    """Those that the first call after it was given. Where no call tells both, these are the agent's own figures."""
    context_told: str = ""
    """The agent's own figures, where they are others: what it leaves out of them is its affair."""
    model: str | None = None
    usage: Usage | None = None
    cost_usd: Decimal | None = None
    """Of a model call; null without a price, and for inherited ones, which count in another session."""
    cost_basis: Basis | None = None
    child: str | None = None
    """The sub-agent's session that a tool call started."""
    side: bool = False
    """Off the main thread."""
    inherited: bool = False
    """Copied from the session that this one was forked from: not counted."""
    depth: int = 0
    """0: an event of the replayed session; more: of a sub-agent shown below its call."""


class Told(NamedTuple):
    """A session and what its rows need to know about it."""

    part: Part
    start: int | None
    """UTC milliseconds from which offsets are counted."""
    depth: int
    costs: Mapping[tuple[str, ...], Amounts]
    """Event id of a model call → what it cost."""
    steps: Mapping[str, Step]
    """Event id of a tool call → its step."""
    calls: Mapping[str, Step]
    """Tool-use id → its step."""
    resets: tuple[Reset, ...] = ()
    """Its compactions."""


def told(one: Part, book: Book, mode: CostMode, *, start: int | None, depth: int = 0) -> Told:
    """A session with its calls priced, ready to be told."""
    priced = amounts_by([ledger_row(call, (call.id,)) for call in one.session.own_calls], book, mode)
    steps = one.session.steps
    by_event, by_call = {step.call.id: step for step in steps}, {step.call.call: step for step in steps}
    return Told(one, start, depth, priced, by_event, by_call, resets_of(one.session))


def rows(one: Told, only: frozenset[int] | None = None) -> Iterator[Row]:
    """Every event of a session in the order of its log; or those with these numbers."""
    session = one.part.session
    wanted = session.numbered if only is None else [session.numbered[number - 1] for number in sorted(only)]
    for number, event in wanted:
        row = Row(
            number=f"{one.part.prefix}{number}",
            id=event.id,
            session=event.session,
            at=None if event.at is None else datetime.fromtimestamp(event.at / 1000, timezone.utc),
            offset_s=None if event.at is None or one.start is None else (event.at - one.start) / 1000,
            kind=kind_of(event),
            side=event.side,
            inherited=event.inherited,
            depth=one.depth,
        )
        words = _with_words(row, event, one)
        if isinstance(event, model.Compacted):
            before, after, said = compaction(event, one.resets, number)
            words = replace(words, context_before=before, context_after=after, context_told=said)
        yield words


def _with_words(row: Row, event: Event, one: Told) -> Row:
    match event:
        case model.ToolCall():
            child = one.part.starts.get(event.call)
            return replace(
                row,
                tool=event.tool,
                tool_kind=event.kind,
                title=event.title,
                text=event.input,
                size=event.size,
                child=None if child is None else child.id,
            )
        case model.ToolResult():
            return _result(row, event, one.calls.get(event.call), one.part.starts.get(event.call))
        case model.LlmResponse():
            cost = one.costs.get((event.id,), Amounts())
            name = event.cls.model if event.cls is not None else None
            return replace(row, model=name, usage=event.usage, cost_usd=cost.cost_usd, cost_basis=cost.cost_basis)
        case model.PermissionAnswered():
            step = one.steps.get(event.parent or "")
            by = f"by {event.by}" if event.by else ""
            return replace(row, tool=step.call.tool if step else None, title=f"{event.decision} {by}".strip())
        case model.UserPrompt():
            return replace(row, title="task" if event.by == "parent" else "", text=event.text, size=event.size)
        case model.AssistantText() | model.Thinking():
            return replace(row, text=event.text, size=event.size)
        case model.Attachment():
            return replace(row, title=event.kind, text=event.text, size=event.size)
    return _rare(row, event)


def _result(row: Row, event: model.ToolResult, step: Step | None, child: Summary | None) -> Row:
    """A result, with the run time of its step; one that started a sub-agent ran as long as that."""
    run_ms = step.run_ms if step is not None and step.result is event else event.run_ms
    run_s = None if run_ms is None else run_ms / 1000
    return replace(
        row,
        tool=event.tool or (step.call.tool if step is not None else None),
        tool_kind=step.call.kind if step is not None else None,
        text=event.output,
        size=event.size,
        failed=event.failed,
        went_wrong=event.really_failed,
        refused=event.refused,
        interrupted=event.interrupted,
        exit_code=event.exit_code,
        run_s=run_s if child is None else child.duration_s,
        lines_added=event.lines_added,
        lines_removed=event.lines_removed,
        patch=event.patch,
    )


def _rare(row: Row, event: Event) -> Row:
    match event:
        case model.FileRead():
            return replace(row, title=event.path)
        case model.FileWrite():
            return replace(row, title=event.path, lines_added=event.lines_added, lines_removed=event.lines_removed)
        case model.Command():
            return _titled(row, event.name, event.text)
        case model.Unknown():
            return _titled(row, event.reason, event.raw)
        case model.Decision():
            return _titled(row, event.choice, event.reason)
        case model.Interrupted():
            return _titled(row, "", event.text)
        case model.ErrorRaised():
            return replace(_titled(row, _status(event), event.text), retry=event.retry)
        case model.Compacted():
            run_s = None if event.run_ms is None else event.run_ms / 1000
            return replace(_titled(row, event.trigger, event.summary), run_s=run_s)
    return _rarest(row, event)


def _rarest(row: Row, event: Event) -> Row:
    match event:
        case model.SessionStarted():
            where = " · ".join(filter(None, (event.version, event.cwd, event.branch)))
            return replace(row, title=where or (f"started by {event.starter}" if event.starter else ""))
        case model.Titled():
            return replace(row, title=event.title)
        case model.SessionEnded():
            return replace(row, title=event.reason)
        case model.UsageRecorded():
            return replace(row, title=_recorded(event))
        case model.ModelChanged() | model.LlmRequest():
            return replace(row, model=event.model, title=event.model)
        case model.Linked():
            return replace(row, title=f"{event.how} {event.other}".strip())
        case model.Blocked():
            return replace(row, tool=event.tool, title=event.reason)
        case model.PermissionAsked():
            return replace(row, tool=event.tool)
    return row


def _titled(row: Row, title: str, text: str) -> Row:
    return replace(row, title=title, text=text, size=len(text))


def _recorded(event: model.UsageRecorded) -> str:
    """The agent's own account so far: the sums that go beyond the calls are in `show`."""
    parts = [f"{name} {count(used.tokens)} tokens" for name, used in event.models.items()]
    return " · ".join([*parts, *([f"${event.usd}"] if event.usd else [])])


def _status(event: model.ErrorRaised) -> str:
    """The HTTP status, where the text does not begin with it."""
    return "" if event.status is None or event.text.startswith(str(event.status)) else str(event.status)


class Compaction(NamedTuple):
    """How much smaller a compaction made the context."""

    before: int | None
    after: int | None
    told: str
    """What the agent itself says of that, where it says something else."""


def compaction(event: model.Compacted, resets: Iterable[Reset], number: int | None) -> Compaction:
    """What is known of a compaction; `resets`: those of its session."""
    found = next((one for one in resets if one.event == number), None)
    known = (None, None) if found is None else (found.before, found.after)
    said = (event.before, event.after)
    return Compaction(*known, "" if said in ((None, None), known) else sizes(*said))


def sizes(before: int | None, after: int | None) -> str:
    """`25,763 → 2,937`; `?` for what nobody wrote."""
    return " → ".join(map(size, (before, after)))


def size(number: int | None) -> str:
    """All digits of it: two figures are to be taken from each other."""
    return "?" if number is None else f"{number:,}"
