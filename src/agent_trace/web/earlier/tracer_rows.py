"""Summaries and roll-ups as a tracer's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone

from agent_trace.app.projects import Count
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import State, Summary
from agent_trace.model.usage import Amounts, CostMode
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.web.earlier import tracer_shapes as shapes
from agent_trace.web.earlier.deeds import ToolUse
from agent_trace.web.earlier.figures import (
    costs,
    dollars,
    first_and_last,
    hit_rate,
    summed,
    tokens,
    total_of,
    whole_seconds,
)

STATUS: Mapping[State, str] = {
    "running": "running",
    "waiting": "running",
    "idle": "idle",
    "ended": "completed",
    "interrupted": "interrupted",
    "killed": "interrupted",
    "unknown": "unknown",
}


def messages_of(summary: Summary) -> int | None:
    """How many messages a session has itself: prompts, model calls, tool results."""
    return summed([summary.prompts, summary.own.calls, summary.own.tool_calls])


def session(summary: Summary, subagents: int, skills: tuple[str, ...] | None) -> shapes.Session:
    """A root."""
    is_open = summary.state in ("running", "waiting")
    return shapes.Session(
        session_id=summary.id,
        slug=summary.title,
        status=STATUS[summary.state],
        start_time=summary.started,
        end_time=None if is_open else summary.ended,
        duration_seconds=whole_seconds(summary.duration_s),
        message_count=messages_of(summary),
        tool_calls=summary.total.tool_calls,
        tokens=tokens(summary.total.usage),
        cost=dollars(summary.total.cost_usd),
        errors=summary.total.errors,
        subagent_count=subagents,
        skills_used=skills,
    )


def project(key: str, path: str | None, summaries: Sequence[Summary]) -> shapes.Project:
    """A project with the sums of its roots."""
    total = total_of(summaries)
    first, last = first_and_last(summaries)
    return shapes.Project(
        path_hash=key,
        project_path=path or "",
        session_count=len(summaries),
        tokens=tokens(total.usage),
        total_cost=dollars(total.cost_usd),
        last_activity=last,
        first_activity=first,
        total_tokens=total.usage.tokens,
    )


def aggregate(summaries: Sequence[Summary], project_count: int | None) -> shapes.Aggregate:
    """Everything, or one project."""
    total = total_of(summaries)
    first, last = first_and_last(summaries)
    counted = {} if project_count is None else {"project_count": project_count}
    return shapes.Aggregate(
        tokens=tokens(total.usage),
        total_cost=dollars(total.cost_usd),
        session_count=len(summaries),
        first_activity=first,
        last_activity=last,
        **counted,
    )


def metrics(
    summaries: Sequence[Summary],
    models: Iterable[str],
    rows: Iterable[LedgerRow],
    book: Book,
    interruptions: float | None,
) -> shapes.Metrics:
    """The sums of roots; `rows`: what they and their sub-agents used; `interruptions`: percent of the prompts."""
    total = total_of(summaries)
    return shapes.Metrics(
        tokens=tokens(total.usage),
        cost=costs(rows, book, total.cost_usd),
        duration_seconds=whole_seconds(sum(one.duration_s or 0 for one in summaries)) if summaries else None,
        message_count=summed(map(messages_of, summaries)),
        tool_calls=total.tool_calls,
        error_count=total.errors,
        cache_hit_rate=hit_rate(total.usage),
        models_used=tuple(sorted(models)),
        interruption_rate=interruptions,
    )


def tools(uses: Mapping[str, ToolUse]) -> shapes.Tools:
    """How often tools were used, and how long they ran."""
    rows = tuple(
        shapes.Tool(
            name=name,
            count=use.count,
            avg_duration_seconds=sum(use.run_ms) / len(use.run_ms) / 1000 if use.run_ms else None,
            error_count=use.errors,
        )
        for name, use in uses.items()
    )
    return shapes.Tools(tools=rows, total_calls=sum(one.count for one in rows))


def tools_of(counts: Iterable[Count]) -> shapes.Tools:
    """The same from the index, which knows no run times."""
    found: dict[str, ToolUse] = {}
    for one in counts:
        use = found.setdefault(one.tool, ToolUse(count=0, errors=0, run_ms=()))
        use.count += one.calls
        use.errors += one.errors
    return tools(dict(sorted(found.items(), key=lambda item: (-item[1].count, item[0]))))


def subagent(summary: Summary, kind: str | None) -> shapes.Subagent:
    """What a session started."""
    is_open = summary.state in ("running", "waiting")
    return shapes.Subagent(
        agent_id=agent_id(summary.id),
        subagent_type=kind,
        description=summary.title,
        status=STATUS[summary.state],
        start_time=summary.started,
        end_time=None if is_open else summary.ended,
        tokens=tokens(summary.own.usage),
        tool_calls=summary.own.tool_calls,
    )


def agent_id(key: str) -> str:
    """The sub-agent's own id within that of its session."""
    return key.rpartition("/")[2].removeprefix("agent-")


def days(rows: Iterable[LedgerRow], prompts: Mapping[str, int], book: Book, mode: CostMode) -> Iterator[shapes.Day]:
    """One for each day with a call or a prompt, in their order; the key of a row is its day."""
    by_day: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        by_day[row.key[0]].append(row)
    for day in sorted({*by_day, *prompts}):
        if not day[:1].isdigit():  # of what has no time
            continue
        found = amounts(by_day[day], book, mode) if by_day[day] else Amounts()
        used = tokens(found.usage)
        yield shapes.Day(
            date=f"{day}T00:00:00",
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cache_creation=used.cache_creation_input_tokens,
            cache_read=used.cache_read_input_tokens,
            message_count=prompts.get(day, 0) + (found.calls or 0) + (found.tool_calls or 0),
            cost=dollars(found.cost_usd),
        )


def moment(at: int | None) -> datetime | None:
    """UTC milliseconds as a moment."""
    return None if at is None else datetime.fromtimestamp(at / 1000, timezone.utc)
