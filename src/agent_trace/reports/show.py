"""One session: what it was asked, what it did, what it cost, prompt by prompt and model by model.

The figures are those of `list` and `cost`. `own` are the session's calls, `subagents` those of everything it started,
`unlogged` what the agent's own cost record knows beyond its log; `total` is their sum. Each prompt carries the
session's own calls from it to the next one. With `--raw`, the original lines of the log come out unchanged, archived
ones too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec

from agent_trace.errors import NotFoundError
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import (
    Block,
    Cell,
    Column,
    Field,
    Fields,
    Heading,
    Note,
    Table,
    Tone,
    cell,
    field,
)
from agent_trace.render.numbers import clip, count, dollars, duration, tokens
from agent_trace.reports._amounts import COLUMNS, RECORDED, cells, differs, exact, recorded, some
from agent_trace.reports._attribution import Attribution, attributed, attribution
from agent_trace.reports._note_entries import marks, section
from agent_trace.reports._notes import Noted, notes
from agent_trace.reports._outcome import Produced, produced
from agent_trace.reports._outcome_tables import tables, verdict
from agent_trace.reports._prompts import ModelRow, Prompt, models, prompts
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import many
from agent_trace.reports._worked_on import File, child_outline, file_table, files

if TYPE_CHECKING:
    from agent_trace.model.session import Session

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    raw: Annotated[bool, msgspec.Meta(description="Print the original lines of the log, and nothing else.")] = False


class Result(Summary, frozen=True, kw_only=True):
    """The Summary, and what is in it."""

    prompt_list: tuple[Prompt, ...] | None = None
    """None where neither the log nor the archive has the events."""
    by_model: tuple[ModelRow, ...] = ()
    files: tuple[File, ...] | None = None
    children: tuple[Summary, ...] = ()
    attribution: Attribution | None = None
    """Who and what it came from; null where the events are not there."""
    outcome: Produced | None = None
    """What the session and all that it started produced; null where that is not known."""
    annotations: tuple[Noted, ...] = ()
    """What a person noted about the session and its events."""
    before_clear: str | None = None
    """The id of the session that was cleared when this one began; null where nothing proves one."""
    after_clear: str | None = None
    """The id of the session that began when this one was cleared; null where nothing proves one."""
    chosen_by: str = ""
    missing: str = ""
    """Why the events cannot be shown."""
    keeps_account: bool = False
    """Some versions of the agent write down dollars."""


def raw(scope: SessionScope, options: Options) -> list[bytes] | None:
    """The original lines, where they are asked for."""
    return list(scope.raw()) if options.raw else None


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    session, missing = _read(scope)
    cleared = scope.cleared()
    return Result(
        **{name: getattr(scope.summary, name) for name in Summary.__struct_fields__},
        prompt_list=None if session is None else tuple(prompts(session, scope, facts)),
        by_model=tuple(models(scope, facts)),
        files=None if session is None else tuple(files(session)),
        children=scope.children,
        attribution=None if session is None else attribution(scope.summary, session.events, scope.beside()),
        outcome=produced(scope),
        annotations=notes(scope, session),
        before_clear=cleared.before,
        after_clear=cleared.after,
        chosen_by=scope.chosen_by,
        missing=missing,
        keeps_account=scope.keeps_account,
    )


def _read(scope: SessionScope) -> tuple[Session | None, str]:
    try:
        return scope.read(), ""
    except NotFoundError as error:
        return None, str(error)


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    yield Heading(text=clip(result.title or result.id, 100))
    yield _head(result, facts)
    if result.attribution is not None:
        yield Heading(text="Attribution", level=2)
        yield attributed(result.attribution, result.branch)
    yield _sums(result)
    if result.outcome is not None:
        yield Heading(text="Outcome", level=2)
        yield verdict(result.outcome)
        yield from tables(result.outcome)
    yield from section(result.annotations, facts)
    if result.missing:
        yield Note(text=result.missing)
    if result.prompt_list:
        yield _prompt_table(result.prompt_list, facts)
    if len(result.by_model) > 1:
        yield _model_table(result.by_model)
    if result.files:
        yield file_table(result.files, result.cwd)
    if result.children:
        yield child_outline(result.id, result.children)


def _head(result: Result, facts: Facts) -> Fields:
    where = (result.repo or result.cwd or "?") + (f" on {result.branch}" if result.branch else "")
    lines = f"+{count(result.lines_added)} -{count(result.lines_removed)}"
    items = [
        field("session", result.id, result.chosen_by),
        field("agent", result.agent, result.state),
        field("where", where),
        field("when", _when(result, facts), f"{duration(result.active_s)} active"),
        field("models", ", ".join(result.models) or "none"),
        field("prompts", count(result.prompts), _failed(result)),
        field("lines", lines, "by edit tools"),
    ]
    if result.findings is not None:
        items.append(field("findings", count(result.findings), _judged(result)))
    if result.after_clear:
        items.insert(1, field("went on in", result.after_clear, "after /clear"))
    if result.before_clear:
        items.insert(1, field("began after", result.before_clear, "by /clear"))
    if result.parent:
        items.insert(1, field("parent", result.parent))
    items += _recorded(result)
    if result.unread_lines:
        items.append(field("unread lines", count(result.unread_lines), "`agent-trace doctor` names them"))
    if result.source_changed:
        items.append(field("source", "changed", "its log was cut, rewritten or deleted; what was read is kept"))
    return Fields(items=(*items, *marks(result)))


def _failed(result: Result) -> str:
    """Failed steps, those of sub-agents among them, as the head of a page counts them."""
    inside = [one.failed_steps for one in result.children]
    known = [one for one in inside if one is not None]
    if result.failed_steps is None or len(known) < len(inside) or not any(known):
        return many(result.failed_steps, "failed step")
    return f"{many(result.failed_steps + sum(known), 'failed step')}, {count(sum(known))} by sub-agents"


def _judged(result: Result) -> str:
    """What the findings claim, and how often it was tried again for nothing."""
    lost = f"{dollars(result.waste_usd)} wasted" if result.findings else ""
    again = f"retries: {result.retries}" if result.retries else ""
    return ", ".join(filter(None, (lost, again)))


def _recorded(result: Result) -> Iterator[Field]:
    """The agent's own account, or that this version keeps none."""
    if result.total.recorded_usd is not None:
        yield field("recorded", dollars(result.total.recorded_usd), "by the agent itself")
    elif result.unlogged_recorded:
        yield field("recorded", "no cost", "by the agent itself")
    elif result.keeps_account:
        yield field("recorded", "not by this version", "calls beyond the log are not known")
    if result.credits is not None:
        yield field("credits", f"{result.credits:,f}", "the vendor's own unit: no dollars")


