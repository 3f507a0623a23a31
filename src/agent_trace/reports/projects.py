"""What was done in each project folder: sessions, calls, tokens, dollars and their share, results, waste, the last day.

A project is the git root of the folder in which a session began, else that folder; a sub-agent belongs to its
session's project. Sessions are root sessions with at least one model call in the selection: one without any costs
nothing, and only `list` shows it. The share is that of the logged calls' dollars. What the agents' own cost records
know beyond their logs stands apart as `unlogged`, as in `cost --by project`, whose figures these are. Productive
sessions and commits are those of `outcomes --by project`, findings and waste those of `list`; branches are the last ones
of root sessions. `--files N` names the files of each project that most sessions touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from agent_trace.analysis.calendar import key_of
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Totals
from agent_trace.model.usage import Amounts, Basis, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import Block, Cell, Column, Table, cell
from agent_trace.render.numbers import count, dollars, percent, tokens
from agent_trace.reports._amounts import RECORDED, differs, exact, footer, money, recorded
from agent_trace.reports._scopes import Branch, FileUse, ProjectWork, UsageScope
from agent_trace.reports._words import relative
from agent_trace.reports.cost import notes, untold

SCOPE = "usage"
ROWS = "projects"
PROJECTS = True
"""What was done in each project is wanted too."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    sort: Annotated[
        Literal["cost", "recent", "sessions", "name"], msgspec.Meta(description="Order of the projects.")
    ] = "cost"
    files: Annotated[int, msgspec.Meta(ge=0, description="How many of each project's files are named.")] = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One project and the figures of the logged calls made in it."""

    project: str
    """The folder; empty where no session of it tells."""
    agents: tuple[str, ...]
    sessions: int
    """Root sessions with a call in the selection."""
    last_active: date | None
    """The day of the last call, in the user's zone."""
    calls: int | None
    tool_calls: int | None
    errors: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None
    share: float | None
    """Part of the dollars of all logged calls, from 0 to 1; None where the project has no price."""
    unlogged: Amounts | None = None
    """Beyond the logged calls, in none of the figures beside it."""
    known: int = 0
    """Root sessions of which it is known what they produced, those without a call included."""
    asked: int = 0
    """For which it is a question whether they were productive."""
    productive: int = 0
    commits: int = 0
    """Standing."""
    findings: int | None = None
    waste_usd: Decimal | None = None
    unpriced_claims: int = 0
    """Sums of claimed tokens that have no price: they are not in it."""
    """0 where nothing is claimed; null where what is claimed has no price, or nothing is known."""
    branches: tuple[Branch, ...] = ()
    """Of its root sessions, the latest first."""
    files: tuple[FileUse, ...] = ()
    """With --files: those that most sessions touched."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    projects: tuple[Row, ...]
    totals: Totals
    unpriced: tuple[str, ...]
    """Models that the price book does not know."""


def group(options: Options) -> tuple[str, ...]:
    """The key of a ledger row: side, project, agent."""
    return ("side", "project", "agent")


def compute(scope: UsageScope, options: Options, facts: Facts) -> Result:
    found: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        found[row.key[1]].append(row)
    logged = (scope.totals.own + scope.totals.subagents).cost_usd
    day = key_of("day", facts.zone)
    rows = [_row(project, its, scope, facts, logged, day) for project, its in sorted(found.items())]
    return Result(projects=tuple(_ordered(rows, options)), totals=scope.totals, unpriced=scope.unpriced)


def _row(
    project: str,
    rows: Sequence[LedgerRow],
    scope: UsageScope,
    facts: Facts,
    logged: Decimal | None,
    day: Callable[[int], str],
) -> Row:
    one = amounts([row for row in rows if not row.unlogged], scope.book, facts.cost)
    beyond = [row for row in rows if row.unlogged]
    work = scope.projects.get(project)
    last = None if work is None else work.last_quarter
    return Row(
        project=project,
        agents=tuple(sorted({row.key[2] for row in rows})),
        sessions=0 if work is None else work.sessions,
        last_active=None if last is None else date.fromisoformat(day(last)),
        calls=one.calls or 0,
        tool_calls=one.tool_calls or 0,
        errors=one.errors or 0,
        unpriced_calls=one.unpriced_calls,
        usage=one.usage,
        cost_usd=one.cost_usd,
        cost_basis=one.cost_basis,
        recorded_usd=one.recorded_usd,
        share=round(float(one.cost_usd / logged), 4) if one.cost_usd is not None and logged else None,
        unlogged=amounts(beyond, scope.book, facts.cost) if beyond else None,
        **_done(work, scope),
    )


def _done(work: ProjectWork | None, scope: UsageScope) -> dict[str, Any]:
    """What came of it."""
    if work is None:
        return {}
    wasted = amounts(work.claimed, scope.book) if work.claimed else Amounts(cost_usd=Decimal(0))
    return {
        "known": work.known,
        "asked": work.asked,
        "productive": work.productive,
        "commits": work.commits,
        "findings": work.findings,
        "waste_usd": None if work.findings is None else wasted.cost_usd,
        "unpriced_claims": wasted.unpriced_calls,
        "branches": work.branches,
        "files": work.files,
    }


def _ordered(rows: Sequence[Row], options: Options) -> list[Row]:
    """Dearest, latest or busiest first; equal ones by name."""
    match options.sort:
        case "name":
            return list(rows)
        case "recent":
            return sorted(rows, key=lambda row: row.last_active or date.min, reverse=True)
        case "sessions":
            return sorted(rows, key=lambda row: row.sessions, reverse=True)
        case "cost":
            return sorted(rows, key=lambda row: (row.cost_usd or 0, row.usage.tokens or 0), reverse=True)


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="project"),
    Column(title="agents", weight=5),
    Column(title="folder", weight=9),
    Column(title="sessions", align="right"),
    Column(title="calls", align="right", weight=3),
    Column(title="tokens", align="right", weight=2),
    Column(title="cost", align="right", key="cost_usd"),
    RECORDED,
    Column(title="share", align="right", weight=1),
    Column(title="last active", weight=4),
    Column(title="productive", align="right", weight=6),
    Column(title="commits", align="right", weight=7),
    Column(title="wasted", align="right", weight=8, key="waste_usd"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    names = short_names(row.project for row in result.projects)
    sessions = sum(row.sessions for row in result.projects)
    several = len({agent for row in result.projects for agent in row.agents}) > 1
    beside = any(differs(_figures(row)) for row in result.projects)
    rows = [_cells(row, names[row.project], result.totals, facts) for row in result.projects]
    yield Table(
        columns=_picked(_COLUMNS, several, beside),
        rows=tuple(_picked(row, several, beside) for row in rows),
        footer=tuple(_picked(line, several, beside) for line in _footer(result.totals, sessions)),
        title=f"{count(len(result.projects))} project{'s' if len(result.projects) != 1 else ''}",
        empty="no calls in this selection",
    )
    for row in result.projects:
        if row.files:
            yield _files(row, names[row.project])
    yield from notes(result.totals, result.unpriced, facts)
    yield from untold(result.totals)


def _files(row: Row, name: str) -> Table:
    return Table(
        columns=(
            Column(title="file", stretch=True),
            Column(title="sessions", align="right"),
            Column(title="lines", align="right"),
        ),
        rows=tuple(
            (
                cell(relative(one.path, row.project)),
                cell(count(one.sessions)),
                cell(f"+{count(one.lines_added)} -{count(one.lines_removed)}"),
            )
            for one in row.files
        ),
        title=f"Files of {name}",
    )


Part = TypeVar("Part")


def _picked(line: Sequence[Part], several: bool, beside: bool) -> tuple[Part, ...]:
    """A line of the table without the agents where there is one, and without what was recorded where it is the same."""
    left_out = {*(() if several else (1,)), *(() if beside else (7,))}
    return tuple(part for place, part in enumerate(line) if place not in left_out)


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Each folder by as few of its last parts as tell it from the others."""
    parts = {path: path.rstrip("/").split("/") for path in paths}
    return {path: _shortest(path, parts) for path in parts}


