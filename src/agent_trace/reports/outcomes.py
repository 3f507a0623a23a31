"""What many sessions produced, and what it cost: by agent, model or project.

Each row counts sessions with their sub-agents: how many were productive of those of which that is a question, their
standing commits, the pull requests that they opened and merged, and what a commit and a merged pull request cost.
A commit belongs to the model whose call asked for it; a session stands in the row of every model that it used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Share, Totals
from agent_trace.model.usage import Amounts, Basis
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import Block, Cell, Column, Prose, Table, Tone, cell
from agent_trace.render.numbers import count, dollars
from agent_trace.reports._amounts import exact, money, some
from agent_trace.reports._outcome import per
from agent_trace.reports._scopes import OutcomesScope, Work
from agent_trace.reports._words import many
from agent_trace.reports.cost import notes, untold
from agent_trace.reports.projects import short_names

SCOPE = "outcomes"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["agent", "model", "project"], msgspec.Meta(description="What a row stands for.")] = "agent"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the sessions of one agent, model or project produced, their sub-agents included."""

    key: str
    """The agent, the model as named in the log, or the folder; empty: not known."""
    sessions: int
    """Root sessions."""
    known: int
    """Of which it is known what they produced."""
    asked: int
    """For which it is a question whether they were productive."""
    productive: int
    commits: int
    """Standing."""
    prs_opened: int
    prs: int
    """Opened or updated."""
    prs_merged: int
    lines_added: int | None
    """By edit tools; null by model, for lines belong to no call."""
    lines_removed: int | None
    unpriced_calls: int
    cost_usd: Decimal | None
    """Everything that the sessions cost, what is unlogged included."""
    cost_basis: Basis | None
    cost_per_commit_usd: Decimal | None
    cost_per_merged_usd: Decimal | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    rows: tuple[Row, ...]
    produced: Share
    """Over all that was selected: a pull request that two rows worked on counts once."""
    lines_added: int
    lines_removed: int
    totals: Totals
    unpriced: tuple[str, ...]


def group(options: Options) -> tuple[str, ...]:
    """The key of a ledger row: side, what a row stands for; of models also the agent and the root session that used them."""
    return ("side", "model", "agent", "root") if options.by == "model" else ("side", options.by)


def compute(scope: OutcomesScope, options: Options, facts: Facts) -> Result:
    spent: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        spent[row.key[1]].append(row)
    works = _by_model(scope) if options.by == "model" else _by_key(scope.works, options.by)
    rows = [_row(key, works.get(key, ()), spent.get(key, ()), scope, options, facts) for key in {*works, *spent}]
    rows.sort(key=lambda row: (-(row.cost_usd or 0), -row.commits, row.key))
    return Result(
        by=options.by,
        rows=tuple(rows),
        produced=scope.share,
        lines_added=sum(one.lines_added for one in scope.works),
        lines_removed=sum(one.lines_removed for one in scope.works),
        totals=scope.totals,
        unpriced=scope.unpriced,
    )


def _by_key(works: Iterable[Work], by: str) -> dict[str, list[Work]]:
    found: dict[str, list[Work]] = defaultdict(list)
    for one in works:
        found[one.agent if by == "agent" else one.project].append(one)
    return found


