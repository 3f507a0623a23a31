"""What a call used and what OpenCode says it cost."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.agents.opencode.fields import Json, group, whole
from agent_trace.model.usage import Usage


def used(tokens: Json, provider: str) -> Usage:
    """The tokens of a message or of a step. All of them 0: OpenCode does not know, the provider or a kill kept them."""
    cache = group(tokens, "cache")
    fresh, written, thought = (_count(tokens, name) for name in ("input", "output", "reasoning"))
    read, cached = _count(cache, "read"), _count(cache, "write")
    if not (fresh or written or thought or read or cached):
        return Usage()
    if written is not None and thought and not _is_inside(tokens, provider, written, thought):
        written += thought
    return Usage(input=fresh, output=written, cache_read=read, cache_write_5m=cached, reasoning=thought)


def _count(tokens: Json, name: str) -> int | None:
    """Old versions took cached tokens from an input that did not hold them: less than nothing is nothing."""
    found = whole(tokens, name)
    return None if found is None else max(found, 0)


def _is_inside(tokens: Json, provider: str, written: int, thought: int) -> bool:
    """Whether output holds the reasoning too.

    It did for some providers until the spring of 2026: then the total is the sum of the others. Versions that write no
    total did so with OpenAI's models (github.com/anomalyco/opencode/issues/17566).
    """
    total = whole(tokens, "total")
    if total is None:
        return provider == "openai" and thought <= written
    cache = group(tokens, "cache")
    others = sum(_count(*place) or 0 for place in ((tokens, "input"), (cache, "read"), (cache, "write")))
    return total == others + written


def dollars(cost: object) -> str | None:
    """The recorded dollars as a decimal string. OpenCode writes 0 where it knows no price: unknown, not free."""
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 < cost < 10**9:
        return None
    return format(Decimal(repr(cost)), "f")
