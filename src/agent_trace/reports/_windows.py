"""Five-hour windows in the cost report: rows grouped by them, and the pace of the one that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

import msgspec

from agent_trace.analysis.windows import LENGTH, window_name, windows
from agent_trace.errors import UsageError
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import Usage
from agent_trace.render.blocks import Block, Fields, Note, field
from agent_trace.render.numbers import dollars, duration, tokens

WARN = Decimal("0.8")
"""Share of the limit from which the projection is worth a warning."""


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A window that is open now, its pace, and where that leads."""

    agent: str
    start: datetime
    end: datetime
    elapsed_s: float
    tokens: int
    cost_usd: Decimal | None
    tokens_per_minute: float
    usd_per_hour: Decimal | None
    projected_tokens: int
    projected_usd: Decimal | None
    token_limit: int | None = None
    warning: str | None = None


class Priced(Protocol):
    """A row of the cost report."""

    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def cost_usd(self) -> Decimal | None: ...


def window_rows(rows: Sequence[LedgerRow], group: Sequence[str], names: Sequence[str]) -> tuple[LedgerRow, ...]:
    """Rows keyed by agent and quarter-hour → rows keyed as the report asked, windows worked out per agent."""
    quarters: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if int(row.key[2]) >= 0 and not row.unlogged:
            quarters[row.key[1]].add(int(row.key[2]))
    starts = {agent: windows(found) for agent, found in quarters.items()}
    return tuple(msgspec.structs.replace(row, key=_key(row, starts, group, names)) for row in rows)


def _key(
    row: LedgerRow, starts: dict[str, dict[int, datetime]], group: Sequence[str], names: Sequence[str]
) -> tuple[str, ...]:
    values = dict(zip(group, row.key, strict=True))
    start = _start(starts.get(row.key[1], {}), int(values["quarter"]))
    values["window"] = "?" if start is None else window_name(start)
    more = [values["model"]] if group[-1] == "model" and "model" not in names else []
    return (row.key[0], *(values[name] for name in names), *more)


def _start(starts: dict[int, datetime], quarter: int) -> datetime | None:
    """The window of a quarter-hour; one without logged calls lies in the window before it."""
    found = starts.get(quarter)
    if found is not None or not starts:
        return found
    earlier = [start for other, start in starts.items() if other <= quarter]
    return max(earlier) if earlier else min(starts.values())


def open_windows(rows: Sequence[Priced], names: Sequence[str], facts: Facts, limit: str) -> tuple[Open, ...]:
    """The windows that the present lies in."""
    at = list(names).index("window")
    largest = max((row.usage.tokens or 0 for row in rows), default=0)
    allowed = _limit(limit, largest)
    found = []
    for row in rows:
        start = _moment(row.keys[at])
        if start is None or not start <= facts.now < start + LENGTH:
            continue
        agent = row.keys[list(names).index("agent")] if "agent" in names else ""
        found.append(_open(row, agent, start, facts.now, allowed))
    return tuple(found)


def _open(row: Priced, agent: str, start: datetime, now: datetime, allowed: int | None) -> Open:
    elapsed = max((now - start).total_seconds(), 60.0)
    share = Decimal(LENGTH.total_seconds()) / Decimal(elapsed)
    used = row.usage.tokens or 0
    projected = int(used * share)
    return Open(
        agent=agent,
        start=start,
        end=start + LENGTH,
        elapsed_s=elapsed,
        tokens=used,
        cost_usd=row.cost_usd,
        tokens_per_minute=round(used / (elapsed / 60), 1),
        usd_per_hour=None if row.cost_usd is None else round(row.cost_usd / Decimal(elapsed / 3600), 4),
        projected_tokens=projected,
        projected_usd=None if row.cost_usd is None else round(row.cost_usd * share, 4),
        token_limit=allowed,
        warning=_warning(used, projected, allowed),
    )


def _warning(used: int, projected: int, allowed: int | None) -> str | None:
    if allowed is None:
        return None
    if used >= allowed:
        return f"the limit of {tokens(allowed)} tokens is used up"
    if projected >= allowed:
        return f"at this pace the window ends at {tokens(projected)} tokens, over the limit of {tokens(allowed)}"
    if projected >= allowed * WARN:
        return f"at this pace the window ends at {tokens(projected)} of {tokens(allowed)} tokens"
    return None


def _limit(text: str, largest: int) -> int | None:
    if not text:
        return None
    if text == "max":
        return largest or None
    if not text.replace("_", "").isdigit():
        raise UsageError(f"--token-limit {text!r} is neither a number nor max")
    return int(text)


def _moment(key: str) -> datetime | None:
    return None if key == "?" else datetime.fromisoformat(key.replace("Z", "+00:00"))


def window_layout(found: Sequence[Open], facts: Facts) -> Iterator[Block]:
    """The pace of each open window, and a warning where it leads over the limit."""
    for one in found:
        left = one.start + LENGTH - facts.now
        yield Fields(
            items=(
                field(
                    "open window",
                    f"{one.start.astimezone(facts.zone):%H:%M} to {one.end.astimezone(facts.zone):%H:%M}",
                    one.agent,
                ),
                field("elapsed", duration(one.elapsed_s), f"{duration(max(left, timedelta()).total_seconds())} left"),
                field("used", f"{tokens(one.tokens)} tokens", dollars(one.cost_usd)),
                field("pace", f"{tokens(round(one.tokens_per_minute))} tokens/min", f"{dollars(one.usd_per_hour)}/h"),
                field("projected", f"{tokens(one.projected_tokens)} tokens", dollars(one.projected_usd)),
            )
        )
        if one.warning:
            yield Note(text=one.warning)
