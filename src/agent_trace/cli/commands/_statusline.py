"""The status line as text: what Claude Code said, what the index adds, and the line made of both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from agent_trace.model.usage import Amounts
from agent_trace.render.numbers import count, dollars, duration, percent, tokens
from agent_trace.render.screen import Screen, Span
from agent_trace.reports._amounts import money

MOST = 10**15


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What Claude Code wrote to standard input; None where it said nothing of the kind."""

    session: str | None = None
    model: str | None = None
    model_name: str | None = None
    recorded_usd: Decimal | None = None
    lines_added: int | None = None
    lines_removed: int | None = None
    context_tokens: int | None = None
    """Input, cache reads, cache writes and output of the last call of the main thread."""
    context_percent: Decimal | None = None
    """As Claude Code reckons it, where it does not tell the tokens."""
    context_size: int | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The five-hour window that is open now."""

    end: datetime
    amounts: Amounts


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What the index adds."""

    session: Amounts | None = None
    lines: tuple[int, int] | None = None
    today: Amounts | None = None
    window: Window | None = None
    window_size: int | None = None
    """Largest context of the model, by the price book."""
    now: datetime | None = None
    recorded: bool = False
    """The agent's own figure was asked for."""


def understood(data: bytes) -> Told:
    """What can be used of the status line's input: fields that are missing or odd are None."""
    try:
        heard = msgspec.json.Decoder(float_hook=Decimal).decode(data)
    except (msgspec.DecodeError, ValueError):
        return Told()
    usage = _part(heard, "context_window", "current_usage")
    kinds = [
        _part(usage, name)
        for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
    ]
    counted = [_whole(kind) or 0 for kind in kinds]
    cost = _part(heard, "cost")
    return Told(
        session=_word(_part(heard, "session_id")),
        model=_word(_part(heard, "model", "id")),
        model_name=_word(_part(heard, "model", "display_name")),
        recorded_usd=_number(_part(cost, "total_cost_usd")),
        lines_added=_whole(_part(cost, "total_lines_added")),
        lines_removed=_whole(_part(cost, "total_lines_removed")),
        context_tokens=sum(counted) if any(counted) else None,
        context_percent=_number(_part(heard, "context_window", "used_percentage")),
        context_size=_whole(_part(heard, "context_window", "context_window_size")),
    )


def _part(heard: Any, *path: str) -> Any:
    """What lies under these keys; None where there is nothing."""
    for name in path:
        heard = heard.get(name) if isinstance(heard, dict) else None
    return heard


def _word(heard: Any) -> str | None:
    return heard if isinstance(heard, str) and heard.strip() else None


def _number(heard: Any) -> Decimal | None:
    """An amount that makes sense: neither negative nor beyond all dollars, tokens and lines there are."""
    if isinstance(heard, bool) or not isinstance(heard, (int, Decimal)):
        return None
    return Decimal(heard) if 0 <= heard < MOST else None


def _whole(heard: Any) -> int | None:
    number = _number(heard)
    return None if number is None else int(number)


def drawn(heard: Told, seen: Glance, note: str, warn_at: int, alert_at: int, screen: Screen) -> str:
    """The line, its parts apart by dots."""
    parts = [
        Span(heard.model_name or heard.model or "agent-trace", "strong"),
        *_costs(heard, seen),
        *_context(heard, seen, warn_at, alert_at),
        *_lines(heard, seen),
    ]
    if note:
        parts.append(Span(note, "dim"))
    dot = Span(" · " if screen.unicode else " | ", "dim")
    spans = [span for part in parts for span in (dot, Span(screen.flat(part.text), part.tone))]
    return screen.line(*spans[1:])


def _costs(heard: Told, seen: Glance) -> Iterator[Span]:
    if heard.session or heard.recorded_usd is not None:
        ours = seen.session
        if ours is not None and ours.cost_usd is not None and not seen.recorded:
            yield Span(f"session {money(ours)}")
        elif heard.recorded_usd is not None:
            yield Span(f"session {dollars(heard.recorded_usd)}" + (" (recorded)" if heard.recorded_usd else ""))
        elif ours is not None:
            yield Span(f"session {money(ours)}")
    if seen.today is not None and _is_known(seen.today, seen):
        yield Span(f"today {money(seen.today)}")
    if seen.window is not None and seen.now is not None and _is_known(seen.window.amounts, seen):
        left = duration(round((seen.window.end - seen.now).total_seconds()))
        yield Span(f"5h {money(seen.window.amounts)}, {left} left")


def _is_known(one: Amounts, seen: Glance) -> bool:
    """Recorded dollars are left out where no agent recorded any; a price that is not known shows as `?`."""
    return one.cost_usd is not None or not seen.recorded


def _context(heard: Told, seen: Glance, warn_at: int, alert_at: int) -> Iterator[Span]:
    size = heard.context_size or seen.window_size
    used = heard.context_percent
    if heard.context_tokens is not None and size:
        used = 100 * Decimal(heard.context_tokens) / size
    if used is None:
        if heard.context_tokens is not None:
            yield Span(f"context {tokens(heard.context_tokens)}")
        return
    share = f"context {percent(used, 100)}"
    if used >= alert_at:
        yield Span(f"{share} (nearly full)", "bad")
    elif used >= warn_at:
        yield Span(f"{share} (high)", "warning")
    else:
        yield Span(share)


def _lines(heard: Told, seen: Glance) -> Iterator[Span]:
    added, removed = seen.lines or (heard.lines_added or 0, heard.lines_removed or 0)
    if added or removed:
        yield Span(f"+{count(added)} -{count(removed)}")
