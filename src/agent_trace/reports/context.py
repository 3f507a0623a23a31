"""What the model was given at one event: how full its context was, by what, and what had fallen out of it.

`context 41` asks about event 41 of the latest session, `context SESSION 41` of another; `12/3` is event 3 of the sub-agent that
call 12 started. An answer or a tool call belongs to the call that made it, anything else to the first call that was given it.
The tokens of the call are exact and those of `token-budget`; what a part of it took is estimated from the lengths of the texts
that the log holds, as is what no log holds: most agents' system prompts and tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.contents import Belongs, belonging, window_at
from agent_trace.analysis.context import UNLOGGED, LimitFrom, Share, context, shares_of
from agent_trace.analysis.fallen import fallen
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Field, Fields, Heading, Note, Prose, Table, field
from agent_trace.render.numbers import clip, percent, tokens
from agent_trace.reports._context import FROM, Begun, Filling, begun, filling, full, shares_table, window_of
from agent_trace.reports._happened import Row, rows, size, told
from agent_trace.reports._held import (
    Fell,
    File,
    Held,
    Holdings,
    fell_table,
    files_table,
    held_table,
    holdings,
    what_fell,
)
from agent_trace.reports._pointed import Pointed, pointed
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._telling import entry

SCOPE = "session"
ARGUMENT = "event"
_SUMMARY = 300
"""Characters of a compaction's summary that a page shows; the JSON has what events hold."""
_HOW: dict[Belongs, str] = {
    "is it": "the event itself",
    "made it": "which made it",
    "was given it": "the first that was given it",
    "came before it": "the last before it: none was given it",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    event: Annotated[str, msgspec.Meta(description="Which event: a number, as `replay` shows it, or an id.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=0, description="The limit in tokens; 0: as recorded or known.")] = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    event: str
    """Its number: `58/20` is event 20 of the sub-agent that call 58 started."""
    of: str
    """The session that the event stands in; all other numbers are of this one."""
    row: Row
    """The event itself."""
    call: Filling | None
    """The call that it belongs to, and the context after it; null: the log tells no call with its tokens."""
    belongs: Belongs | None
    given: int | None
    """Tokens that the call was given."""
    answered: int | None
    """Tokens that it answered: with those it was given they are the context after it."""
    limit_from: LimitFrom | None
    peak: Filling | None
    """The fullest moment of that session."""
    shares: tuple[Share, ...]
    """What filled the context after the call: estimated, the largest first."""
    unlogged_tokens: int
    """Of them, what no text in the window explains, the system prompt and the tools: estimated."""
    memory: tuple[Held, ...]
    """Memory files in the window."""
    files: tuple[File, ...]
    """Files whose text was in the window, read or attached: the largest first."""
    results: tuple[Held, ...]
    """Other results in the window: the largest first."""
    reset: Begun | None
    """The compaction or clear before it."""
    summary: str
    """What the compaction put in the place of what came before it, as far as events hold it (2 kB)."""
    fell: Fell | None
    """What had fallen out at that reset."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    asked = pointed(scope, options.event, "agent-trace context")
    found = context(asked.whole, window_of(scope.book), options.limit or None)
    own = belonging(asked.whole, found, asked.number)
    start = _start(asked)
    window = None if own is None else window_at(asked.whole, found, own.point)
    shares = () if window is None else shares_of(window)
    held = Holdings() if window is None else holdings(asked, window.texts, window.tokens_of)
    reset = None if window is None else window.reset
    lost = next((one for one in fallen(asked.whole, found) if one.reset == reset), None)
    shown = told(asked.part, scope.book, facts.cost, start=asked.part.session.started)
    point = None if own is None else own.point
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        event=f"{asked.part.prefix}{asked.number}",
        of=asked.part.summary.id,
        row=next(rows(shown, frozenset({asked.number}))),
        call=None if point is None else filling(point, start),
        belongs=None if own is None else own.how,
        given=None if point is None else point.prompt,
        answered=None if point is None else point.tokens - point.prompt,
        limit_from=None if point is None else point.limit_from,
        peak=None if found.peak is None else filling(found.peak, start),
        shares=shares,
        unlogged_tokens=sum(share.tokens for share in shares if share.what == UNLOGGED),
        memory=held.memory,
        files=held.files,
        results=held.results,
        reset=None if lost is None else begun(lost.reset, asked.part.session, start),
        summary=held.summary,
        fell=None if lost is None or window is None else what_fell(asked, lost, window.texts),
    )


def _start(asked: Pointed) -> int | None:
    """UTC milliseconds that offsets are counted from: the start that every surface tells."""
    at = asked.part.summary.started
    return asked.whole.started if at is None else round(at.timestamp() * 1000)


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=f"What was the model given at event #{result.event}?")
    yield Fields(items=tuple(_head(result)))
    if result.call is None:
        yield Prose(text="the log tells no model call with its tokens", tone="dim")
        return
    yield shares_table(result.shares, "What filled it")
    yield Prose(text=_estimated(result), tone="dim")
    yield from _tables(result)
    yield from _before(result)


def _head(result: Result) -> Iterator[Field]:
    one = result.session
    yield field("session", one.id, result.chosen_by or clip(one.title or "", 60))
    if result.of != one.id:
        yield field("sub-agent", result.of.rpartition("/")[2])
    drawn = entry(result.row, one.cwd)
    yield field("event", clip(f"{drawn.label} {drawn.text or drawn.body}".strip(), 60))
    call = result.call
    if call is None or result.belongs is None:
        return
    prefix = result.event.rpartition("/")[0]
    number = f"#{prefix}/{call.event}" if prefix else f"#{call.event}"
    yield field("call", number, ", ".join(filter(None, (call.model, _HOW[result.belongs]))))
    yield field("given", f"{tokens(result.given)} tokens")
    yield field("answered", f"{tokens(result.answered)} tokens")
    limit = "?" if call.limit is None else tokens(call.limit)
    yield field("limit", limit, "" if result.limit_from is None else FROM[result.limit_from])
    yield field("after it", *full(call))
    yield field("peak", *full(result.peak, told=True))


def _estimated(result: Result) -> str:
    """What is exact, and what is not."""
    total = sum(share.tokens for share in result.shares)
    share = percent(result.unlogged_tokens, total)
    said = "The sum is exact; each part is estimated from the lengths of the texts."
    rest = f" {tokens(result.unlogged_tokens)} tokens ({share}), by that estimate, are in no text of the log."
    return f"{said}{rest}" if result.unlogged_tokens else said


def _tables(result: Result) -> Iterator[Table]:
    if result.memory:
        yield held_table("Memory files", result.memory)
    if result.files:
        yield files_table("Files in the window", result.files)
    if result.results:
        yield held_table("Results in the window", result.results)


def _before(result: Result) -> Iterator[AnyBlock]:
    """The compaction or clear before it."""
    reset, fell = result.reset, result.fell
    if reset is None or fell is None:
        yield Note(text="nothing had fallen out: no compaction or clear came before it", tone="good")
        return
    by = "" if reset.trigger == "clear" else f" ({reset.trigger})" if reset.trigger else ""
    name = "a clear" if reset.trigger == "clear" else f"a compaction{by}"
    yield Heading(text="What had fallen out", level=2)
    told = f" As the agent counts: {reset.told}." if reset.told else ""
    known = f"{size(reset.before)} tokens before, {size(reset.after)} after"
    yield Prose(text=f"#{reset.event} was {name}: {known}.{told}")
    if result.summary:
        yield Prose(text=f"In their place: {clip(result.summary, _SUMMARY)}")
    if fell.shares:
        yield fell_table(fell)
        yield from _together(reset, fell)
    if fell.files:
        back = sum(one.back for one in fell.files)
        yield files_table(f"Files that fell out ({back} of {len(fell.files)} back in the window)", fell.files)


def _together(reset: Begun, fell: Fell) -> Iterator[Prose]:
    """That the parts make what it lost, where the log tells that."""
    lost = sum(one.tokens for one in fell.shares)
    if reset.before is not None and reset.after is not None and lost == reset.before - reset.after:
        what = f"{size(lost)} less" if lost >= 0 else f"{size(-lost)} more"
        yield Prose(text=f"Together {what} than before: that sum is exact, each part is estimated.", tone="dim")