def _by_model(scope: OutcomesScope) -> dict[str, list[Work]]:
    """Each session under every model that it used, or that one of its commits is of."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in scope.rows:
        used[row.key[2], row.key[3]].add(row.key[1])
    found: dict[str, list[Work]] = defaultdict(list)
    for one in scope.works:
        for model in {*used[one.agent, one.session], *one.commits, *(pull.model for pull in one.pulls)} or {""}:
            found[model].append(one)
    return found


def _row(
    key: str, works: Sequence[Work], spent: Sequence[LedgerRow], scope: OutcomesScope, options: Options, facts: Facts
) -> Row:
    by_model = options.by == "model"
    cost = amounts(spent, scope.book, facts.cost)
    commits = sum(one.commits.count(key) if by_model else len(one.commits) for one in works)
    pulls = [pull for one in works for pull in one.pulls if not by_model or pull.model == key]
    merged = len({pull.key for pull in pulls if pull.merged})
    asked = [one.productive for one in works if one.productive is not None]
    return Row(
        key=key,
        sessions=len(works),
        known=sum(one.known for one in works),
        asked=len(asked),
        productive=sum(asked),
        commits=commits,
        prs_opened=len({pull.key for pull in pulls if pull.opened}),
        prs=len({pull.key for pull in pulls if pull.updated}),
        prs_merged=merged,
        lines_added=None if by_model else sum(one.lines_added for one in works),
        lines_removed=None if by_model else sum(one.lines_removed for one in works),
        unpriced_calls=cost.unpriced_calls,
        cost_usd=cost.cost_usd,
        cost_basis=cost.cost_basis,
        cost_per_commit_usd=per(cost.cost_usd, commits),
        cost_per_merged_usd=per(cost.cost_usd, merged),
    )


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="sessions", align="right", weight=4),
    Column(title="productive", align="right"),
    Column(title="commits", align="right"),
    Column(title="PRs", align="right", weight=3),
    Column(title="merged", align="right", weight=5),
    Column(title="lines", align="right", weight=6),
    Column(title="cost", align="right", key="cost_usd"),
    Column(title="per commit", align="right", key="cost_per_commit_usd", weight=1),
    Column(title="per merged PR", align="right", key="cost_per_merged_usd", weight=2),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    names = short_names(row.key for row in result.rows) if result.by == "project" else {}
    yield Table(
        columns=(Column(title=result.by, stretch=result.by == "model"), *_COLUMNS),
        rows=tuple((cell(names.get(row.key, row.key) or "(none)", value=row.key), *_cells(row)) for row in result.rows),
        footer=((cell("total", "strong"), *_cells(_total(result), "strong")),),
        title=f"What {many(result.produced.sessions, 'session')} produced",
        empty="no sessions in this selection",
    )
    if result.produced.known < result.produced.sessions:
        left = many(result.produced.sessions - result.produced.known, "session")
        yield Prose(text=f"what {left} produced is not known: nothing is kept that tells", tone="dim")
    if result.by == "model" and sum(row.sessions for row in result.rows) > result.produced.sessions:
        yield Prose(text="a session stands in the row of every model that it used", tone="dim")
    yield from notes(result.totals, result.unpriced, facts)
    yield from untold(result.totals)


def _total(result: Result) -> Row:
    made, cost = result.produced, result.totals.total
    return Row(
        key="total",
        sessions=made.sessions,
        known=made.known,
        asked=made.asked,
        productive=made.productive,
        commits=made.commits,
        prs_opened=made.prs_opened,
        prs=made.prs,
        prs_merged=made.prs_merged,
        lines_added=result.lines_added,
        lines_removed=result.lines_removed,
        unpriced_calls=cost.unpriced_calls,
        cost_usd=cost.cost_usd,
        cost_basis=cost.cost_basis,
        cost_per_commit_usd=per(cost.cost_usd, made.commits),
        cost_per_merged_usd=per(cost.cost_usd, made.prs_merged),
    )


def _cells(row: Row, tone: Tone = "plain") -> tuple[Cell, ...]:
    changed = "" if row.lines_added is None else f"+{count(row.lines_added)} -{count(row.lines_removed)}"
    cost = Amounts(calls=1, unpriced_calls=row.unpriced_calls, cost_usd=row.cost_usd)
    unknown = row.known < row.sessions and not row.known
    return (
        cell(count(row.sessions), tone, value=exact(row.sessions)),
        cell("?" if unknown else _share(row), tone, value=exact(row.productive)),
        cell("?" if unknown else count(row.commits), tone, value=exact(row.commits)),
        cell("?" if unknown else some(row.prs_opened), tone, value=exact(row.prs_opened)),
        cell("?" if unknown else some(row.prs_merged), tone, value=exact(row.prs_merged)),
        cell(changed, tone),
        cell(money(cost), tone, value=_digits(row.cost_usd)),
        cell(_each(row.cost_per_commit_usd, row), tone, value=_digits(row.cost_per_commit_usd)),
        cell(_each(row.cost_per_merged_usd, row), tone, value=_digits(row.cost_per_merged_usd)),
    )


def _share(row: Row) -> str:
    return f"{count(row.productive)} of {count(row.asked)}" if row.asked else "-"


def _each(cost: Decimal | None, row: Row) -> str:
    return "-" if cost is None else dollars(cost, unpriced=row.unpriced_calls)


def _digits(cost: Decimal | None) -> str:
    return "" if cost is None else f"{cost:f}"