def _shortest(path: str, parts: dict[str, list[str]]) -> str:
    own = parts[path]
    others = [other for one, other in parts.items() if one != path]
    for size in range(1, len(own)):
        if all(other[-size:] != own[-size:] for other in others):
            return "/".join(own[-size:])
    return path or "(none)"


def _cells(row: Row, name: str, totals: Totals, facts: Facts) -> tuple[Cell, ...]:
    one = _figures(row)
    logged = (totals.own + totals.subagents).cost_usd
    return (
        cell(name, value=row.project),
        cell(" ".join(row.agents)),
        cell(row.project, "dim"),
        cell(count(row.sessions), value=str(row.sessions)),
        cell(count(row.calls), value=exact(row.calls)),
        cell(tokens(row.usage.tokens), value=exact(row.usage.tokens)),
        cell(money(one), value="" if row.cost_usd is None else f"{row.cost_usd:f}"),
        recorded(one),
        cell(percent(row.cost_usd, logged), value="" if row.share is None else str(row.share)),
        cell(_day(row.last_active, facts), value="" if row.last_active is None else row.last_active.isoformat()),
        cell(
            f"{count(row.productive)} of {count(row.asked)}" if row.asked else "-" if row.known else "?",
            value=str(row.productive),
        ),
        cell(count(row.commits) if row.known else "?", value=str(row.commits)),
        cell(_wasted(row), value="" if row.waste_usd is None else f"{row.waste_usd:f}"),
    )


def _wasted(row: Row) -> str:
    return (
        "-" if row.findings is not None and row.waste_usd == 0 else dollars(row.waste_usd, unpriced=row.unpriced_claims)
    )


def _figures(row: Row) -> Amounts:
    return Amounts(
        calls=row.calls,
        unpriced_calls=row.unpriced_calls,
        usage=row.usage,
        cost_usd=row.cost_usd,
        cost_basis=row.cost_basis,
        recorded_usd=row.recorded_usd,
    )


def _footer(totals: Totals, sessions: int) -> tuple[tuple[Cell, ...], ...]:
    """Main, sub-agents, unlogged and total; the sessions stand in the last line."""
    lines = footer(totals, 1)
    return tuple(
        (line[0], cell(""), cell(""), cell(count(sessions) if line is lines[-1] else ""), line[1], *line[6:9])
        for line in lines
    )


def _day(day: date | None, facts: Facts) -> str:
    if day is None:
        return "?"
    today = facts.now.astimezone(facts.zone).date()
    if day == today:
        return "today"
    return f"{day:%b %d}" if day.year == today.year else day.isoformat()