def _when(result: Result, facts: Facts) -> str:
    if result.started is None or result.ended is None:
        return "?"
    started, ended = result.started.astimezone(facts.zone), result.ended.astimezone(facts.zone)
    end = f"{ended:%H:%M}" if ended.date() == started.date() else f"{ended:%Y-%m-%d %H:%M}"
    return f"{started:%Y-%m-%d %H:%M} to {end}"


def _sums(result: Result) -> Table:
    """Main, sub-agents, unlogged and total, apart."""
    lines = [("own", result.own), ("sub-agents", result.subagents)]
    if result.unlogged is not None:
        lines.append(("unlogged", result.unlogged))
    beside = any(differs(one) for _, one in (*lines, ("total", result.total)))
    rows = [(cell(name), *_tools(one), *_cells(one, beside)) for name, one in lines]
    total = (cell("total", "strong"), *_tools(result.total), *_cells(result.total, beside, "strong"))
    columns = (
        Column(title="", key="part"),
        Column(title="tools", align="right"),
        Column(title="errors", align="right"),
    )
    return Table(columns=(*columns, *_columns(beside)), rows=tuple(rows), footer=(total,), title="What it used")


def _columns(beside: bool) -> tuple[Column, ...]:
    """With what the agent wrote down, where that differs."""
    return (*COLUMNS, RECORDED) if beside else COLUMNS


def _cells(one: Amounts, beside: bool, tone: Tone = "plain") -> tuple[Cell, ...]:
    return (*cells(one, tone), recorded(one, tone)) if beside else cells(one, tone)


def _tools(one: Amounts) -> tuple[Cell, ...]:
    return (
        cell(count(one.tool_calls), value=exact(one.tool_calls)),
        cell(count(one.errors), value=exact(one.errors)),
    )


def _prompt_table(prompts: Sequence[Prompt], facts: Facts) -> Table:
    columns = (
        Column(title="event", align="right"),
        Column(title="time", weight=2),
        Column(title="prompt", stretch=True),
        Column(title="calls", align="right", weight=3),
        Column(title="tools", align="right", weight=2),
        Column(title="errors", align="right", weight=2),
        Column(title="failed", key="failed_steps", align="right", weight=2),
        Column(title="tokens", align="right", weight=1),
        Column(title="cost", align="right", key="cost_usd"),
    )
    rows = tuple(
        (
            cell(str(one.event)),
            cell("?" if one.at is None else f"{one.at.astimezone(facts.zone):%H:%M:%S}"),
            cell(clip(one.text, 300)),
            cell(count(one.calls)),
            cell(count(one.tool_calls)),
            cell(some(one.errors)),
            cell(some(one.failed_steps)),
            cell(tokens(one.usage.tokens)),
            cell(dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls)),
        )
        for one in prompts
    )
    return Table(columns=columns, rows=rows, title="Prompts")


def _model_table(rows: Sequence[ModelRow]) -> Table:
    sums = {row.key: Amounts(**{name: getattr(row, name) for name in Amounts.__struct_fields__}) for row in rows}
    beside = any(map(differs, sums.values()))
    return Table(
        columns=(Column(title="model"), *_columns(beside)),
        rows=tuple((cell(key), *_cells(one, beside)) for key, one in sums.items()),
        title="Models, sub-agents included",
    )
