"""Every session of every agent found on this machine, newest first, with its sub-agents under it.

Each row is a Summary: what ran where and when, what it did and what it cost. The sums below cover everything that was
selected, however many rows are shown. A selection by time or model selects calls: a session of which only some calls
were selected is marked `part`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import Block, Cell, Column, Prose, Table, Tone, cell
from agent_trace.render.numbers import count, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SummariesScope
from agent_trace.reports._sizes import size
from agent_trace.reports.cost import notes

SCOPE = "summaries"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    compact: Annotated[bool, msgspec.Meta(description="Roots alone, fewer columns.")] = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[Summary, ...]
    """Roots in the order asked for, each followed by its sub-agents."""
    totals: Totals
    """Sums over everything selected, shown or not."""
    unpriced: tuple[str, ...]
    count: int
    """Root sessions selected, shown or not."""
    text_due_bytes: int = 0
    """Logs whose text is not yet searchable: the next `sync` or `search` does it."""


def compute(scope: SummariesScope, options: Options, facts: Facts) -> Result:
    listed: list[Summary] = []
    for root in scope.sessions:
        listed.append(root)
        listed += _nested(root.id, scope.children.get(root.id, ()))
    return Result(
        sessions=tuple(listed),
        totals=scope.totals,
        unpriced=scope.unpriced,
        count=scope.count,
        text_due_bytes=scope.due,
    )


def _nested(parent: str, family: tuple[Summary, ...]) -> list[Summary]:
    """A parent's sub-agents, each followed by its own."""
    found: list[Summary] = []
    for child in family:
        if child.parent == parent:
            found += [child, *_nested(child.id, tuple(one for one in family if one is not child))]
    return found


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="id"),
    Column(title="last active", weight=2),
    Column(title="title", stretch=True),
    Column(title="project", weight=6),
    Column(title="branch", weight=9),
    Column(title="active", align="right", weight=8),
    Column(title="prompts", align="right", weight=7),
    Column(title="tools", align="right", weight=7),
    Column(title="errors", align="right", weight=5),
    Column(title="lines", align="right", weight=6),
    Column(title="tokens", align="right", weight=3),
    Column(title="cost", align="right", key="cost_usd"),
    Column(title="state", weight=4),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    agents = len({one.agent for one in result.sessions}) > 1
    shown = [one for one in result.sessions if one.parent is None or not options.compact]
    roots = sum(one.parent is None for one in result.sessions)
    title = f"{count(result.count)} session{'s' if result.count != 1 else ''}"
    yield Table(
        columns=_columns(agents),
        rows=tuple(_row(one, facts, agents) for one in shown),
        footer=_footer(result.totals, agents),
        title=title if roots == result.count else f"{roots} of {title}",
        empty="no sessions in this selection",
    )
    yield from notes(result.totals, result.unpriced, facts)
    if any(one.partial for one in result.sessions):
        yield Prose(text="part: the selection left out some of the session's calls", tone="dim")
    if result.text_due_bytes:
        due = size(result.text_due_bytes)
        yield Prose(text=f"{due} of logs are not yet searchable: `agent-trace sync` does it", tone="dim")


def _columns(agents: bool) -> tuple[Column, ...]:
    return (_COLUMNS[0], Column(title="agent", weight=3), *_COLUMNS[1:]) if agents else _COLUMNS


def short(key: str) -> str:
    """An id as people type it: eight characters, or the agent's own for a sub-agent."""
    root, slash, child = key.partition("/")
    return f"  └ {child[:14]}" if slash else root[:8]


def _row(one: Summary, facts: Facts, agents: bool) -> tuple[Cell, ...]:
    amounts = one.total if one.parent is None else one.own
    tone: Tone = "plain" if one.parent is None else "dim"
    changed = f"+{count(one.lines_added)} -{count(one.lines_removed)}" if one.lines_added or one.lines_removed else ""
    cells = (
        cell(short(one.id), tone, value=one.id),
        cell(_when(one.ended, facts), tone, value=_instant(one.ended)),
        cell(("part · " if one.partial else "") + (one.title or "(no title)"), tone),
        cell((one.repo or one.cwd or "").rstrip("/").rpartition("/")[2], tone, value=one.repo or one.cwd or ""),
        cell(one.branch or "", tone),
        cell(duration(one.active_s), tone, value="" if one.active_s is None else f"{one.active_s:.3f}"),
        cell(count(one.prompts) if one.parent is None else "", tone, value=str(one.prompts)),
        cell(count(amounts.tool_calls), tone, value=str(amounts.tool_calls)),
        cell(count(amounts.errors) if amounts.errors else "", tone, value=str(amounts.errors)),
        cell(changed, tone),
        cell(tokens(amounts.usage.tokens), tone, value=str(amounts.usage.tokens)),
        cell(money(amounts), tone, value="" if amounts.cost_usd is None else f"{amounts.cost_usd:f}"),
        cell(one.state if one.parent is None else "", tone, value=one.state),
    )
    return (cells[0], cell(one.agent, tone), *cells[1:]) if agents else cells


def _footer(totals: Totals, agents: bool) -> tuple[tuple[Cell, ...], ...]:
    lines: list[tuple[str, Amounts | None]] = [("sub-agents", totals.subagents), ("unlogged", totals.unlogged)]
    apart = [(name, one) for name, one in lines if one is not None and (one.cost_usd is not None or one.calls)]
    rows: list[tuple[str, Amounts, Tone]] = []
    if apart:
        rows += [("main", totals.own, "dim"), *((name, one, "dim") for name, one in apart)]
    rows.append(("total", totals.total, "strong"))
    width = len(_columns(agents))
    found = []
    for name, one, tone in rows:
        line = [cell("") for _ in range(width)]
        line[0] = cell(name, tone)
        line[-6] = cell(count(one.tool_calls), tone)
        line[-5] = cell(count(one.errors) if one.errors else "", tone)
        line[-3] = cell(tokens(one.usage.tokens), tone)
        line[-2] = cell(money(one), tone)
        found.append(tuple(line))
    return tuple(found)


def _when(moment: datetime | None, facts: Facts) -> str:
    """Today by the hour, this year by the day."""
    if moment is None:
        return "?"
    local = moment.astimezone(facts.zone)
    if local.date() == facts.now.astimezone(facts.zone).date():
        return f"{local:%H:%M}"
    return f"{local:%b %d %H:%M}" if local.year == facts.now.year else f"{local:%Y-%m-%d}"


def _instant(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat().replace("+00:00", "Z")
