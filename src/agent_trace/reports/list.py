"""Every session of every agent found on this machine, newest first, with its sub-agents under it.

Each row is a Summary: what ran where and when, what it did and what it cost. The sums below cover everything that was
selected, however many rows are shown. A selection by time or model selects calls: a session of which only some calls
were selected is marked `part`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Share, Summary, Totals
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import Block, Cell, Column, Prose, Table, Tone, cell
from agent_trace.render.numbers import count, dollars, duration, tokens
from agent_trace.reports._amounts import RECORDED, differs, exact, money, recorded, some
from agent_trace.reports._scopes import SummariesScope
from agent_trace.reports._sizes import size
from agent_trace.reports._words import last_name, many, short_ids
from agent_trace.reports.cost import notes, untold

SCOPE = "summaries"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    compact: Annotated[bool, msgspec.Meta(description="Roots alone, fewer columns.")] = False
    hidden: Annotated[bool, msgspec.Meta(description="Hidden sessions too.")] = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[Summary, ...]
    """Roots in the order asked for, each followed by its sub-agents."""
    totals: Totals
    """Sums over everything selected, shown or not."""
    unpriced: tuple[str, ...]
    count: int
    """Root sessions selected, shown or not."""
    hidden: int = 0
    """Those of them that are left out because the person hid them; they are in the sums."""
    produced: Share = Share()
    """What everything selected produced, as far as it is known."""
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
        hidden=scope.hidden,
        produced=scope.share,
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
    Column(title="commits", align="right", weight=4),
    Column(title="PRs", align="right", weight=5),
    Column(title="findings", align="right", weight=7),
    Column(title="wasted", align="right", weight=5, key="waste_usd"),
    Column(title="tokens", align="right", weight=3),
    Column(title="cost", align="right", key="cost_usd"),
    Column(title="state", weight=4),
)
_TOOLS, _ERRORS, _COMMITS, _PULLS, _FINDINGS, _WASTED, _TOKENS, _COST = 7, 8, 10, 11, 12, 13, 14, 15
"""Their places."""


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    shown = [one for one in result.sessions if one.parent is None or not options.compact]
    more = _More(
        agents=len({one.agent for one in shown}) > 1,
        recorded=any(differs(_amounts(one)) for one in shown),
        commits=result.produced.commits > 0 or any(one.commits for one in shown),
        pulls=result.produced.prs > 0 or any(one.prs for one in shown),
        findings=any(one.findings for one in shown),
    )
    names = short_ids(one.id for one in shown if one.parent is None)
    roots = sum(one.parent is None for one in result.sessions)
    title = f"{count(result.count)} session{'s' if result.count != 1 else ''}"
    yield Table(
        columns=_columns(more),
        rows=tuple(_row(one, names.get(one.id, _below(one.id)), facts, more) for one in shown),
        footer=_footer(result.totals, result.produced, more),
        title=title if roots == result.count else f"{roots} of {title}",
        empty="no sessions in this selection",
    )
    yield from produced_by(result.produced, result.totals.total.unpriced_calls)
    yield from notes(result.totals, result.unpriced, facts)
    yield from untold(result.totals)
    if any(one.partial for one in result.sessions):
        yield Prose(text="part: the selection left out some of the session's calls", tone="dim")
    if result.hidden:
        told = "is hidden and counts" if result.hidden == 1 else "are hidden and count"
        yield Prose(text=f"{many(result.hidden, 'session')} {told} in the sums: `list --hidden`", tone="dim")
    if result.text_due_bytes:
        due = size(result.text_due_bytes)
        yield Prose(text=f"{due} of logs are not yet searchable: `agent-trace sync` does it", tone="dim")


class _More(NamedTuple):
    """Columns that only some lists need."""

    agents: bool
    """Several agents are listed."""
    recorded: bool
    """An agent wrote down other dollars than ours."""
    commits: bool
    pulls: bool
    findings: bool
    """Something was found in one of them."""


def _columns(more: _More) -> tuple[Column, ...]:
    return _with(_COLUMNS, more, Column(title="agent", weight=2), RECORDED)


Part = TypeVar("Part")


def _with(line: Sequence[Part], more: _More, agent: Part, beside: Part) -> tuple[Part, ...]:
    """A line of the table with what stands in the columns that only some lists need."""
    first = (line[0], agent) if more.agents else (line[0],)
    found = () if more.findings else (_FINDINGS, _WASTED)
    empty = {*(() if more.commits else (_COMMITS,)), *(() if more.pulls else (_PULLS,)), *found}
    middle = (part for place, part in enumerate(line[1:-1], 1) if place not in empty)
    return (*first, *middle, *((beside,) if more.recorded else ()), line[-1])


def _below(key: str) -> str:
    """A sub-agent under its session: its own part of the id."""
    return f"  └ {key.rpartition('/')[2][:14].rstrip('-')}"


def _amounts(one: Summary) -> Amounts:
    return one.total if one.parent is None else one.own


def _row(one: Summary, name: str, facts: Facts, more: _More) -> tuple[Cell, ...]:
    amounts = _amounts(one)
    tone: Tone = "plain" if one.parent is None else "dim"
    changed = f"+{count(one.lines_added)} -{count(one.lines_removed)}" if one.lines_added or one.lines_removed else ""
    cells = (
        cell(name, tone, value=one.id),
        cell(_when(one.ended, facts), tone, value=_instant(one.ended)),
        cell(_title(one), tone),
        cell(last_name(one.repo or one.cwd), tone, value=one.repo or one.cwd or ""),
        cell(one.branch or "", tone),
        cell(duration(one.active_s), tone, value="" if one.active_s is None else f"{one.active_s:.3f}"),
        cell(count(one.prompts) if one.parent is None else "", tone, value=exact(one.prompts)),
        cell(count(amounts.tool_calls), tone, value=exact(amounts.tool_calls)),
        cell(some(amounts.errors), tone, value=exact(amounts.errors)),
        cell(changed, tone),
        cell(some(one.commits), tone, value=exact(one.commits)),
        cell(some(one.prs), tone, value=exact(one.prs)),
        cell(some(one.findings), tone, value=exact(one.findings)),
        cell(_wasted(one.waste_usd), tone, value="" if one.waste_usd is None else f"{one.waste_usd:f}"),
        cell(tokens(amounts.usage.tokens), tone, value=exact(amounts.usage.tokens)),
        cell(money(amounts), tone, value="" if amounts.cost_usd is None else f"{amounts.cost_usd:f}"),
        cell(one.state if one.parent is None else "", tone, value=one.state),
    )
    return _with(cells, more, cell(one.agent, tone), recorded(amounts, tone))


def _wasted(usd: Decimal | None) -> str:
    """What the findings claim; empty where that is nothing."""
    return "" if usd == 0 else dollars(usd)


def _title(one: Summary) -> str:
    """The title with what the person said of the session before it, where a narrow screen cannot cut it."""
    marks = [f"{mark} · " for mark, holds in (("part", one.partial), ("hidden", one.hidden)) if holds]
    star = "★ " if one.starred else ""
    labels = f"[{', '.join(one.labels)}] " if one.labels else ""
    return "".join([*marks, star, labels, one.title or "(no title)"])


def _footer(totals: Totals, made: Share, more: _More) -> tuple[tuple[Cell, ...], ...]:
    lines: list[tuple[str, Amounts | None]] = [("sub-agents", totals.subagents), ("unlogged", totals.unlogged)]
    apart = [(name, one) for name, one in lines if one is not None and (one.cost_usd is not None or one.calls)]
    rows: list[tuple[str, Amounts, Tone]] = []
    if apart:
        rows += [("main", totals.own, "dim"), *((name, one, "dim") for name, one in apart)]
    rows.append(("total", totals.total, "strong"))
    found = []
    for name, one, tone in rows:
        line = [cell("") for _ in _COLUMNS]
        line[0] = cell(name, tone)
        line[_TOOLS] = cell(count(one.tool_calls), tone)
        line[_ERRORS] = cell(some(one.errors), tone)
        if one is totals.total:
            line[_COMMITS], line[_PULLS] = cell(_least(made.commits, made), tone), cell(_least(made.prs, made), tone)
        line[_TOKENS] = cell(tokens(one.usage.tokens), tone)
        line[_COST] = cell(money(one), tone)
        found.append(_with(line, more, cell(""), recorded(one, tone)))
    return tuple(found)


def _least(number: int, made: Share) -> str:
    """A sum over the sessions that are known: at least so many, where some are not."""
    return f"≥{count(number)}" if number and made.known < made.sessions else some(number)


def produced_by(made: Share, unpriced: int = 0) -> Iterator[Block]:
    """How many sessions were productive, and what a commit cost; `unpriced` calls are in no amount."""
    if made.asked:
        text = f"productive: {count(made.productive)} of {count(made.asked)}"
        if made.commits and made.cost_per_commit_usd is not None:
            text += f" · {dollars(made.cost_per_commit_usd, unpriced=unpriced)} per commit"
        if made.prs_merged and made.cost_per_merged_usd is not None:
            text += f" · {dollars(made.cost_per_merged_usd, unpriced=unpriced)} per merged PR"
        yield Prose(text=text, tone="dim")
    if made.known < made.sessions and made.known:
        left = many(made.sessions - made.known, "session")
        yield Prose(text=f"what {left} produced is not known: `agent-trace sync` looks at what can be read", tone="dim")


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
